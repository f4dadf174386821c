"""A comparator: convolutions over all leads together, then the mean over time."""

import torch
from torch import nn

from .ami import LEADS, READINGS, Beside, Scale


class PlainCnn(nn.Module):
    def __init__(self, widths: tuple[int, ...] = (32, 48, 64, 96), dropout: float = 0.3) -> None:
        super().__init__()
        self.scale = Scale()
        layers: list[nn.Module] = []
        for inputs, outputs, kernel in zip((LEADS, *widths), widths, (11, 9, 7, 5)):
            layers += [
                nn.Conv1d(inputs, outputs, kernel, 2, kernel // 2, bias=False),
                nn.BatchNorm1d(outputs),
                nn.ReLU(),
            ]
        self.layers = nn.Sequential(*layers)
        self.heights = nn.Sequential(nn.Linear(LEADS, 16), nn.ReLU())
        self.beside = Beside()
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(widths[-1] + 16 + 16, len(READINGS))

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scaled, heights = self.scale(ecg)
        features = torch.cat(
            [self.layers(scaled.squeeze(1)).mean(dim=2), self.heights(heights)], dim=1
        )
        return (self.last(torch.cat([self.dropout(features), self.beside(age_sex)], dim=1)),)
