"""What each source says of the four heads: 1, 0, or NaN where it says nothing.

`surrogate` is what ships: simulated rhythms of a heart about to stop, simulated occlusions and
pages of acute infarcts against what is normal or harmless. Old infarcts and ischaemia are neither,
and are left out of it.
"""

import numpy as np

from ..cohort import Cohort
from ..networks.eianet import HEADS
from ..omi.labels import INFARCT_OR_INJURY, ISCHAEMIA
from .simulation import MALIGNANT, OCCLUDED

NOTHING = float("nan")
OLD = ("old-anterior-infarct", "old-inferior-infarct")
# Neither harmless nor what we look for.
DOUBTFUL = ("3AVB", "2AVB", "SVTAC", "PSVT")
# surrogate, acute, malignant, reading
OF_MALIGNANT = (1, NOTHING, 1, NOTHING)
OF_OCCLUDED = (1, 1, 0, NOTHING)
OF_OLD = (NOTHING, 0, 0, 1)
OF_BENIGN = (0, 0, 0, 0)
OF_PAGE = {
    "mi": (1, 1, NOTHING, 1),
    "hmi": (NOTHING, 0, NOTHING, 1),
    "abn": (0, 0, NOTHING, NOTHING),
    "norm": OF_BENIGN,
}


def of_simulated(cohort: Cohort) -> np.ndarray:
    def said(condition: str) -> tuple:
        if condition in MALIGNANT:
            return OF_MALIGNANT
        if condition in OCCLUDED:
            return OF_OCCLUDED
        return OF_OLD if condition in OLD else OF_BENIGN

    return np.array([said(one) for one in cohort.columns["condition"]], dtype=np.float32)


def of_ptbxl(cohort: Cohort) -> np.ndarray:
    found = np.zeros((len(cohort), len(HEADS)), dtype=np.float32)
    infarct = cohort.has_any(INFARCT_OR_INJURY)
    found[infarct, :2] = NOTHING
    found[infarct, 3] = 1
    found[cohort.has_any(ISCHAEMIA + DOUBTFUL), :3] = NOTHING
    return found


def of_pages(classes: np.ndarray) -> np.ndarray:
    return np.array([OF_PAGE[one] for one in classes], dtype=np.float32)
