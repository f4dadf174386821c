"""A member as it is shipped: the raw value, where it looked, and the distance, in one graph."""

from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from ..distance import Distance, fit_distance
from ..export import export_onnx
from ..networks.eianet import EiaNet
from .pictures import HEIGHT, WIDTH
from .predicted import look

INPUTS = {"page": (1, HEIGHT, WIDTH)}
OUTPUTS = ["surrogate", "attention", "distance"]
# The first layer's places: one for so many of the picture's a side.
STRIDE = 4
# Where the mask is less above its mean over the trace than this, it points nowhere.
ABOVE_MEAN = 1.1
# The distance is fitted on so many of what a member learned from.
DISTANCE_ROWS = 300


class Exported(nn.Module):
    """surrogate [n, 1] raw, attention [n, rows, columns] never negative, distance [n, 1].

    The four masks follow one another, so their product is what passes. What the network lets
    through of bare paper is no evidence: only places at a trace count, by how far they stand above
    the mean of all such places.
    """

    def __init__(self, network: EiaNet, distance: Distance) -> None:
        super().__init__()
        self.network = network
        self.distance = distance

    def forward(self, page: torch.Tensor) -> tuple[torch.Tensor, ...]:
        raw, masks, features = self.network(page)
        passed = masks[0]
        for k, mask in enumerate(masks[1:]):
            passed = passed * interpolate(mask, scale_factor=float(2 ** (k + 1)), mode="nearest")
        ink = (max_pool2d(avg_pool2d(page, STRIDE), 3, 1, 1) * 8).clamp(0, 1)
        mean = (passed * ink).sum(dim=(2, 3), keepdim=True) / (
            ink.sum(dim=(2, 3), keepdim=True) + 1e-6
        )
        seen = torch.relu(passed - ABOVE_MEAN * mean) * ink
        return raw[:, :1], seen[:, 0], self.distance(features)


def with_distance(network: EiaNet, learned: np.ndarray, seed: int) -> Exported:
    """From a draw of the pictures that this member learned from."""
    rows = np.random.default_rng(seed).permutation(len(learned))[:DISTANCE_ROWS]
    return Exported(network.eval(), fit_distance(look(network, learned[np.sort(rows)])[1])).eval()


def export_member(member: Exported, path: Path) -> str:
    """Returns the file's SHA-256."""
    return export_onnx(member, path, INPUTS, OUTPUTS)
