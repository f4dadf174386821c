"""Whether the attention goes where the ECG was changed: ST is raised in some leads of ECGs that a
cardiologist read as normal, and the attention before and after is compared."""

from dataclasses import dataclass

import numpy as np

from ..cohort import TWELVE
from ..preprocess import prepare
from .inputs import WAVEFORM

# What is added to the eight independent leads, as a share of the height; the others follow.
GROUPS = {
    "anterior": {"V1": 0.7, "V2": 1.0, "V3": 1.0, "V4": 0.8},
    "inferior": {"II": 1.0, "I": 0.0},
    "lateral": {"V5": 1.0, "V6": 1.0},
}
MICROVOLTS = 250.0
# From the middle of the QRS: rises within it, falls before the end of T.
FROM_S, TO_S = 0.045, 0.30
# Around the middle of the QRS, what counts as QRS-ST-T.
BEFORE_MS, AFTER_MS = 60, 420
LIMB = {"III": (-1.0, 1.0), "aVR": (-0.5, -0.5), "aVL": (1.0, -0.5), "aVF": (-0.5, 1.0)}


@dataclass(frozen=True)
class Changed:
    microvolts: np.ndarray
    # [12], true where the lead changed by at least half of what the most changed one did.
    leads: np.ndarray


def shares(group: str) -> np.ndarray:
    """By how much of the height each of the twelve leads changes."""
    given = dict.fromkeys(TWELVE, 0.0) | GROUPS[group]
    for name, (first, second) in LIMB.items():
        given[name] = first * given["I"] + second * given["II"]
    return np.array([given[name] for name in TWELVE])


def inject(microvolts: np.ndarray, rate_hz: int, beats_ms: list[float], group: str) -> Changed:
    """`microvolts` [12, samples], ST raised after every beat."""
    at = np.arange(microvolts.shape[1]) / rate_hz
    bump = np.zeros(len(at))
    for beat in beats_ms:
        since = at - beat / 1000
        bump += 1 / (1 + np.exp(-(since - FROM_S) / 0.008)) / (1 + np.exp((since - TO_S) / 0.025))
    by_lead = shares(group)
    changed = microvolts + MICROVOLTS * by_lead[:, None] * bump
    return Changed(changed, np.abs(by_lead) >= 0.5 * np.abs(by_lead).max())


def in_complex(beats_ms: list[float], steps: int, length_ms: float) -> np.ndarray:
    """[steps], which share of each step lies within QRS-ST-T of a beat."""
    fine = (np.arange(steps * 8) + 0.5) * length_ms / (steps * 8)
    inside = np.zeros(len(fine), dtype=bool)
    for beat in beats_ms:
        inside |= (fine >= beat - BEFORE_MS) & (fine < beat + AFTER_MS)
    return inside.reshape(steps, 8).mean(axis=1)


def lies_on(attention: np.ndarray, leads: np.ndarray, inside: np.ndarray) -> float:
    """The share of an attention [12, steps] in these leads within QRS-ST-T."""
    return float((attention[leads] * inside).sum() / attention.sum())


def prepared(microvolts: np.ndarray, rate_hz: int) -> np.ndarray:
    return prepare(microvolts, rate_hz, WAVEFORM)
