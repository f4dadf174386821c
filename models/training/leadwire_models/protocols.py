"""The two protocols for data of several hospitals.

GAH, generalisation across hospitals: patients of all hospitals are dealt into folds, every fold is
scored by a network that saw the others. LOHO, leave one hospital out: every hospital is scored by a
network that saw none of its patients. Either way the threshold comes from patients that were kept
apart from training and are not those it is tried on.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .folds import broken, deal
from .metrics import (
    Estimate,
    auprc,
    auroc,
    negative_predictive_value,
    sensitivity,
    specificity,
    weighted_f1,
    with_interval,
    youden_threshold,
)

# Takes the rows to learn from and the rows to score; gives a score for each of the latter.
FitPredict = Callable[[np.ndarray, np.ndarray], np.ndarray]
FOLDS = 5
PAPER = ("AUROC", "AUPRC", "sensitivity", "specificity", "NPV", "weighted F1")


@dataclass(frozen=True)
class Hospitals:
    sites: np.ndarray
    patients: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True)
class Tried:
    """A network that was tried on rows whose patients (and hospital, if that) it never saw."""

    held: str
    rows: np.ndarray
    scores: np.ndarray
    threshold: float


def across_hospitals(of: Hospitals, fit: FitPredict, seed: int, folds: int = FOLDS) -> list[Tried]:
    _, site = np.unique(of.sites, return_inverse=True)
    fold = deal(of.patients, 2 * site + of.labels, folds, seed)
    return [_try(of, fit, f"fold {k + 1}", np.flatnonzero(fold == k), seed) for k in range(folds)]


def leave_one_out(of: Hospitals, fit: FitPredict, seed: int) -> list[Tried]:
    return [
        _try(of, fit, str(one), np.flatnonzero(of.sites == one), seed)
        for one in np.unique(of.sites)
    ]


def _try(of: Hospitals, fit: FitPredict, held: str, rows: np.ndarray, seed: int) -> Tried:
    rest = np.setdiff1d(np.arange(len(of.labels)), rows)
    if broken(of.patients, np.isin(np.arange(len(of.labels)), rows).astype(int)):
        raise ValueError(f"patients of {held} would also be learned from")
    inner = deal(of.patients[rest], of.labels[rest], FOLDS, seed)
    learned, chosen = rest[inner > 0], rest[inner == 0]
    scores = fit(learned, np.concatenate([chosen, rows]))
    threshold = youden_threshold(of.labels[chosen], scores[: len(chosen)])
    return Tried(held, rows, scores[len(chosen) :], threshold)


def by_site(of: Hospitals, tried: list[Tried], seed: int = 0) -> list[dict]:
    """The paper's table: one row a hospital, and one of all where each row has a score."""
    scores, positive = (np.full(len(of.labels), np.nan) for _ in range(2))
    for one in tried:
        scores[one.rows] = one.scores
        positive[one.rows] = one.scores >= one.threshold
    groups = {str(name): of.sites == name for name in np.unique(of.sites)}
    return [
        {
            "cohort": name,
            "records": int(used.sum()),
            "positives": int(of.labels[used].sum()),
            "thresholds": sorted({round(t.threshold, 3) for t in tried if used[t.rows].any()}),
            "figures": paper_figures(
                of.patients[used], of.labels[used], scores[used], positive[used] == 1, seed
            ),
        }
        for name, used in groups.items()
    ]


def paper_figures(
    patients: np.ndarray,
    labels: np.ndarray,
    scores: np.ndarray,
    positive: np.ndarray,
    seed: int = 0,
) -> dict[str, Estimate]:
    """AUROC and AUPRC of the scores; the rest of what was decided."""
    of_scores = {"AUROC": auroc, "AUPRC": auprc}
    decided = {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "NPV": negative_predictive_value,
        "weighted F1": weighted_f1,
    }
    found = {
        name: with_interval(measure, patients, labels, scores, seed=seed)
        for name, measure in of_scores.items()
    }
    return found | {
        name: with_interval(measure, patients, labels, positive, seed=seed)
        for name, measure in decided.items()
    }
