"""What the networks say of every row, each by members that never saw it; kept between runs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .sources import Source

PORTION = 64


@dataclass(frozen=True)
class Said:
    """Raw values of `surrogate` and features: pages and PTB-XL out of fold, [n] and [n, f];
    simulated ECGs by every member, [members, n] and [members, n, f]."""

    pages: np.ndarray
    pages_features: np.ndarray
    ptbxl: np.ndarray
    ptbxl_features: np.ndarray
    test: np.ndarray
    test_features: np.ndarray


@torch.no_grad()
def look(network: nn.Module, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[n] raw values of `surrogate` and [n, f] features."""
    network.eval()
    raw, features = [], []
    for start in range(0, len(pictures), PORTION):
        rows = pictures[start : start + PORTION].astype(np.float32) / 255
        found = network(torch.from_numpy(rows[:, None]))
        raw.append(found[0][:, 0].numpy())
        features.append(found[2].numpy())
    return np.concatenate(raw), np.concatenate(features)


def out_of_fold(networks: list[nn.Module], source: Source) -> tuple[np.ndarray, np.ndarray]:
    parts = [(source.fold == k, network) for k, network in enumerate(networks)]
    found = [(own, *look(network, source.pictures[own])) for own, network in parts if own.any()]
    raw = np.empty(len(source.ids), dtype=np.float32)
    features = np.empty((len(source.ids), found[0][2].shape[1]), dtype=np.float32)
    for own, values, seen in found:
        raw[own], features[own] = values, seen
    return raw, features


def said_of(
    networks: list[nn.Module], pages: Source, ptbxl: Source, test: Source, path: Path
) -> Said:
    if not path.exists():
        on_test = [look(network, test.pictures) for network in networks]
        whole = Said(
            *out_of_fold(networks, pages),
            *out_of_fold(networks, ptbxl),
            np.stack([raw for raw, _ in on_test]),
            np.stack([features for _, features in on_test]),
        )
        np.savez(path, **vars(whole))
    kept = np.load(path)
    return Said(**{name: kept[name] for name in kept.files})
