"""What `leadwire simulate --format array` writes: ecg.i16, labels.csv, meta.json in one folder."""

import csv
import json
from pathlib import Path

import numpy as np

from ..cohort import Cohort


def read_simulated(folder: Path) -> Cohort:
    meta = json.loads((folder / "meta.json").read_text())
    with (folder / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    leads = tuple(meta["leads"])
    shape = (len(rows), len(leads), meta["samples"])
    signals = np.memmap(folder / "ecg.i16", dtype="<i2", mode="r", shape=shape)

    def column(name: str) -> np.ndarray:
        return np.array([row[name] for row in rows])

    return Cohort(
        name=f"simulated-{meta['draw'] or 'any'}",
        leads=leads,
        signals=signals,
        rate_hz=meta["sampleRateHz"],
        ids=column("id"),
        patients=column("id"),
        age_years=column("age").astype(float),
        male=(column("sex") == "male").astype(float),
        sites=np.full(len(rows), "simulator"),
        columns={
            "condition": column("condition"),
            "culprit": column("culprit"),
            "occluded": column("occluded") == "1",
            "stemi_criteria": column("stemi_criteria") == "1",
        },
    )
