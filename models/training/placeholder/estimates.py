"""Figures with their 95 % intervals, by a bootstrap over patients (not over records)."""

import numpy as np
from scipy.stats import rankdata

RESAMPLES = 1000


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / positives / negatives)


def youden_threshold(labels: np.ndarray, scores: np.ndarray) -> float:
    """The threshold with the greatest sensitivity + specificity, midway to the score below it."""
    order = np.argsort(-scores, kind="stable")
    sensitivity = np.cumsum(labels[order]) / labels.sum()
    fallout = np.cumsum(1 - labels[order]) / (1 - labels).sum()
    best = int(np.argmax(sensitivity - fallout))
    ranked = scores[order]
    return float(ranked[best] if best + 1 == len(ranked) else (ranked[best] + ranked[best + 1]) / 2)


def with_interval(measure, patients: np.ndarray, *columns: np.ndarray, seed: int) -> dict:
    """`measure` of the columns, and the 2.5 and 97.5 percentile over resampled patients."""
    rng = np.random.default_rng(seed)
    unique, inverse = np.unique(patients, return_inverse=True)
    rows = [np.flatnonzero(inverse == i) for i in range(len(unique))]
    values = []
    for _ in range(RESAMPLES):
        index = np.concatenate([rows[i] for i in rng.integers(0, len(unique), len(unique))])
        values.append(measure(*(column[index] for column in columns)))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    value = measure(*columns)
    return {"value": round(value, 4), "low": round(float(low), 4), "high": round(float(high), 4)}


def sensitivity_at(threshold: float):
    return lambda labels, scores: float((scores[labels == 1] >= threshold).mean())


def specificity_at(threshold: float):
    return lambda labels, scores: float((scores[labels == 0] < threshold).mean())
