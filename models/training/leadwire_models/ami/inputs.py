"""What the network is fed: the waveform at 100 Hz, and age and sex that may be unknown."""

from dataclasses import dataclass

import numpy as np

from ..cohort import TWELVE
from ..networks.ami import AGE_UNKNOWN, RATE_HZ, SAMPLES
from ..preprocess import Waveform

WAVEFORM = Waveform(leads=TWELVE, rate_hz=RATE_HZ, samples=SAMPLES, window=SAMPLES)


@dataclass(frozen=True)
class MaybeAgeSex:
    """[+1 man, -1 woman, 0 unknown; (age - centre) / scale, or AGE_UNKNOWN]."""

    centre: float = 61.9
    scale: float = 19.5

    def card(self, tensor: str = "age_sex") -> dict:
        male = {"field": "male", "centre": 0.5, "scale": 0.5, "whenUnknown": 0}
        age = {
            "field": "age",
            "centre": self.centre,
            "scale": self.scale,
            "whenUnknown": AGE_UNKNOWN,
        }
        return {"kind": "demographics", "tensor": tensor, "fields": [male, age]}

    def prepare(self, age_years: np.ndarray, male: np.ndarray) -> np.ndarray:
        age = (np.asarray(age_years, dtype=float) - self.centre) / self.scale
        sex = (np.asarray(male, dtype=float) - 0.5) / 0.5
        columns = [np.where(np.isnan(sex), 0.0, sex), np.where(np.isnan(age), AGE_UNKNOWN, age)]
        return np.stack(columns, axis=-1).astype(np.float32)


AGE_SEX = MaybeAgeSex()


def masked(age_sex: np.ndarray, rng: np.random.Generator, share: float) -> np.ndarray:
    """Age and sex each made unknown in a share of the rows."""
    hidden = rng.random(age_sex.shape) < share
    return np.where(hidden, np.array([0.0, AGE_UNKNOWN], dtype=np.float32), age_sex)


def unknown(
    rows: int, age: bool = True, sex: bool = True, of: np.ndarray | None = None
) -> np.ndarray:
    """The demographics of patients of whom age, sex or both are not known."""
    given = np.zeros((rows, 2), dtype=np.float32) if of is None else of.copy()
    if sex:
        given[:, 0] = 0.0
    if age:
        given[:, 1] = AGE_UNKNOWN
    return given
