"""What each source's labels say about the ten classes, LBBB and what is read off a trace.

A label is a mask of the classes it leaves possible, so that a territory read off a trace and a
simulated culprit teach the same network: the loss is the logarithm of the mass on the mask.
"""

from dataclasses import dataclass

import numpy as np

from ..cohort import Cohort
from ..networks.omi import CLASSES

READINGS = ("infarct_or_injury", "anterior", "inferior")

# PTB-XL's codes by territory; the INJ codes stand for subendocardial injury.
ANTERIOR = ("AMI", "ASMI", "ALMI", "INJAS", "INJAL")
INFERIOR = ("IMI", "ILMI", "IPLMI", "IPMI", "INJIN", "INJIL")
LATERAL = ("LMI", "INJLA")
POSTERIOR = ("PMI",)
INJURY = ("INJAS", "INJAL", "INJIN", "INJLA", "INJIL")
INFARCT_OR_INJURY = ANTERIOR + INFERIOR + LATERAL + POSTERIOR
ISCHAEMIA = ("ISC_", "ISCAL", "ISCAN", "ISCAS", "ISCIL", "ISCIN", "ISCLA")
OLD_STAGES = ("Stadium II-III", "Stadium III")

CONTROL = ("control_nomyoperi", "control_myoperi")
NON_OMI = ("mi_nstemi_nonomi", "mi_stemi_nonomi")
OMI = CLASSES[4:]
ARTERIES = {
    "lmca_lad": ANTERIOR + ("LMI", "INJLA"),
    "lcx": INFERIOR + LATERAL + POSTERIOR + ("ALMI",),
    "rca": INFERIOR + POSTERIOR,
}
CULPRITS = {"LM": "lmca_lad", "LAD": "lmca_lad", "LCX": "lcx", "RCA": "rca"}
BLOCKS = ("lbbb", "lbbb-concordant")
OLD_INFARCTS = {"old-anterior-infarct": "anterior", "old-inferior-infarct": "inferior"}
UNLIKE_ANY_BLOCK = ("paced", "ventricular-tachycardia")


@dataclass(frozen=True)
class Labels:
    # [n, 10]: which classes are possible.
    allowed: np.ndarray
    # [n] and [n, len(READINGS)]: 0, 1, or NaN where nothing is said.
    lbbb: np.ndarray
    readings: np.ndarray


def mask(names: tuple[str, ...]) -> np.ndarray:
    return np.array([name in names for name in CLASSES])


def of_ptbxl(cohort: Cohort) -> Labels:
    """By a cardiologist's reading of the trace."""
    infarct = cohort.has_any(INFARCT_OR_INJURY)
    allowed = np.zeros((len(cohort), len(CLASSES)), dtype=bool)
    allowed[~infarct] = mask(CONTROL)
    allowed[cohort.has_any(("NORM",)) & ~infarct] = mask(CONTROL[:1])
    # Ischaemic ST-T may be an infarct without ST elevation; the trace alone does not say.
    allowed[cohort.has_any(ISCHAEMIA) & ~infarct] |= mask(NON_OMI[:1])
    allowed[infarct] |= mask(NON_OMI)
    old = np.isin(cohort.columns["stadium1"], OLD_STAGES) if "stadium1" in cohort.columns else infarct & False
    for artery, codes in ARTERIES.items():
        fresh = cohort.has_any(codes) & ~old
        elevated = cohort.has_any(tuple(code for code in codes if code not in INJURY)) & ~old
        allowed[fresh] |= mask((f"mi_nstemi_omi_{artery}",))
        allowed[elevated] |= mask((f"mi_stemi_omi_{artery}",))
    lbbb = cohort.has_any(("CLBBB",)).astype(float)
    lbbb[cohort.has_any(("ILBBB", "PACE")) & (lbbb == 0)] = np.nan
    read = (infarct, cohort.has_any(ANTERIOR), cohort.has_any(INFERIOR))
    return Labels(allowed, lbbb, np.stack(read, axis=1).astype(float))


def of_simulated(cohort: Cohort) -> Labels:
    """By what the simulator made. An old infarct counts as an infarct without occlusion."""
    rows = [
        _simulated(*one)
        for one in zip(*(cohort.columns[c] for c in ("condition", "culprit", "occluded", "stemi_criteria")))
    ]
    allowed, lbbb, readings = (np.array(column) for column in zip(*rows))
    return Labels(allowed, lbbb, readings)


def _simulated(
    condition: str, culprit: str, occluded: bool, elevated: bool
) -> tuple[np.ndarray, float, list[float]]:
    lbbb = np.nan if condition in UNLIKE_ANY_BLOCK else float(condition in BLOCKS)
    if occluded:
        artery = CULPRITS[culprit]
        kind = "stemi" if elevated else "nstemi"
        # A reader of traces would call some of these an infarct and miss others.
        anterior = 1.0 if artery == "lmca_lad" and elevated else np.nan
        inferior = 1.0 if artery == "rca" and elevated else np.nan
        read = [1.0 if elevated else np.nan, anterior, inferior]
        return mask((f"mi_{kind}_omi_{artery}",)), lbbb, read
    if condition in OLD_INFARCTS:
        read = [1.0, *(float(OLD_INFARCTS[condition] == one) for one in READINGS[1:])]
        return mask(NON_OMI), lbbb, read
    if condition in ("wellens", "nstemi-ischaemia"):
        return mask(NON_OMI[:1]), lbbb, [np.nan, np.nan, np.nan]
    if condition == "pericarditis":
        return mask(CONTROL[1:]), lbbb, [0.0, 0.0, 0.0]
    return mask(CONTROL[:1]), lbbb, [0.0, 0.0, 0.0]
