"""A comparator: the `ami` network without attention; the LSTM's states are averaged over time."""

import torch
from torch import nn

from .ami import LEADS, READINGS, Beside, LeadStem, Residual, Scale


class ConvLstm(nn.Module):
    def __init__(
        self, stem: int = 32, width: int = 64, hidden: int = 48, dropout: float = 0.3
    ) -> None:
        super().__init__()
        self.scale = Scale()
        self.stem = LeadStem(stem)
        self.heights = nn.Sequential(nn.Linear(LEADS, 16), nn.ReLU())
        self.merge = nn.Sequential(
            nn.Conv1d(stem * LEADS, width, 1, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(0.1),
        )
        self.mix = Residual(width)
        self.lstm = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.beside = Beside()
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(2 * hidden + 16 + 16, len(READINGS))

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> tuple[torch.Tensor, ...]:
        scaled, heights = self.scale(ecg)
        merged = self.mix(self.merge(self.stem(scaled).flatten(1, 2)))
        states, _ = self.lstm(merged.transpose(1, 2))
        features = torch.cat([states.mean(dim=1), self.heights(heights)], dim=1)
        return (self.last(torch.cat([self.dropout(features), self.beside(age_sex)], dim=1)),)
