"""LUDB: 10 s WFDB records at 500 Hz; what the cardiologists said stands in header comments."""

from pathlib import Path

import numpy as np

from ..cohort import TWELVE, Cohort
from .wfdb_signals import read_signals

RATE_HZ = 500
# Words of the diagnoses that stand for an infarct, old or new.
INFARCT = ("scar", "stemi")


def read_ludb(folder: Path) -> Cohort:
    paths = sorted((one.with_suffix("") for one in folder.glob("*.hea")), key=lambda p: int(p.name))
    said = [_comments(one.with_suffix(".hea")) for one in paths]
    rows = len(paths)
    infarct = [any(word in line.lower() for word in INFARCT for line in lines) for lines in said]
    return Cohort(
        name="ludb",
        leads=TWELVE,
        signals=read_signals(paths, RATE_HZ),
        rate_hz=RATE_HZ,
        ids=np.array([one.name for one in paths]),
        patients=np.array([f"ludb-{one.name}" for one in paths]),
        age_years=np.array([_age(lines) for lines in said]),
        male=np.array([_male(lines) for lines in said]),
        sites=np.full(rows, "ludb"),
        columns={"mi": np.array(infarct)},
    )


def _comments(path: Path) -> list[str]:
    return [line[1:].strip() for line in path.read_text().splitlines() if line.startswith("#")]


def _after(lines: list[str], name: str) -> str:
    found = [
        line.split(":", 1)[1].strip() for line in lines if line.lower().startswith(f"<{name}>")
    ]
    return found[0] if found else ""


def _age(lines: list[str]) -> float:
    digits = "".join(c for c in _after(lines, "age") if c.isdigit())
    return float(digits) if digits else float("nan")


def _male(lines: list[str]) -> float:
    return {"m": 1.0, "f": 0.0}.get(_after(lines, "sex").lower()[:1], float("nan"))
