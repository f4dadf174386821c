"""Every figure of `eianet`, from what its members say of rows that they never saw."""

from dataclasses import dataclass

import numpy as np

from ..calibrate import apply_platt, cross_fitted, fit_platt, sigmoid
from ..cohort import Cohort
from ..metrics import (
    Estimate,
    auroc,
    by_subgroup,
    expected_calibration_error,
    sensitivity,
    specificity,
    subgroups,
    threshold_at_specificity,
    with_interval,
)
from .labels import OLD
from .simulation import MALIGNANT, OCCLUDED
from .sources import SEED, Source

SPECIFICITY = 0.95


@dataclass(frozen=True)
class Row:
    """One figure with its cohort."""

    cohort: str
    measure: str
    records: int
    positives: int
    estimate: Estimate


@dataclass(frozen=True)
class Between:
    """Some rows of a source, told apart by their kinds."""

    ids: np.ndarray
    labels: np.ndarray
    raw: np.ndarray

    def row(self, cohort: str) -> Row:
        estimate = with_interval(auroc, self.ids, self.labels, self.raw, seed=SEED)
        return Row(cohort, "AUROC", len(self.labels), int(self.labels.sum()), estimate)


def between(
    source: Source, raw: np.ndarray, positive: tuple[str, ...], negative: tuple[str, ...]
) -> Between:
    used = np.isin(source.kinds, positive + negative)
    labels = np.isin(source.kinds[used], positive).astype(int)
    return Between(source.ids[used], labels, raw[used])


def pages_rows(pages: Source, raw: np.ndarray, who: str = "") -> list[Row]:
    return [
        between(pages, raw, ("mi",), others).row(f"ecg-images{who}, acute infarct against {words}")
        for others, words in (
            (("norm",), "normal"),
            (("norm", "abn"), "normal and abnormal beats"),
            (("hmi",), "old infarct"),
        )
    ]


def simulated_rows(test: Source, raw: np.ndarray, who: str = "") -> list[Row]:
    conditions = set(test.kinds)
    benign = tuple(conditions - {*MALIGNANT, *OCCLUDED, *OLD})
    return [
        between(test, raw, tuple(positive), benign).row(f"simulated{who}, {words} against harmless")
        for positive, words in (
            ((*MALIGNANT, *OCCLUDED), "malignant rhythm or occlusion"),
            (tuple(MALIGNANT), "malignant rhythm"),
            (tuple(OCCLUDED), "occlusion"),
        )
    ]


def ptbxl_groups(cohort: Cohort, source: Source, raw: np.ndarray) -> list[dict]:
    used = np.isin(source.kinds, ("infarct", "norm"))
    labels = (source.kinds[used] == "infarct").astype(int)
    groups = subgroups(cohort.age_years[used], cohort.male[used])
    return by_subgroup(auroc, groups, cohort.patients[used], labels, raw[used], seed=SEED)


@dataclass(frozen=True)
class Decided:
    """The calibration line, the threshold, and how both do on the pages out of fold."""

    line: dict
    prevalence: float
    threshold: float
    sensitivity: Estimate
    specificity: Estimate
    calibration_error: Estimate
    labels: np.ndarray
    apart: np.ndarray

    def positive(self, raw: np.ndarray) -> np.ndarray:
        return apply_platt(sigmoid(raw), self.line) >= self.threshold


def decide(pages: Source, raw: np.ndarray) -> Decided:
    used = np.isin(pages.kinds, ("mi", "norm", "abn"))
    labels, ids = (pages.kinds[used] == "mi").astype(int), pages.ids[used]
    plain = sigmoid(raw[used])
    line = fit_platt(plain, labels)
    calibrated = apply_platt(plain, line)
    threshold = round(float(threshold_at_specificity(labels, calibrated, SPECIFICITY)), 4)
    positive = calibrated >= threshold
    apart = cross_fitted(plain, labels, pages.fold[used])
    return Decided(
        line=line,
        prevalence=round(float(labels.mean()), 4),
        threshold=threshold,
        sensitivity=with_interval(sensitivity, ids, labels, positive, seed=SEED),
        specificity=with_interval(specificity, ids, labels, positive, seed=SEED),
        calibration_error=with_interval(
            expected_calibration_error, ids, labels, apart, seed=SEED
        ),
        labels=labels,
        apart=apart,
    )


def above_by_condition(test: Source, positive: np.ndarray) -> list[tuple[str, int, int]]:
    """Condition, how many, and how many of them lie above the threshold."""
    return [
        (condition, int((test.kinds == condition).sum()), int(positive[test.kinds == condition].sum()))
        for condition in sorted(set(test.kinds))
    ]


def above_by_group(cohort: Cohort, source: Source, positive: np.ndarray) -> list[tuple]:
    """Of normal ECGs of PTB-XL, how many lie above the threshold, by sex and age."""
    normal = source.kinds == "norm"
    groups = subgroups(cohort.age_years, cohort.male)
    return [
        (name, int((normal & used).sum()), int((positive & normal & used).sum()))
        for name, used in groups.items()
    ]
