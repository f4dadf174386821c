"""The `ami` network: convolutions on every lead alike, a bidirectional LSTM over time, and one
attention over leads and time together, with age and sex beside it.

The attention is an output, so what it lies on can be shown without a second run. Signals are
filtered and scaled inside the network: leads whose amplitude is not known can teach it too.
"""

import math

import torch
from torch import nn

LEADS = 12
RATE_HZ = 100
SAMPLES = 1000
STRIDE = 8
STEPS = SAMPLES // STRIDE
# What stands for an age that is not known; no age of a person comes near it once scaled.
AGE_UNKNOWN = -9.0
_AGE_LEAST = -6.0
# What cardiologists read off the trace beside infarct or injury: it teaches, it is not reported.
READINGS = (
    "mi",
    "anterior",
    "inferior",
    "lateral",
    "normal",
    "lbbb",
    "rbbb",
    "lvh",
    "ischaemia",
    "fascicular",
    "fibrillation",
    "st-t",
)


class Scale(nn.Module):
    """[n, 12, t] mV -> the same below 40 Hz with each lead at unit deviation, and the logarithm of
    what each was divided by, [n, 12]."""

    def __init__(self, taps: int = 17, cut_hz: float = 38.0, least_mv: float = 0.02) -> None:
        super().__init__()
        at = torch.arange(taps) - taps // 2
        ideal = torch.sinc(2 * cut_hz / RATE_HZ * at.float())
        kernel = ideal * torch.hann_window(taps + 2, periodic=False)[1:-1]
        self.register_buffer("kernel", (kernel / kernel.sum()).reshape(1, 1, 1, taps))
        self.least_mv = least_mv

    def forward(self, ecg: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        smooth = nn.functional.conv2d(
            ecg.unsqueeze(1), self.kernel, padding=(0, self.kernel.shape[-1] // 2)
        )
        centred = smooth - smooth.mean(dim=3, keepdim=True)
        deviation = (centred.square().mean(dim=3, keepdim=True) + self.least_mv**2).sqrt()
        return (centred / deviation).clamp(-12, 12), deviation[:, 0, :, 0].log()


class Beside(nn.Module):
    """Age and sex: [n, 2] as (+1 man, -1 woman, 0 unknown; scaled age or AGE_UNKNOWN)."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(3, width), nn.ReLU())

    def forward(self, age_sex: torch.Tensor) -> torch.Tensor:
        male, age = age_sex[:, :1], age_sex[:, 1:2]
        known = (age > _AGE_LEAST).to(age.dtype)
        return self.layer(torch.cat([male, age * known, known], dim=1))


class LeadStem(nn.Module):
    """[n, 1, 12, t] -> [n, width, 12, t / 8]: the same weights for every lead."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_conv(1, width // 2, 11, 2),
            *_conv(width // 2, width, 7, 2),
            *_conv(width, width, 5, 2),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


class Residual(nn.Module):
    def __init__(self, width: int, kernel: int = 5, dropout: float = 0.1) -> None:
        super().__init__()
        half = kernel // 2
        self.layers = nn.Sequential(
            nn.Conv1d(width, width, kernel, padding=half, bias=False),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(width, width, kernel, padding=half, bias=False),
            nn.BatchNorm1d(width),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.layers(x))


class Ami(nn.Module):
    """(ecg [n, 12, t], age_sex [n, 2]) -> (readings [n, k], attention [n, 12, t/8], features)."""

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
        self.of_lead = nn.Linear(stem, 32)
        self.of_time = nn.Linear(2 * hidden, 32, bias=False)
        self.place = nn.Parameter(torch.randn(LEADS, 32) * 0.1)
        self.score = nn.Linear(32, 1, bias=False)
        self.beside = Beside()
        self.dropout = nn.Dropout(dropout)
        self.last = nn.Linear(LEADS * stem + 2 * hidden * 2 + 16 + 16, len(READINGS))

    def forward(
        self, ecg: torch.Tensor, age_sex: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        scaled, heights = self.scale(ecg)
        leads = self.stem(scaled)
        states, _ = self.lstm(self.mix(self.merge(leads.flatten(1, 2))).transpose(1, 2))
        # [n, 12, steps, width]: what a lead shows at a time, and what the LSTM knows then.
        shown = leads.permute(0, 2, 3, 1)
        known = self.of_time(states).unsqueeze(1) + self.place[:, None, :]
        raw = self.score(torch.tanh(self.of_lead(shown) + known)).squeeze(-1)
        attention = raw.flatten(1).softmax(dim=1).reshape(raw.shape)
        # What was seen is kept apart by lead: the same shape means another thing in V1.
        seen = (attention.unsqueeze(-1) * shown).sum(dim=2) * math.sqrt(LEADS)
        over_time = (attention.sum(dim=1).unsqueeze(-1) * states).sum(dim=1)
        features = torch.cat(
            [seen.flatten(1), over_time, states.mean(dim=1), self.heights(heights)], dim=1
        )
        joined = torch.cat([self.dropout(features), self.beside(age_sex)], dim=1)
        return self.last(joined), attention, features


def _conv(inputs: int, outputs: int, kernel: int, stride: int) -> list[nn.Module]:
    convolution = nn.Conv2d(inputs, outputs, (1, kernel), (1, stride), (0, kernel // 2), bias=False)
    return [convolution, nn.BatchNorm2d(outputs), nn.ReLU()]
