"""What other parts of the project say of the same records: our measurements and criteria, which the
product's own code gives, and the out-of-fold values of `omi` where they are there."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np

from ..omi.labels import READINGS

PRODUCT = Path(__file__).resolve().parents[4]


def spoken(script: str, kept: Path, data: Path) -> dict[str, dict]:
    """By record number, the JSON lines of a script under test/validate, made once."""
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".unfinished")
        with unfinished.open("w") as out:
            subprocess.run(_node(script), check=True, stdout=out, cwd=PRODUCT, env=_shared(data))
        unfinished.rename(kept)
    rows = (json.loads(line) for line in kept.read_text().splitlines())
    return {str(row["id"]): row for row in rows}


def run_script(script: str, arguments: list[str], data: Path) -> None:
    subprocess.run([*_node(script), *arguments], check=True, cwd=PRODUCT, env=_shared(data))


def _node(script: str) -> list[str]:
    return ["node", "--import", "./test/support/ts-loader.js", f"test/validate/{script}"]


def _shared(data: Path) -> dict[str, str]:
    return {**os.environ, "LEADWIRE_SHARED_DIR": str(data.resolve().parent)}


def measurements(
    rows: dict[str, dict], ids: np.ndarray, age: np.ndarray, male: np.ndarray
) -> np.ndarray:
    """[n, columns] with NaN where nothing could be measured; heights and areas by signed roots."""
    names = sorted(next(row["values"] for row in rows.values() if row["values"]))
    table = np.full((len(ids), len(names)), np.nan)
    for k, one in enumerate(ids):
        values = rows[str(one)]["values"]
        if values:
            table[k] = [np.nan if values[name] is None else values[name] for name in names]
    heights = [k for k, name in enumerate(names) if " " in name]
    table[:, heights] = np.sign(table[:, heights]) * np.sqrt(np.abs(table[:, heights]))
    return np.column_stack([table, age, male])


def verdicts(rows: dict[str, dict], ids: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """[n, names] 1 where a criterion is positive, 0 where it is negative or does not apply."""
    return np.array(
        [
            [float(rows[str(one)]["verdicts"].get(name) == "positive") for name in names]
            for one in ids
        ]
    )


def omi_values(path: Path | None, rows: int) -> np.ndarray | None:
    """The raw out-of-fold value of omi's infarct reading, in the order of the same cohort."""
    if path is None or not path.exists():
        return None
    values = np.load(path)["readings"][:, READINGS.index("infarct_or_injury")]
    if len(values) != rows:
        raise ValueError(f"{path} has {len(values)} ECGs and {rows} are measured here")
    return values
