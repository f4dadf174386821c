"""A member as it is shipped: the contract's tensors, raw, and the distance beside them."""

from pathlib import Path

import torch
from torch import nn

from ..distance import Distance
from ..export import export_onnx
from ..networks.omi import LEADS, SAMPLES, Omi

INPUTS = {"ecg": (LEADS, SAMPLES), "age_sex": (2,)}


class Exported(nn.Module):
    """classes [n, 10], lbbb [n, 1], distance [n, 1] and, where there are any, readings [n, k]."""

    def __init__(self, network: Omi, distance: Distance) -> None:
        super().__init__()
        self.network = network
        self.distance = distance

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.network.trunk(ecg)
        classes, lbbb, readings = self.network.heads(features, age_sex)
        found = (classes, lbbb, self.distance(features.mean(dim=2)))
        return (*found, readings) if readings.shape[1] else found


def outputs_of(network: Omi) -> list[str]:
    return ["classes", "lbbb", "distance", *(["readings"] if network.shape.readings else [])]


def export_member(network: Omi, distance: Distance, path: Path) -> str:
    """Returns the file's SHA-256."""
    member = Exported(network, distance).eval()
    return export_onnx(member, path, INPUTS, outputs_of(network))
