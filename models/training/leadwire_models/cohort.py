"""The one value that every reader gives and every training takes."""

from dataclasses import dataclass, field, replace

import numpy as np

TWELVE = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
EIGHT = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")

# How the other limb leads follow from I and II: their weights.
LIMB = {
    "I": (1.0, 0.0),
    "II": (0.0, 1.0),
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}


@dataclass(frozen=True)
class Cohort:
    """ECGs of one source. Every array has one row an ECG; NaN and "" stand for unknown."""

    name: str
    leads: tuple[str, ...]
    # (n, leads, samples), in units of `microvolts_a_step`; may be memory-mapped.
    signals: np.ndarray
    rate_hz: int
    ids: np.ndarray
    # Unique over all cohorts where the source tells patients apart.
    patients: np.ndarray
    age_years: np.ndarray
    # 1 male, 0 female.
    male: np.ndarray
    sites: np.ndarray
    # What the source says of each ECG, a column a statement (a code, a condition, an outcome).
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    microvolts_a_step: float = 1.0
    # False where every lead was scaled by itself, so that millivolts mean nothing.
    true_amplitude: bool = True

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: np.ndarray) -> "Cohort":
        columns = {name: values[rows] for name, values in self.columns.items()}
        own = ("signals", "ids", "patients", "age_years", "male", "sites")
        return replace(self, columns=columns, **{name: getattr(self, name)[rows] for name in own})

    def has_any(self, names: tuple[str, ...]) -> np.ndarray:
        """Which ECGs have at least one of these codes; a code the source lacks is had by none."""
        found = np.zeros(len(self), dtype=bool)
        for name in names:
            if name in self.columns:
                found |= self.columns[name].astype(bool)
        return found

    def microvolts(self, rows: np.ndarray | slice, leads: tuple[str, ...]) -> np.ndarray:
        """(rows, leads, samples) as float64; a limb lead that was not kept is made from I and II."""
        kept = self.signals[rows].astype(np.float64) * self.microvolts_a_step
        place = {name: k for k, name in enumerate(self.leads)}

        def one(name: str) -> np.ndarray:
            if name in place:
                return kept[:, place[name]]
            first, second = LIMB[name]
            return first * kept[:, place["I"]] + second * kept[:, place["II"]]

        return np.stack([one(name) for name in leads], axis=1)


def adults(cohort: Cohort, years: float = 18) -> Cohort:
    """Those known to be of age: the networks are for adults and abstain for others."""
    of_age = cohort.age_years >= years
    return cohort if of_age.all() else cohort.take(np.flatnonzero(of_age))
