"""Millivolts for ECGs whose leads were each scaled by themselves.

What the limb leads were scaled by is not quite lost: III is II less I, so the ratio of the three
can be solved for. The chest leads are given the middle height of other ECGs, and training then
varies them (`LEAD_SPREAD`): shapes are learned from such ECGs, heights are not.
"""

from dataclasses import replace

import numpy as np

from .cohort import Cohort

# Standard deviation in microvolts over ten seconds, the median of the raw PTB-XL records.
LIMB_MICROVOLTS = 120.0
CHEST_MICROVOLTS = {"V1": 141.0, "V2": 235.0, "V3": 224.0, "V4": 218.0, "V5": 193.0, "V6": 157.0}
# Spread of the logarithm of a lead's height among the raw records.
LEAD_SPREAD = 0.35
RATIO_MOST = 4.0


def restore_amplitude(cohort: Cohort) -> Cohort:
    """I, II, V1 to V6 in microvolts from twelve leads in thousandths of a deviation."""
    place = {name: k for k, name in enumerate(cohort.leads)}
    kept = ("I", "II", *CHEST_MICROVOLTS)
    signals = np.empty((len(cohort), len(kept), cohort.signals.shape[-1]), dtype=np.int32)
    for row, one in enumerate(cohort.signals):
        scaled = {name: one[k] / 1000.0 for name, k in place.items()}
        heights = dict(zip(("I", "II"), limb_heights(scaled["I"], scaled["II"], scaled["III"])))
        for k, name in enumerate(kept):
            signals[row, k] = np.round(scaled[name] * (heights | CHEST_MICROVOLTS)[name])
    return replace(cohort, name=f"{cohort.name}-restored", leads=kept, signals=signals)


def limb_heights(first: np.ndarray, second: np.ndarray, third: np.ndarray) -> tuple[float, float]:
    """What I and II were divided by, as far as their ratio tells: third*s3 = second*s2 - first*s1."""
    sides = np.stack([first, second], axis=1)
    (less, more), *_ = np.linalg.lstsq(sides, third, rcond=None)
    ratio = np.clip(abs(less) / max(abs(more), 1e-9), 1 / RATIO_MOST, RATIO_MOST)
    return LIMB_MICROVOLTS * float(np.sqrt(ratio)), LIMB_MICROVOLTS / float(np.sqrt(ratio))
