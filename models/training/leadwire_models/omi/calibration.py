"""The line of each finding, fitted on ECGs that no member was trained on.

What is read off traces is calibrated on real patients, out of fold; what only the simulator knows,
on simulated ECGs as an emergency department sees them.
"""

from dataclasses import dataclass

import numpy as np

from ..calibrate import apply_platt, fit_platt, fit_temperature
from ..cohort import Cohort
from .labels import CULPRITS as ARTERY_OF
from .predicted import CULPRITS, READ, Raw, findings_of

SIMULATED = ("omi", *CULPRITS, "non-occlusive-mi")
REAL = (*READ, "lbbb")


@dataclass(frozen=True)
class Calibration:
    temperature: float
    lines: dict[str, dict]
    prevalence: dict[str, float]

    def apply(self, raw: Raw) -> dict[str, np.ndarray]:
        found = findings_of(raw, self.temperature)
        return {name: apply_platt(p, self.lines[name]) for name, p in found.items()}


def simulated_truth(cohort: Cohort) -> dict[str, np.ndarray]:
    occluded = cohort.columns["occluded"]
    artery = np.array([ARTERY_OF.get(one, "") for one in cohort.columns["culprit"]])
    truth = {"omi": occluded}
    for name, one in CULPRITS.items():
        truth[name] = occluded & (artery == one)
    kinds = ("wellens", "nstemi-ischaemia", "old-anterior-infarct", "old-inferior-infarct")
    truth["non-occlusive-mi"] = np.isin(cohort.columns["condition"], kinds)
    truth["lbbb"] = np.isin(cohort.columns["condition"], ("lbbb", "lbbb-concordant"))
    return {name: values.astype(int) for name, values in truth.items()}


def real_truth(labels) -> dict[str, np.ndarray]:
    """By the reader's word; an incomplete block and a paced rhythm, of which training learns nothing
    for LBBB, count against it here."""
    truth = {name: labels.readings[:, k] for k, name in enumerate(READ)}
    return truth | {"lbbb": np.nan_to_num(labels.lbbb)}


def calibrate(
    real: Raw, said: dict[str, np.ndarray], made: Raw, true: dict[str, np.ndarray], allowed: np.ndarray
) -> Calibration:
    """`real` are out-of-fold values with what was `said` of them; `made` are the ensemble's values
    of simulated ECGs with what is `true` of them and the classes that are `allowed`."""
    temperature = fit_temperature(made.classes, allowed)
    lines, prevalence = {}, {}
    for values, labels, names in ((real, said, REAL), (made, true, SIMULATED)):
        found = findings_of(values, temperature)
        for name in names:
            known = ~np.isnan(labels[name].astype(float))
            lines[name] = fit_platt(found[name][known], labels[name][known])
            prevalence[name] = round(float(labels[name][known].mean()), 4)
    return Calibration(round(temperature, 4), lines, prevalence)
