"""Every figure of the `ami` page and card, from out-of-fold values. Nothing is written here."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..calibrate import apply_platt, cross_fitted, fit_platt, sigmoid
from ..cohort import Cohort
from ..metrics import (
    Estimate,
    auprc,
    auroc,
    brier,
    by_subgroup,
    expected_calibration_error,
    sensitivity,
    specificity,
    subgroups,
    with_interval,
    youden_threshold,
)
from ..protocols import paper_figures

SEED = 8


@dataclass(frozen=True)
class Measured:
    """The ECGs that everything is measured on, and what was said of them out of fold."""

    cohort: Cohort
    labels: np.ndarray
    fold: np.ndarray
    raw: np.ndarray

    @cached_property
    def line(self) -> dict:
        return fit_platt(sigmoid(self.raw.astype(float)), self.labels)

    @cached_property
    def probability(self) -> np.ndarray:
        """As the shipped line makes it: the threshold is one of these."""
        return apply_platt(sigmoid(self.raw.astype(float)), self.line)

    @cached_property
    def calibrated_apart(self) -> np.ndarray:
        """By lines of the other folds: what calibration is worth on ECGs it was not fitted on."""
        return cross_fitted(sigmoid(self.raw.astype(float)), self.labels, self.fold)

    @cached_property
    def threshold(self) -> float:
        return round(youden_threshold(self.labels, self.probability), 4)

    @cached_property
    def positive(self) -> np.ndarray:
        return self.probability >= self.threshold

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        return subgroups(self.cohort.age_years, self.cohort.male)

    @property
    def patients(self) -> np.ndarray:
        return self.cohort.patients

    def words(self) -> str:
        return (
            f"{len(self.labels)} ECGs of {len(set(self.patients.tolist()))} adults (PTB-XL, "
            "raw part), "
            f"{int(self.labels.sum())} with an infarct or injury code read off the trace"
        )

    def of(self, measure, values: np.ndarray, rows: np.ndarray | None = None) -> Estimate:
        used = slice(None) if rows is None else rows
        return with_interval(
            measure, self.patients[used], self.labels[used], values[used], seed=SEED
        )

    def less(self, measure, values: np.ndarray, others: np.ndarray) -> Estimate:
        """By how much the measure of `values` is above that of `others`, on the same resamples."""
        return with_interval(
            lambda labels, a, b: measure(labels, a) - measure(labels, b),
            self.patients,
            self.labels,
            values,
            others,
            seed=SEED,
        )


def paper_rows(of: Measured) -> list[dict]:
    return [
        {
            "cohort": name,
            "records": int(used.sum()),
            "positives": int(of.labels[used].sum()),
            "figures": paper_figures(
                of.patients[used], of.labels[used], of.probability[used], of.positive[used], SEED
            ),
        }
        for name, used in of.groups.items()
        if of.labels[used].sum() >= 5
    ]


def calibration_rows(of: Measured) -> list[tuple[str, Estimate, Estimate]]:
    """ECE and Brier score of the raw value and of lines fitted on other folds."""
    raw = sigmoid(of.raw.astype(float))
    return [
        (name, of.of(expected_calibration_error, p), of.of(brier, p))
        for name, p in (
            ("as trained", raw),
            ("after Platt, fitted on the other folds", of.calibrated_apart),
        )
    ]


def subgroup_rows(of: Measured) -> dict[str, list[dict]]:
    """Ranks by the shipped line; how true the probability is, by lines of the other folds."""
    used = {"AUROC": (auroc, of.probability), "AUPRC": (auprc, of.probability)}
    used["Brier"] = (brier, of.calibrated_apart)
    return {
        name: by_subgroup(measure, of.groups, of.patients, of.labels, values, SEED)
        for name, (measure, values) in used.items()
    }


def decision(of: Measured) -> dict[str, Estimate]:
    return {
        "sensitivity": with_interval(sensitivity, of.patients, of.labels, of.positive, seed=SEED),
        "specificity": with_interval(specificity, of.patients, of.labels, of.positive, seed=SEED),
    }
