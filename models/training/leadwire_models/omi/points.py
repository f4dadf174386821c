"""Decision points: each with the ECGs it was chosen on and what it gives there or on others."""

import numpy as np

from ..metrics import (
    sensitivity,
    specificity,
    threshold_at_specificity,
    with_interval,
    youden_threshold,
)
from .calibration import REAL
from .measure import SEED, Real
from .predicted import CULPRITS

# Of what only the simulator knows; the first is the one to begin with.
SPECIFICITIES = {"specificity-98": 0.98, "specificity-90": 0.90}


def point(
    finding: str, name: str, cohort: str, threshold: float, patients, labels, p
) -> dict:
    positive = p >= threshold
    return {
        "finding": finding,
        "name": name,
        "threshold": round(float(threshold), 4),
        "cohort": cohort,
        "sensitivity": with_interval(sensitivity, patients, labels, positive, seed=SEED),
        "specificity": with_interval(specificity, patients, labels, positive, seed=SEED),
    }


def real_points(real: Real) -> list[dict]:
    found = []
    for finding in REAL:
        kept, labels, _, p = real.of(finding)
        patients = real.cohort.patients[kept]
        cohort = (
            f"{len(kept)} ECGs of adults in PTB-XL, {int(labels.sum())} positive by a reading of the "
            "trace; out of fold; chosen and measured on the same ECGs"
        )
        chosen = {
            "youden": youden_threshold(labels, p),
            "specificity-95": threshold_at_specificity(labels, p, 0.95),
        }
        for name, threshold in chosen.items():
            found.append(point(finding, name, cohort, threshold, patients, labels, p))
    return found


def simulated_points(
    chosen: dict, chosen_true: dict, measured_on: dict, true: dict, ids: np.ndarray
) -> list[dict]:
    """Alarms are what an emergency department counts, so the specificity is what is chosen."""
    found = []
    for finding in ("omi", *CULPRITS, "non-occlusive-mi"):
        labels = true[finding]
        cohort = (
            f"chosen on {len(chosen['omi'])} simulated ECGs as an emergency department sees them; "
            f"measured on {len(labels)} of generator parameters apart from these, "
            f"{int(labels.sum())} positive"
        )
        for name, wanted in SPECIFICITIES.items():
            threshold = threshold_at_specificity(chosen_true[finding], chosen[finding], wanted)
            found.append(point(finding, name, cohort, threshold, ids, labels, measured_on[finding]))
    return found
