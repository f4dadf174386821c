"""Everything the `omi` network learns from, prepared once and kept in a cache folder."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..amplitude import LEAD_SPREAD, restore_amplitude
from ..cohort import Cohort, adults
from ..folds import deal
from ..preprocess import AgeSex, prepare_cohort
from ..readers.shared_npz import read_raw, read_zscored
from .labels import INFARCT_OR_INJURY, Labels, of_ptbxl, of_simulated
from .pools import WAVEFORM, Pool
from .simulation import batches

AGE_SEX = AgeSex()
FOLDS = 5
# The PTB-XL folds 1 to 9 go whole to one of ours, since only they keep apart the patients whose
# number is not known; of fold 10 every patient is dealt out.
DEALT_FOLD = 10
SEED = 20261125
# Infarcts and left blocks are drawn more often than they come.
INFARCT_WEIGHT = 2.0
LBBB_WEIGHT = 2.5


@dataclass(frozen=True)
class Source:
    cohort: Cohort
    pool: Pool
    # Which member never sees a row; -1: it is no patient, all members may.
    fold: np.ndarray


def fold_of(cohort: Cohort) -> np.ndarray:
    published = cohort.columns["fold"].astype(int)
    fold = (published - 1) // 2
    dealt = np.flatnonzero(published == DEALT_FOLD)
    if len(dealt):
        few = cohort.take(dealt)
        strata = few.has_any(INFARCT_OR_INJURY) + 2 * few.has_any(("CLBBB",))
        fold[dealt] = deal(few.patients, strata, FOLDS, SEED)
    return fold


def read_real(data: Path, cache: Path) -> tuple[Source, Source]:
    """Adults of the raw and of the scaled part of PTB-XL."""
    raw, scaled = adults(read_raw(data)), adults(restore_amplitude(read_zscored(data)))
    return _real(raw, 0.0, cache), _real(scaled, LEAD_SPREAD, cache)


def _real(cohort: Cohort, lead_spread: float, cache: Path) -> Source:
    labels = of_ptbxl(cohort)
    weights = np.where(labels.readings[:, 0] == 1, INFARCT_WEIGHT, 1.0)
    weights = np.where(labels.lbbb == 1, LBBB_WEIGHT, weights)
    return Source(cohort, _pool([cohort], labels, weights, lead_spread, cache), fold_of(cohort))


def read_simulation(folder: Path, names: str, cache: Path) -> Source:
    """The batches whose names fit; how often a condition comes is settled by how many were made."""
    cohorts = [adults(one) for one in batches(folder, names)]
    labels = [of_simulated(one) for one in cohorts]
    joined = Labels(*(np.concatenate([getattr(one, f) for one in labels]) for f in ("allowed", "lbbb", "readings")))
    pool = _pool(cohorts, joined, np.ones(len(joined.lbbb)), 0.0, cache)
    return Source(_joined(cohorts), pool, np.full(len(joined.lbbb), -1))


def _pool(
    cohorts: list[Cohort], labels: Labels, weights: np.ndarray, lead_spread: float, cache: Path
) -> Pool:
    place = [np.stack([np.full(len(one), k), np.arange(len(one))], 1) for k, one in enumerate(cohorts)]
    age_sex = [AGE_SEX.prepare(one.age_years, one.male) for one in cohorts]
    prepared = [prepare_cohort(one, WAVEFORM, cache) for one in cohorts]
    return Pool(
        prepared, np.concatenate(place), np.concatenate(age_sex), labels, weights, lead_spread
    )


def _joined(cohorts: list[Cohort]) -> Cohort:
    """Of many batches everything but the signals, which stay where they are."""
    first = cohorts[0]

    def column(name: str) -> np.ndarray:
        return np.concatenate([getattr(one, name) for one in cohorts])

    columns = {name: np.concatenate([one.columns[name] for one in cohorts]) for name in first.columns}
    return Cohort(
        name=first.name,
        leads=first.leads,
        signals=np.empty((sum(map(len, cohorts)), 0, 0)),
        rate_hz=first.rate_hz,
        ids=column("ids"),
        patients=column("patients"),
        age_years=column("age_years"),
        male=column("male"),
        sites=column("sites"),
        columns=columns,
    )
