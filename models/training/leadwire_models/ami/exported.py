"""A member as it is shipped: the raw value, the attention and the distance, in one graph."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..distance import Distance, fit_distance
from ..export import export_onnx
from ..networks.ami import LEADS, SAMPLES, Ami
from ..training import predict
from .sources import Source

INPUTS = {"ecg": (LEADS, SAMPLES), "age_sex": (2,)}
OUTPUTS = ["mi", "attention", "distance"]


class Exported(nn.Module):
    """mi [n, 1] raw, attention [n, 12, steps] with sum 1, distance [n, 1]."""

    def __init__(self, network: Ami, distance: Distance) -> None:
        super().__init__()
        self.network = network
        self.distance = distance

    def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> tuple[torch.Tensor, ...]:
        readings, attention, features = self.network(ecg, age_sex)
        return readings[:, :1], attention, self.distance(features)


def with_distance(network: Ami, learned: list[Source]) -> Exported:
    """The distance is from the ECGs that this member learned from."""

    class Features(nn.Module):
        def forward(self, ecg: torch.Tensor, age_sex: torch.Tensor) -> torch.Tensor:
            return network(ecg, age_sex)[2]

    found = [predict(Features(), (one.ecg, one.age_sex))[0] for one in learned]
    return Exported(network, fit_distance(np.concatenate(found))).eval()


def export_member(member: Exported, path: Path) -> str:
    """Returns the file's SHA-256."""
    return export_onnx(member, path, INPUTS, OUTPUTS)
