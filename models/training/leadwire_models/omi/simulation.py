"""Which simulated ECGs there are: made by the product's own simulator, each batch from its seed.

`training-*` and `calibration-mixed` come from one half of the generator's parameters, `test-*` and
`mixed-test` from the other; "mixed" is as an emergency department sees them, mimics included.
"""

import subprocess
from pathlib import Path

from ..cohort import Cohort
from ..readers.simulated import read_simulated

# How many of each condition to learn from, in the order of their seeds.
LEARNT = {
    **dict.fromkeys(
        (
            "omi-lad-proximal",
            "omi-lad-mid",
            "omi-diagonal",
            "omi-left-main",
            "omi-rca",
            "omi-lcx",
            "omi-posterior",
            "de-winter",
            "aslanger",
            "south-african-flag",
        ),
        700,
    ),
    "normal": 2600,
    "early-repolarisation": 700,
    "athlete": 300,
    "lvh-strain": 900,
    "rbbb": 500,
    "lbbb": 700,
    "paced": 250,
    "pericarditis": 700,
    "brugada": 400,
    "hyperkalaemia": 200,
    "pulmonary-embolism": 300,
    "old-anterior-infarct": 900,
    "old-inferior-infarct": 900,
    "wellens": 500,
    "nstemi-ischaemia": 1200,
    "atrial-fibrillation": 300,
    "atrial-flutter": 200,
    "av-block-1": 200,
    "av-block-2-wenckebach": 100,
    "av-block-2-mobitz": 100,
    "av-block-3": 100,
    "extrasystoles": 400,
    "ventricular-tachycardia": 100,
    "lbbb-concordant": 400,
}
FIRST_SEED = 101
TESTED_EACH, TEST_SEED = 60, 500
# Name -> draw, count, seed.
MIXED = {"calibration-mixed": ("training", 2000, 901), "mixed-test": ("test", 3000, 902)}


def simulate(folder: Path, product: Path, share: float = 1.0) -> None:
    """Makes the batches that are not there yet, with the command line of the built product."""
    for k, (condition, count) in enumerate(LEARNT.items()):
        seed = FIRST_SEED + k
        more = ["--condition", condition]
        _batch(folder / f"training-{condition}", product, "training", count * share, seed, more)
        _batch(folder / f"test-{condition}", product, "test", TESTED_EACH * share, seed + TEST_SEED, more)
    for name, (draw, count, seed) in MIXED.items():
        _batch(folder / name, product, draw, count * share, seed, [])


def _batch(
    folder: Path, product: Path, draw: str, count: float, seed: int, more: list[str]
) -> None:
    if (folder / "meta.json").exists():
        return
    asked = ["--count", str(max(1, round(count))), "--out", str(folder), "--seed", str(seed)]
    command = ["node", str(product / "bin" / "leadwire.js"), "simulate", *asked, "--draw", draw]
    subprocess.run([*command, "--threads", "1", *more], check=True, stderr=subprocess.DEVNULL)


def batches(folder: Path, names: str) -> list[Cohort]:
    """Those whose folder's name fits the pattern, in the order of their names."""
    return [read_simulated(one) for one in sorted(folder.glob(names)) if (one / "meta.json").exists()]
