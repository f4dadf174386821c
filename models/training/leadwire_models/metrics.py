"""Figures of merit for binary findings, in NumPy alone, and their intervals.

A record counts once in a figure; an interval comes from resampling patients, since two ECGs of one
person are not two pieces of evidence.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95
# From left-closed ages; the last is open. The bands of every table of ours.
AGE_BANDS = (
    ("18 to 49 years", 18, 50),
    ("50 to 64 years", 50, 65),
    ("65 to 79 years", 65, 80),
    ("80 years and older", 80, 200),
)
FEWEST_TO_SHOW = 5

Measure = Callable[..., float]


@dataclass(frozen=True)
class Estimate:
    """A figure with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float

    def rounded(self, digits: int = 4) -> dict:
        """As a card holds it: the bounds never exclude the value by rounding."""
        value, low, high = (round(float(x), digits) for x in (self.value, self.low, self.high))
        return {"value": value, "low": min(low, value), "high": max(high, value)}


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    above = ranks(scores)[labels == 1].sum() - positives * (positives + 1) / 2
    return float(above / positives / negatives)


def auprc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Average precision: the step-wise area, without interpolation; ties are taken together."""
    positives = labels.sum()
    if positives == 0:
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    found = np.cumsum(labels[order])[ends]
    recall = found / positives
    return float(np.sum(np.diff(np.concatenate([[0.0], recall])) * found / (ends + 1)))


def brier(labels: np.ndarray, probabilities: np.ndarray) -> float:
    return float(np.mean((probabilities - labels) ** 2))


def expected_calibration_error(
    labels: np.ndarray, probabilities: np.ndarray, bins: int = 10
) -> float:
    """Mean gap between stated and observed share over bins of equal width, weighted by records."""
    rows = calibration_curve(labels, probabilities, bins)
    return float(
        sum(row["records"] * abs(row["stated"] - row["observed"]) for row in rows) / len(labels)
    )


def calibration_curve(labels: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> list[dict]:
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        {
            "from": b / bins,
            "to": (b + 1) / bins,
            "records": int((place == b).sum()),
            "stated": float(probabilities[place == b].mean()),
            "observed": float(labels[place == b].mean()),
        }
        for b in range(bins)
        if (place == b).any()
    ]


def sensitivity(labels: np.ndarray, positive: np.ndarray) -> float:
    return _share(positive[labels == 1])


def specificity(labels: np.ndarray, positive: np.ndarray) -> float:
    return _share(~positive[labels == 0])


def predictive_value(labels: np.ndarray, positive: np.ndarray) -> float:
    return _share(labels[positive] == 1)


def negative_predictive_value(labels: np.ndarray, positive: np.ndarray) -> float:
    return _share(labels[~positive] == 0)


def weighted_f1(labels: np.ndarray, positive: np.ndarray) -> float:
    """F1 of either class, weighted by how many records are of it."""
    total = 0.0
    for one in (False, True):
        truth, said = labels == one, positive == one
        both = (truth & said).sum()
        either = truth.sum() + said.sum()
        total += truth.sum() * (2 * both / either if either else 0.0)
    return float(total / len(labels))


def youden_threshold(labels: np.ndarray, scores: np.ndarray) -> float:
    """The threshold with the greatest sensitivity + specificity, midway to the score below it."""
    values, found, false = _cumulated(labels, scores)
    best = int(np.argmax(found / found[-1] - false / false[-1]))
    return float(values[best] if best + 1 == len(values) else (values[best] + values[best + 1]) / 2)


def threshold_at_specificity(labels: np.ndarray, scores: np.ndarray, wanted: float) -> float:
    """The lowest threshold that keeps at least the wanted specificity; infinite where none does."""
    values, _, false = _cumulated(labels, scores)
    kept = np.flatnonzero(1 - false / false[-1] >= wanted - 1e-12)
    return float(values[kept[-1]]) if len(kept) else float("inf")


def sensitivity_at_specificity(labels: np.ndarray, scores: np.ndarray, wanted: float) -> float:
    return sensitivity(labels, scores >= threshold_at_specificity(labels, scores, wanted))


def _cumulated(labels: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, ...]:
    """Distinct scores from the greatest down, and the positives and negatives at or above each."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    found = np.cumsum(labels[order])[ends]
    return scores[order][ends], found, ends + 1 - found


def _share(of: np.ndarray) -> float:
    return float(np.mean(of)) if len(of) else float("nan")


def with_interval(
    measure: Measure,
    patients: np.ndarray,
    *columns: np.ndarray,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Estimate:
    """`measure(*columns)`, and its percentiles over patients drawn with replacement."""
    rng = np.random.default_rng(seed)
    _, inverse, counts = np.unique(patients, return_inverse=True, return_counts=True)
    grouped = np.argsort(inverse, kind="stable")
    starts = np.cumsum(counts) - counts
    values = []
    for _ in range(resamples):
        drawn = rng.integers(0, len(counts), len(counts))
        sizes = counts[drawn]
        # Row numbers of all records of the drawn patients, without a loop over patients.
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        index = grouped[np.repeat(starts[drawn], sizes) + within]
        values.append(measure(*(column[index] for column in columns)))
    tail = 50 * (1 - LEVEL)
    value = measure(*columns)
    if not np.isfinite(values).any():
        return Estimate(value, float("nan"), float("nan"))
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    return Estimate(value, min(float(low), value), max(float(high), value))


def subgroups(age_years: np.ndarray, male: np.ndarray) -> dict[str, np.ndarray]:
    """All, either sex and each age band, as masks; unknown age or sex (NaN) falls in none."""
    groups = {"all": np.ones(len(age_years), dtype=bool), "women": male == 0, "men": male == 1}
    for name, low, high in AGE_BANDS:
        groups[name] = (age_years >= low) & (age_years < high)
    return groups


def by_subgroup(
    measure: Measure,
    groups: dict[str, np.ndarray],
    patients: np.ndarray,
    labels: np.ndarray,
    scores: np.ndarray,
    seed: int = 0,
) -> list[dict]:
    """One row a group; a group with too few of either class has counts and no estimate."""
    rows = []
    for name, used in groups.items():
        positives = int(labels[used].sum())
        enough = min(positives, int(used.sum()) - positives) >= FEWEST_TO_SHOW
        columns = (patients[used], labels[used], scores[used])
        rows.append(
            {
                "cohort": name,
                "records": int(used.sum()),
                "positives": positives,
                "estimate": with_interval(measure, *columns, seed=seed) if enough else None,
            }
        )
    return rows


def selective_risk(
    measure: Measure,
    patients: np.ndarray,
    labels: np.ndarray,
    scores: np.ndarray,
    doubt: np.ndarray,
    coverages: tuple[float, ...] = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5),
    seed: int = 0,
) -> list[dict]:
    """The measure on the share of records with the least doubt: what abstention would buy."""
    order = np.argsort(doubt, kind="stable")
    points = []
    for coverage in coverages:
        kept = order[: max(1, round(coverage * len(order)))]
        columns = (patients[kept], labels[kept], scores[kept])
        points.append(
            {
                "coverage": coverage,
                "records": len(kept),
                "positives": int(labels[kept].sum()),
                "estimate": with_interval(measure, *columns, seed=seed),
            }
        )
    return points
