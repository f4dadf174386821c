"""Patient-wise folds: no patient lies in two, whoever has a positive ECG is dealt out evenly."""

import numpy as np


def deal(patients: np.ndarray, strata: np.ndarray, folds: int, seed: int) -> np.ndarray:
    """A fold for every row. A patient's stratum is the greatest of those of the patient's rows."""
    rng = np.random.default_rng(seed)
    names, inverse = np.unique(patients, return_inverse=True)
    stratum = np.zeros(len(names), dtype=int)
    np.maximum.at(stratum, inverse, strata.astype(int))
    fold_of = np.zeros(len(names), dtype=int)
    place = 0
    for value in sorted(set(stratum.tolist()), reverse=True):
        for one in rng.permutation(np.flatnonzero(stratum == value)):
            fold_of[one] = place % folds
            place += 1
    return fold_of[inverse]


def broken(patients: np.ndarray, fold: np.ndarray) -> list[str]:
    """Patients that lie in more than one fold: none, or the split is worth nothing."""
    seen: dict[str, int] = {}
    return sorted({str(p) for p, f in zip(patients, fold) if seen.setdefault(str(p), f) != f})
