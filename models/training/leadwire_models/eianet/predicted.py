"""What the networks say of every row, each by members that never saw it."""

import numpy as np
import torch
from torch import nn

from .sources import Source

PORTION = 64


@torch.no_grad()
def raw_of(network: nn.Module, pictures: np.ndarray) -> np.ndarray:
    """[n] raw values of `surrogate`, of a network or of a member as exported."""
    network.eval()
    parts = []
    for start in range(0, len(pictures), PORTION):
        rows = pictures[start : start + PORTION].astype(np.float32) / 255
        parts.append(network(torch.from_numpy(rows[:, None]))[0][:, 0].numpy())
    return np.concatenate(parts)


def out_of_fold(members: list[nn.Module], source: Source) -> np.ndarray:
    found = np.empty(len(source.ids), dtype=np.float32)
    for k, member in enumerate(members):
        own = source.fold == k
        found[own] = raw_of(member, source.pictures[own])
    return found


def of_all(members: list[nn.Module], pictures: np.ndarray) -> np.ndarray:
    """[members, n]: for ECGs that none of them saw."""
    return np.stack([raw_of(member, pictures) for member in members])
