"""A comparator: a residual network over all leads together (the benchmark of this field)."""

import torch
from torch import nn

from .ami import LEADS, READINGS, Beside, Scale


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, kernel: int = 7) -> None:
        super().__init__()
        half = kernel // 2
        self.layers = nn.Sequential(
            nn.Conv1d(inputs, outputs, kernel, 2, half, bias=False),
            nn.BatchNorm1d(outputs),
            nn.ReLU(),
            nn.Dropout(0.1),
            nn.Conv1d(outputs, outputs, kernel, padding=half, bias=False),
            nn.BatchNorm1d(outputs),
        )
        self.skip = nn.Sequential(
            nn.AvgPool1d(2, ceil_mode=True), nn.Conv1d(inputs, outputs, 1, bias=False)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.layers(x) + self.skip(x))


class ResNet1d(nn.Module):
    def __init__(self, widths: tuple[int, ...] = (48, 64, 96, 128), dropout: float = 0.3) -> None:
        super().__init__()
        self.scale = Scale()
        self.stem = nn.Sequential(
            nn.Conv1d(LEADS, 32, 11, 2, 5, bias=False), nn.BatchNorm1d(32), nn.ReLU()
        )
        self.blocks = nn.Sequential(*(Block(i, o) for i, o in zip((32, *widths), widths)))
        self.heights = nn.Sequential(nn.Linear(LEADS, 16), nn.ReLU())
        self.beside = Beside()
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(2 * widths[-1] + 16 + 16, len(READINGS))

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scaled, heights = self.scale(ecg)
        x = self.blocks(self.stem(scaled.squeeze(1)))
        features = torch.cat([x.mean(dim=2), x.amax(dim=2), self.heights(heights)], dim=1)
        return (self.last(torch.cat([self.dropout(features), self.beside(age_sex)], dim=1)),)
