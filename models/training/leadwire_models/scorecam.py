"""Score-CAM, the slower explanation: what is left of the score where only those stretches are shown
to which a channel of a layer responds. It needs no gradient and one run for each channel."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import interpolate

Score = Callable[[torch.Tensor], torch.Tensor]


@torch.no_grad()
def score_cam(ecg: torch.Tensor, activations: torch.Tensor, score: Score) -> np.ndarray:
    """`ecg` [1, leads, samples]; `activations` [channels, leads or 1, steps] of that ECG; `score`
    gives the logit [n] of ECGs [n, leads, samples]. Returns [leads or 1, steps], greatest 1."""
    least = activations.amin(dim=(1, 2), keepdim=True)
    spread = activations.amax(dim=(1, 2), keepdim=True) - least
    responding = activations[(spread > 0)[:, 0, 0]]
    if not len(responding):
        return np.zeros(activations.shape[1:], dtype=np.float32)
    masks = ((activations - least) / spread.clamp(min=1e-9))[(spread > 0)[:, 0, 0]]
    wide = interpolate(masks, size=ecg.shape[-1], mode="linear", align_corners=False)
    gained = score(ecg * wide) - score(torch.zeros_like(ecg))
    weights = torch.softmax(gained, dim=0)
    found = torch.relu((weights[:, None, None] * masks).sum(dim=0))
    return (found / found.max().clamp(min=1e-9)).numpy()
