"""What the members say of ECGs they never saw, kept on disk so that reports cost no second run."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from torch import nn

from ..calibrate import apply_platt, sigmoid
from ..omi.sources import FOLDS
from ..training import predict
from .exported import Exported
from .inputs import unknown
from .sources import Source

# Which of age and sex is hidden: (age, sex).
HIDDEN = {
    "known": (False, False),
    "no age": (True, False),
    "no sex": (False, True),
    "neither": (True, True),
}


@dataclass(frozen=True)
class Said:
    """Out of fold, one row an ECG: the raw value by what is hidden, the attention, the distance."""

    raw: dict[str, np.ndarray]
    attention: np.ndarray
    distance: np.ndarray


def out_of_fold(members: list[Exported], source: Source, kept: Path) -> Said:
    """Each ECG by the one member that never saw its patient."""
    if not kept.exists():
        rows = len(source.fold)
        found = {name: np.empty(rows, dtype=np.float32) for name in HIDDEN}
        attention, distance = [
            np.empty((rows, *shape), dtype=np.float32) for shape in ((12, 125), ())
        ]
        for held, member in enumerate(members):
            own = np.flatnonzero(source.fold == held)
            for name, (age, sex) in HIDDEN.items():
                given = unknown(len(own), age, sex, of=source.age_sex[own])
                raw, shown, far = predict(member, (source.ecg[own], given))
                found[name][own] = raw[:, 0]
                if name == "known":
                    attention[own], distance[own] = shown, far[:, 0]
        np.savez(kept, attention=attention, distance=distance, **found)
    saved = np.load(kept)
    return Said({name: saved[name] for name in HIDDEN}, saved["attention"], saved["distance"])


def comparator(members: list[nn.Module], source: Source) -> np.ndarray:
    """The raw value of each ECG by the member that never saw its patient."""
    raw = np.empty(len(source.fold), dtype=np.float32)
    for held in range(FOLDS):
        own = np.flatnonzero(source.fold == held)
        raw[own] = predict(members[held], (source.ecg[own], source.age_sex[own]))[0][:, 0]
    return raw


@dataclass(frozen=True)
class Together:
    """The ensemble as shipped: calibrated probability, the spread of the members before that."""

    probability: np.ndarray
    spread: np.ndarray
    distance: np.ndarray
    attention: np.ndarray


def together(members: list[Exported], ecg: np.ndarray, age_sex: np.ndarray, line: dict) -> Together:
    each = [predict(member, (ecg, age_sex)) for member in members]
    raw = np.stack([one[0][:, 0] for one in each])
    own = sigmoid(raw.astype(float))
    return Together(
        apply_platt(sigmoid(raw.mean(axis=0).astype(float)), line),
        own.std(axis=0),
        np.mean([one[2][:, 0] for one in each], axis=0),
        np.mean([one[1] for one in each], axis=0),
    )
