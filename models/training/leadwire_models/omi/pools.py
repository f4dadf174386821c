"""What the network is drawn from: prepared ECGs of one source with their labels and weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ..augment import crop, gain, usual
from ..preprocess import Waveform
from ..training import Batch
from .labels import Labels

WAVEFORM = Waveform()
# Zeros stand before and after the ECG in its tensor.
EDGE = (WAVEFORM.samples - WAVEFORM.window) // 2
WANDER = 100


@dataclass(frozen=True)
class Pool:
    ecg: list[np.ndarray]
    # For each row, which array of `ecg` and which row of it.
    place: np.ndarray
    age_sex: np.ndarray
    labels: Labels
    # How often a row is drawn, next to the others of its pool.
    weights: np.ndarray
    # How much the height of a lead is varied; see amplitude.py.
    lead_spread: float

    def only(self, rows: np.ndarray) -> "Pool":
        labels = Labels(*(getattr(self.labels, f)[rows] for f in ("allowed", "lbbb", "readings")))
        return Pool(
            self.ecg, self.place[rows], self.age_sex[rows], labels, self.weights[rows], self.lead_spread
        )


def draw_from(pools: list[tuple[Pool, int]], length: int) -> Callable[[np.random.Generator], Batch]:
    """Batches with so many rows of each pool, as pieces of `length` samples, or whole and shifted
    where `length` is that of the tensor."""
    vary = usual(WAVEFORM.rate_hz, first_chest=2)
    cumulated = [np.cumsum(pool.weights) / pool.weights.sum() for pool, _ in pools]

    def draw(rng: np.random.Generator) -> Batch:
        parts = []
        for (pool, count), shares in zip(pools, cumulated):
            rows = np.searchsorted(shares, rng.random(count))
            ecg = _pieces(pool, rows, length, rng)
            if pool.lead_spread > 0:
                ecg = gain(ecg, rng, whole=0.2, each=pool.lead_spread)
            parts.append((ecg, rows, pool))
        ecg = vary(np.concatenate([one for one, _, _ in parts]), rng)
        return Batch(
            (_tensor(ecg), _tensor(np.concatenate([p.age_sex[rows] for _, rows, p in parts]))),
            {
                "allowed": torch.from_numpy(np.concatenate([p.labels.allowed[r] for _, r, p in parts])),
                "lbbb": _tensor(np.concatenate([p.labels.lbbb[r] for _, r, p in parts])),
                "readings": _tensor(np.concatenate([p.labels.readings[r] for _, r, p in parts])),
            },
        )

    return draw


def _pieces(pool: Pool, rows: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    whole = np.stack([pool.ecg[a][r] for a, r in pool.place[rows]])
    if length < WAVEFORM.window:
        return crop(whole[:, :, EDGE : EDGE + WAVEFORM.window], length, rng)
    moved = np.zeros(whole.shape, dtype=np.float32)
    for row, step in enumerate(rng.integers(-WANDER, WANDER + 1, len(whole))):
        kept = whole[row, :, EDGE : EDGE + WAVEFORM.window]
        moved[row, :, EDGE : EDGE + WAVEFORM.window] = np.roll(kept, step, axis=-1)
    return moved


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array.astype(np.float32))
