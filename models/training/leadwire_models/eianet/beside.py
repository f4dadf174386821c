"""What else each source says of its ECGs. It teaches the features and is shipped by nobody: a
network that can tell thirty readings apart has more to go by than one that was told of four."""

import numpy as np

from ..cohort import Cohort
from .labels import NOTHING
from .simulation import BENIGN, MALIGNANT, OCCLUDED

CONDITIONS = tuple(MALIGNANT | OCCLUDED | BENIGN)
# Codes of PTB-XL that thirty or more of its records beside this project carry.
CODES = (
    "SR NORM ABQRS IMI LVH ASMI NDT LAFB ISC_ AFIB PVC STD_ IRBBB SARRH NST_ VCLVH STACH 1AVB IVCD "
    "ISCAL QWAVE SBRAD CLBBB ILMI NT_ LOWT CRBBB INVT LAO/LAE AMI PAC ALMI LPR ISCIN ISCIL LVOLT"
).split()
# Abnormal beats, as the pages' source calls them, against normal.
BEATS = {"abn": 1.0, "norm": 0.0}
COLUMNS = len(CONDITIONS) + len(CODES) + 1


def of_simulated(cohort: Cohort) -> np.ndarray:
    found = _nothing(len(cohort))
    found[:, : len(CONDITIONS)] = cohort.columns["condition"][:, None] == np.array(CONDITIONS)
    return found


def of_ptbxl(cohort: Cohort) -> np.ndarray:
    found = _nothing(len(cohort))
    for k, code in enumerate(CODES):
        found[:, len(CONDITIONS) + k] = cohort.has_any((code,))
    return found


def of_pages(classes: np.ndarray) -> np.ndarray:
    found = _nothing(len(classes))
    found[:, -1] = [BEATS.get(one, NOTHING) for one in classes]
    return found


def _nothing(rows: int) -> np.ndarray:
    return np.full((rows, COLUMNS), NOTHING, dtype=np.float32)
