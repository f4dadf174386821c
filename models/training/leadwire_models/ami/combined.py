"""The two networks and the criteria together: a small rule of logits and verdicts, fitted on the
other folds, beside each alone on the same records."""

from dataclasses import dataclass

import numpy as np

from ..metrics import Estimate, auprc, auroc, sensitivity_at_specificity
from .beside import measurements, verdicts
from .figures import Measured
from .logistic import cross_fitted, fit_logistic

CRITERIA = ("stemi", "st-depression", "four-variable", "posterior", "aslanger")
RIDGE = 0.01
MEASURED_RIDGE = 0.03
SPECIFICITY = 0.9


@dataclass(frozen=True)
class Row:
    name: str
    auroc: Estimate
    auprc: Estimate
    sensitivity: Estimate
    # Above that of the shipped network, on the same resamples of patients.
    above: Estimate | None = None


def row(of: Measured, name: str, values: np.ndarray, against: np.ndarray | None = None) -> Row:
    above = None if against is None else of.less(auroc, values, against)
    at = of.of(lambda labels, s: sensitivity_at_specificity(labels, s, SPECIFICITY), values)
    return Row(name, of.of(auroc, values), of.of(auprc, values), at, above)


def on_measurements(of: Measured, measured: dict[str, dict]) -> np.ndarray:
    x = measurements(measured, of.cohort.ids, of.cohort.age_years, of.cohort.male)
    return cross_fitted(x, of.labels, of.fold, MEASURED_RIDGE)


def rule(
    of: Measured, omi: np.ndarray | None, said: dict[str, dict]
) -> tuple[list[Row], dict[str, float]]:
    """Rows of each alone and together, and the rule's weights when fitted on all records."""
    criteria = verdicts(said, of.cohort.ids, CRITERIA)
    rows = [row(of, "ami alone", of.raw)]
    alone = {"ami": of.raw}
    if omi is not None:
        alone["omi, infarct pattern"] = omi
        rows.append(row(of, "omi alone (infarct pattern)", omi, of.raw))
    rows.append(
        row(of, "criteria alone", cross_fitted(criteria, of.labels, of.fold, RIDGE), of.raw)
    )
    parts = np.column_stack([*alone.values(), criteria])
    if omi is not None:
        both = np.column_stack([of.raw, omi])
        rows.append(row(of, "ami and omi", cross_fitted(both, of.labels, of.fold, RIDGE), of.raw))
    together = cross_fitted(parts, of.labels, of.fold, RIDGE)
    rows.append(row(of, "all together", together, of.raw))
    weights = fit_logistic(parts, of.labels, RIDGE)
    return rows, dict(zip((*alone, *CRITERIA, "constant"), np.round(weights, 3).tolist()))
