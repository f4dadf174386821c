"""The `omi` network: a residual network of two streams over eight leads, age and sex beside it.

At `PAPER` widths it has the published shape (about 6.97 million weights). Convolutions run over
[n, channels, 1, samples], which is the same arithmetic as in one dimension and twice as fast on
a CPU.
"""

from dataclasses import dataclass

import torch
from torch import nn

CLASSES = (
    "control_nomyoperi",
    "control_myoperi",
    "mi_nstemi_nonomi",
    "mi_stemi_nonomi",
    "mi_nstemi_omi_lmca_lad",
    "mi_nstemi_omi_lcx",
    "mi_nstemi_omi_rca",
    "mi_stemi_omi_lmca_lad",
    "mi_stemi_omi_lcx",
    "mi_stemi_omi_rca",
)
LEADS = 8
KERNEL = 17
STRIDES = (1, 4, 4, 4, 4)
SAMPLES = 4096


@dataclass(frozen=True)
class Shape:
    filters: tuple[int, int, int, int, int]
    # Width of the branch for age and sex.
    beside: int
    dropout: float
    # "flatten": a weight for every filter and time step, as published. "mean": the same linear
    # layer with its weights shared over the time steps, for few records.
    head: str
    # What cardiologists read off traces, beside the ten classes; none in the published shape.
    readings: tuple[str, ...] = ()


PAPER = Shape((64, 128, 196, 256, 320), 64, 0.5, "flatten")


class Block(nn.Module):
    """Takes and gives the stream of activations and the stream that skips them."""

    def __init__(self, inputs: int, outputs: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.first = _conv(inputs, outputs, 1)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = _conv(outputs, outputs, stride)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.dropout = nn.Dropout(dropout)
        pool = [nn.MaxPool2d((1, stride))] if stride > 1 else []
        widen = [nn.Conv2d(inputs, outputs, 1, bias=False)] if inputs != outputs else []
        self.skip = nn.Sequential(*pool, *widen)

    def forward(self, x: torch.Tensor, skipped: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = self.dropout(torch.relu(self.first_norm(self.first(x))))
        summed = self.second(x) + self.skip(skipped)
        return self.dropout(torch.relu(self.second_norm(summed))), summed


class Omi(nn.Module):
    """(ecg [n, 8, samples], age_sex [n, 2]) -> raw classes [n, 10], lbbb [n, 1], readings [n, k]."""

    def __init__(self, shape: Shape = PAPER) -> None:
        super().__init__()
        self.shape = shape
        widths = (shape.filters[0], *shape.filters)
        self.stem = nn.Sequential(
            _conv(LEADS, widths[0], 1), nn.BatchNorm2d(widths[0]), nn.ReLU()
        )
        self.blocks = nn.ModuleList(
            Block(i, o, stride, shape.dropout) for i, o, stride in zip(widths, widths[1:], STRIDES)
        )
        self.beside = nn.Sequential(nn.Linear(2, shape.beside), nn.ReLU())
        steps = SAMPLES // torch.tensor(STRIDES).prod().item() if shape.head == "flatten" else 1
        features = shape.beside + steps * shape.filters[-1]
        self.last = nn.Linear(features, len(CLASSES) + 1 + len(shape.readings))
        self.to(memory_format=torch.channels_last)

    def trunk(self, ecg: torch.Tensor) -> torch.Tensor:
        """[n, filters, steps]: what the last block makes of the ECG."""
        x = self.stem(ecg.unsqueeze(2).contiguous(memory_format=torch.channels_last))
        skipped = x
        for block in self.blocks:
            x, skipped = block(x, skipped)
        return x.squeeze(2)

    def heads(
        self, features: torch.Tensor, age_sex: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        flat = features.mean(dim=2) if self.shape.head == "mean" else features.flatten(1)
        raw = self.last(torch.cat([self.beside(age_sex), flat], dim=1))
        n = len(CLASSES)
        return raw[:, :n], raw[:, n : n + 1], raw[:, n + 1 :]

    def forward(
        self, ecg: torch.Tensor, age_sex: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.heads(self.trunk(ecg), age_sex)


def _conv(inputs: int, outputs: int, stride: int) -> nn.Conv2d:
    half = KERNEL // 2
    return nn.Conv2d(inputs, outputs, (1, KERNEL), (1, stride), (0, half), bias=False)
