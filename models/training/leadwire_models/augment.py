"""Few records have to stand for many: what may happen to an ECG without changing what it means.

Every function takes and gives (batch, leads, samples) float32 millivolts and draws from `rng`.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

Augment = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def crop(ecg: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """For each row a piece of its own, from anywhere: also the shift in time."""
    starts = rng.integers(0, ecg.shape[-1] - length + 1, len(ecg))
    return np.stack([row[:, s : s + length] for row, s in zip(ecg, starts)]).astype(np.float32)


def shift(ecg: np.ndarray, rng: np.random.Generator, most: int) -> np.ndarray:
    """Moved by up to `most` samples either way; what is left open is filled from the other end."""
    steps = rng.integers(-most, most + 1, len(ecg))
    return np.stack([np.roll(row, s, axis=-1) for row, s in zip(ecg, steps)])


def gain(
    ecg: np.ndarray, rng: np.random.Generator, whole: float, each: float | np.ndarray
) -> np.ndarray:
    """Log-normal factors, one for the whole ECG and one for each lead; `each` may differ by row."""
    rows, leads, _ = ecg.shape
    spread = np.broadcast_to(np.asarray(each, dtype=np.float32), (rows,))[:, None]
    factors = np.exp(rng.normal(0, whole, (rows, 1)) + rng.normal(0, 1, (rows, leads)) * spread)
    return ecg * factors[:, :, None].astype(np.float32)


def noise(ecg: np.ndarray, rng: np.random.Generator, most: float) -> np.ndarray:
    size = rng.uniform(0, most, (len(ecg), 1, 1)).astype(np.float32)
    return ecg + size * rng.standard_normal(ecg.shape, dtype=np.float32)


def baseline(
    ecg: np.ndarray, rng: np.random.Generator, rate_hz: float, most: float
) -> np.ndarray:
    """Breathing that the high-pass let through."""
    return ecg + _waves(ecg.shape, rng, rate_hz, rng.uniform(0.3, 0.9, len(ecg)), most)


def mains(ecg: np.ndarray, rng: np.random.Generator, rate_hz: float, most: float) -> np.ndarray:
    return ecg + _waves(ecg.shape, rng, rate_hz, rng.choice([50.0, 60.0], len(ecg)), most)


def smooth(ecg: np.ndarray, rng: np.random.Generator, share: float, widest: int) -> np.ndarray:
    """Some rows by a running mean of odd width: recorders differ in what they take away."""
    changed = ecg.copy()
    for row in np.flatnonzero(rng.random(len(ecg)) < share):
        half = int(rng.integers(1, widest // 2 + 1))
        padded = np.pad(ecg[row], ((0, 0), (half + 1, half)), mode="edge")
        sums = np.cumsum(padded, axis=-1, dtype=np.float64)
        width = 2 * half + 1
        changed[row] = (sums[:, width:] - sums[:, :-width]) / width
    return changed


def lose_lead(ecg: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    kept = np.ones(ecg.shape[:2], dtype=np.float32)
    for row in np.flatnonzero(rng.random(len(ecg)) < share):
        kept[row, rng.integers(0, ecg.shape[1])] = 0
    return ecg * kept[:, :, None]


def swap_chest(
    ecg: np.ndarray, rng: np.random.Generator, share: float, first: int
) -> np.ndarray:
    """Two chest electrodes beside each other change places; `first` is the row of V1."""
    changed = ecg.copy()
    for row in np.flatnonzero(rng.random(len(ecg)) < share):
        one = int(rng.integers(first, ecg.shape[1] - 1))
        changed[row, [one, one + 1]] = ecg[row, [one + 1, one]]
    return changed


def _waves(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    rate_hz: float,
    frequency_hz: np.ndarray,
    most: float,
) -> np.ndarray:
    rows, leads, samples = shape
    angle = np.outer(2 * np.pi * frequency_hz / rate_hz, np.arange(samples))
    size = rng.uniform(0, most, (rows, 1)) * rng.uniform(0, 1, (rows, leads))
    phase = rng.uniform(0, 2 * np.pi, (rows, leads))
    # A sine of any phase is a sum of these two, which each row has once and not for each lead.
    two = np.stack([np.sin(angle), np.cos(angle)], axis=1).astype(np.float32)
    parts = np.stack([size * np.cos(phase), size * np.sin(phase)], axis=2).astype(np.float32)
    return parts @ two


def in_turn(*steps: Augment) -> Augment:
    def run(ecg: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        for step in steps:
            ecg = step(ecg, rng)
        return ecg

    return run


def usual(rate_hz: float, first_chest: int, whole: float = 0.12, each: float = 0.04) -> Augment:
    """What both signal networks are trained with, beside a crop or a shift in time."""
    return in_turn(
        partial(gain, whole=whole, each=each),
        partial(swap_chest, share=0.03, first=first_chest),
        partial(smooth, share=0.3, widest=7),
        partial(baseline, rate_hz=rate_hz, most=0.06),
        partial(mains, rate_hz=rate_hz, most=0.015),
        partial(noise, most=0.02),
        partial(lose_lead, share=0.1),
    )
