"""The parts of PTB-XL that lie beside this project as two .npz files (see their README)."""

from pathlib import Path

import numpy as np

from ..cohort import EIGHT, TWELVE, Cohort

# PTB-XL writes 300 for "over 89".
AGE_OVER_89 = 90.0
RAW_RATE_HZ = 500
SCALED_RATE_HZ = 125


def read_raw(folder: Path) -> Cohort:
    """True amplitude, 500 Hz, with patient numbers."""
    data = np.load(folder / "ptbxl_raw.npz")
    signals = np.cumsum(data["dx500_uV"], axis=2, dtype=np.int32)
    patients = np.array([f"ptbxl-{number}" for number in data["patient"]])
    return _cohort("ptbxl-raw", data, signals, EIGHT, RAW_RATE_HZ, patients, ("stadium1",))


def read_zscored(folder: Path) -> Cohort:
    """Each lead by itself has mean 0 and deviation 1; 125 Hz; no patient numbers, so the PTB-XL
    fold, which keeps patients whole, stands in their place."""
    data = np.load(folder / "ptbxl_zscored.npz")
    signals = np.cumsum(data["dx125_milli"], axis=2, dtype=np.int32)
    patients = np.array([f"ptbxl-fold-{number}" for number in data["fold"]])
    cohort = _cohort("ptbxl-zscored", data, signals, TWELVE, SCALED_RATE_HZ, patients, ())
    # A thousandth of a deviation; one deviation counts as a millivolt until amplitude.py.
    return cohort


def _cohort(
    name: str,
    data: np.lib.npyio.NpzFile,
    signals: np.ndarray,
    leads: tuple[str, ...],
    rate_hz: int,
    patients: np.ndarray,
    more: tuple[str, ...],
) -> Cohort:
    codes = [str(code) for code in data["codes"]]
    columns = {code: data["y"][:, k] > 0 for k, code in enumerate(codes)}
    columns |= {column: data[column] for column in (*more, "fold")}
    age = data["age"].astype(float)
    return Cohort(
        name=name,
        leads=leads,
        signals=signals,
        rate_hz=rate_hz,
        ids=data["ecg_id"].astype(str),
        patients=patients,
        age_years=np.where(age > 89, AGE_OVER_89, age),
        male=1.0 - data["sex_female"].astype(float),
        sites=np.full(len(age), "ptbxl"),
        columns=columns,
        true_amplitude=name == "ptbxl-raw",
    )
