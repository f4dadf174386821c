"""What each source says: readings of the trace (NaN where nothing is said), and the leads in which
an infarct of that territory shows."""

import numpy as np

from ..cohort import TWELVE, Cohort
from ..networks.ami import READINGS
from ..omi.labels import (
    ANTERIOR,
    BLOCKS,
    INFARCT_OR_INJURY,
    INFERIOR,
    ISCHAEMIA,
    LATERAL,
    UNLIKE_ANY_BLOCK,
    of_simulated,
)

CODES = {
    "mi": INFARCT_OR_INJURY,
    "anterior": ANTERIOR,
    "inferior": INFERIOR,
    "lateral": LATERAL + ("ALMI", "ILMI", "INJAL", "INJIL", "IPLMI"),
    "normal": ("NORM",),
    "lbbb": ("CLBBB",),
    "rbbb": ("CRBBB",),
    "lvh": ("LVH",),
    "ischaemia": ISCHAEMIA,
    "fascicular": ("LAFB", "LPFB"),
    "fibrillation": ("AFIB", "AFLT"),
    "st-t": ("NDT", "NST_", "STD_", "INVT", "LOWT", "TAB_"),
}
LEADS_OF = {
    "anterior": ("V1", "V2", "V3", "V4"),
    "inferior": ("II", "III", "aVF"),
    "lateral": ("I", "aVL", "V5", "V6"),
}
CONDITIONS = {
    "rbbb": ("rbbb",),
    "lvh": ("lvh-strain",),
    "fibrillation": ("atrial-fibrillation", "atrial-flutter"),
}


def of_ptbxl(cohort: Cohort) -> np.ndarray:
    return np.stack([cohort.has_any(CODES[name]) for name in READINGS], axis=1).astype(np.float32)


def of_simulation(cohort: Cohort) -> np.ndarray:
    """A reader would call some occlusions an infarct and miss others: where the millimetres are not
    reached nothing is said."""
    found = np.full((len(cohort), len(READINGS)), np.nan, dtype=np.float32)
    place = {name: k for k, name in enumerate(READINGS)}
    found[:, [place[one] for one in ("mi", "anterior", "inferior")]] = of_simulated(cohort).readings
    condition = cohort.columns["condition"]
    found[:, place["normal"]] = condition == "normal"
    wide = np.isin(condition, UNLIKE_ANY_BLOCK)
    found[~wide, place["lbbb"]] = np.isin(condition, BLOCKS)[~wide]
    for name, these in CONDITIONS.items():
        found[:, place[name]] = np.isin(condition, these)
    return found


def territory(readings: np.ndarray) -> np.ndarray:
    """[n, 12], true in the leads of the territories that were read; all false without one."""
    leads = np.zeros((len(readings), len(TWELVE)), dtype=bool)
    for name, shown in LEADS_OF.items():
        leads |= (readings[:, [READINGS.index(name)]] == 1) & np.isin(TWELVE, shown)
    return leads & (readings[:, [READINGS.index("mi")]] == 1)
