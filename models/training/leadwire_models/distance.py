"""How far an ECG's features lie from those of the training ECGs: Mahalanobis over the features'
mean in time, in the directions in which the training ECGs vary, so the graph stays small."""

import numpy as np
import torch
from torch import nn

DIRECTIONS_MAX = 64
# Added to every variance, as a share of the mean variance: a direction in which the training ECGs
# hardly differ must not decide alone.
RIDGE = 0.01


class Distance(nn.Module):
    """[n, features] -> [n, 1]; about 1 for an ECG like the training ones."""

    def __init__(self, features: int) -> None:
        super().__init__()
        directions = min(features, DIRECTIONS_MAX)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("whiten", torch.eye(features)[:, :directions].contiguous())

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        along = (features - self.mean) @ self.whiten
        return along.square().mean(dim=1, keepdim=True).sqrt()


def fit_distance(features: np.ndarray) -> Distance:
    """From the features [n, features] of the training ECGs."""
    found = Distance(features.shape[1])
    mean = features.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(features - mean, rowvar=False))
    order = np.argsort(-variances)[: found.whiten.shape[1]]
    scale = 1 / np.sqrt(variances[order] + RIDGE * variances.mean())
    found.mean.copy_(torch.from_numpy(mean.astype(np.float32)))
    found.whiten.copy_(torch.from_numpy((axes[:, order] * scale).astype(np.float32)))
    return found
