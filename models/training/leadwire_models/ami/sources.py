"""Everything the `ami` network learns from. Folds are those of `omi`, so that the two compare."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..amplitude import LEAD_SPREAD, restore_amplitude
from ..cohort import Cohort, adults
from ..omi.simulation import batches
from ..omi.sources import fold_of
from ..preprocess import prepare_cohort
from ..readers.shared_npz import read_raw, read_zscored
from .inputs import AGE_SEX, WAVEFORM
from .labels import of_ptbxl, of_simulation

# Of every simulated batch this share, from its beginning: the rest would cost more than it teaches.
SIMULATED_SHARE = 1 / 3
INFARCT_WEIGHT = 2.0


@dataclass(frozen=True)
class Source:
    """Prepared ECGs [n, 12, samples] with readings [n, k], and which member never sees a row."""

    ecg: np.ndarray
    age_sex: np.ndarray
    readings: np.ndarray
    weights: np.ndarray
    fold: np.ndarray
    # How much the height of a lead is varied, where it is not known.
    lead_spread: float = 0.0

    def only(self, rows: np.ndarray) -> "Source":
        parts = (self.ecg, self.age_sex, self.readings, self.weights, self.fold)
        return Source(*(one[rows] for one in parts), self.lead_spread)

    def unseen(self, held: int) -> "Source":
        return self.only(self.fold != held)


def read_real(data: Path, cache: Path) -> tuple[Cohort, Source, Source]:
    """The raw part of PTB-XL, on which everything is measured, and both parts as sources."""
    raw, scaled = adults(read_raw(data)), adults(restore_amplitude(read_zscored(data)))
    return raw, _real(raw, 0.0, cache), _real(scaled, LEAD_SPREAD, cache)


def _real(cohort: Cohort, lead_spread: float, cache: Path) -> Source:
    readings = of_ptbxl(cohort)
    weights = np.where(readings[:, 0] == 1, INFARCT_WEIGHT, 1.0)
    ecg = np.array(prepare_cohort(cohort, WAVEFORM, cache))
    age_sex = AGE_SEX.prepare(cohort.age_years, cohort.male)
    return Source(ecg, age_sex, readings, weights, fold_of(cohort), lead_spread)


def read_simulation(
    folder: Path, names: str, cache: Path, share: float = SIMULATED_SHARE
) -> Source:
    cohorts = [simulated_part(one, share) for one in batches(folder, names)]
    ecg = np.concatenate([prepare_cohort(one, WAVEFORM, cache) for one in cohorts])
    age_sex = np.concatenate([AGE_SEX.prepare(one.age_years, one.male) for one in cohorts])
    readings = np.concatenate([of_simulation(one) for one in cohorts])
    rows = len(readings)
    return Source(ecg, age_sex, readings, np.ones(rows), np.full(rows, -1))


def simulated_part(cohort: Cohort, share: float) -> Cohort:
    return adults(cohort.take(np.arange(max(1, round(share * len(cohort))))))
