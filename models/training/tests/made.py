"""Small folders of made-up ECGs in the layouts that the readers know; no person's."""

import json
from pathlib import Path

import numpy as np

from leadwire_models.cohort import TWELVE

CODES = ("NORM", "AMI", "IMI", "INJAS", "CLBBB", "LVH", "ISC_", "ASMI", "LMI", "PMI")
RATE_HZ, SAMPLES = 500, 5000
CASES = (
    ("normal", "", 0, 0),
    ("omi-lad-mid", "LAD", 1, 1),
    ("omi-rca", "RCA", 1, 0),
    ("omi-lcx", "LCX", 1, 0),
    ("old-anterior-infarct", "", 0, 0),
    ("nstemi-ischaemia", "", 0, 0),
    ("lbbb", "", 0, 0),
)


def ptbxl(folder: Path, raw: int = 120, scaled: int = 60) -> None:
    rng = np.random.default_rng(11)

    def columns(count: int, published: np.ndarray) -> dict:
        y = np.zeros((count, len(CODES)), dtype=np.int8)
        y[np.arange(count), rng.integers(0, len(CODES), count)] = 1
        age, female = rng.integers(20, 90, count), rng.integers(0, 2, count)
        return {
            "ecg_id": np.arange(count),
            "y": y,
            "codes": np.array(CODES),
            "age": age.astype(np.float32),
            "sex_female": female.astype(np.float32),
            "fold": published.astype(np.int8),
        }

    published = np.where(np.arange(raw) < raw // 2, np.arange(raw) % 9 + 1, 10)
    np.savez(
        folder / "ptbxl_raw.npz",
        dx500_uV=rng.integers(-20, 21, (raw, 8, SAMPLES)).astype(np.int16),
        patient=np.arange(raw),
        stadium1=np.full(raw, "", dtype="U16"),
        **columns(raw, published),
    )
    np.savez(
        folder / "ptbxl_zscored.npz",
        dx125_milli=rng.integers(-50, 51, (scaled, 12, 1250)).astype(np.int16),
        **columns(scaled, np.arange(scaled) % 9 + 1),
    )


def simulated(folder: Path, draw: str, count: int, seed: int) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    rng.integers(-300, 301, (count, 12, SAMPLES)).astype("<i2").tofile(folder / "ecg.i16")
    lines = ["id,condition,culprit,occluded,stemi_criteria,age,sex,rhythm"]
    for k in range(count):
        condition, culprit, occluded, met = CASES[k % len(CASES)]
        lines.append(f"s{seed}-{k},{condition},{culprit},{occluded},{met},{40 + k % 40},male,sinus")
    (folder / "labels.csv").write_text("\n".join(lines) + "\n")
    meta = {"leads": TWELVE, "samples": SAMPLES, "sampleRateHz": RATE_HZ, "draw": draw}
    (folder / "meta.json").write_text(json.dumps(meta))
