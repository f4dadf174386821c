"""An occlusion cohort in the layout of the Chongqing set: 500 Hz WFDB records and one table with
OMI, STEMI, NSTEMI, the culprit's segment and Patient_id."""

from pathlib import Path

import numpy as np

from ..cohort import TWELVE, Cohort
from .table import Table, male_of
from .wfdb_signals import read_signals

RATE_HZ = 500
# What a segment's name begins with -> the artery; "pLAD", "mid RCA" and "OM1" occur.
SEGMENTS = (
    ("LM", ("lm", "left main")),
    ("LAD", ("lad", "diag", "d1", "d2")),
    ("LCX", ("lcx", "cx", "om", "circumflex")),
    ("RCA", ("rca", "pda", "plv", "plb", "right coronary")),
)


def read_chongqing(folder: Path, table_name: str = "labels.csv") -> Cohort:
    table = Table(folder / table_name)
    records = table.text("record", "filename", "file", "ecg_id")
    # Before the signals, so that a table that lacks a column is refused at once.
    columns = {name.lower(): table.flag(name) for name in ("OMI", "STEMI", "NSTEMI")}
    segments = table.text("culprit segment", "culprit", otherwise="")
    columns["culprit"] = np.array([artery_of(one) for one in segments])
    return Cohort(
        name="chongqing",
        leads=TWELVE,
        signals=read_signals([folder / one.removesuffix(".hea") for one in records], RATE_HZ),
        rate_hz=RATE_HZ,
        ids=records,
        patients=np.array([f"chongqing-{one}" for one in table.text("Patient_id")]),
        age_years=table.number("age"),
        male=male_of(table.text("sex", "gender", otherwise="")),
        sites=table.text("site", "hospital", otherwise="chongqing"),
        columns=columns,
    )


def artery_of(segment: str) -> str:
    """LM, LAD, LCX, RCA, or "" where the segment names none of them."""
    plain = segment.lower()
    for prefix in ("proximal", "distal", "middle", "mid", "ostial"):
        plain = plain.replace(prefix, "")
    plain = plain.strip(" -_/")
    for artery, beginnings in SEGMENTS:
        stripped = plain[1:] if plain[:1] in "pmd" and plain[1:].startswith(beginnings) else plain
        if stripped.startswith(beginnings):
            return artery
    return ""
