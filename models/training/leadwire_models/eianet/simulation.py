"""Which simulated ECGs there are, each batch from its own seed by the product's own simulator."""

import subprocess
from pathlib import Path

# How many to learn from. The first group is what a heart does before it stops, or instead.
MALIGNANT = {
    "ventricular-tachycardia": 600,
    "ventricular-fibrillation": 500,
    "asystole": 200,
    "av-block-3": 500,
    "hyperkalaemia": 500,
}
OCCLUDED = dict.fromkeys(
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
    220,
)
BENIGN = {
    "normal": 1600,
    "athlete": 200,
    "early-repolarisation": 400,
    "lvh-strain": 400,
    "rbbb": 300,
    "lbbb": 300,
    "paced": 160,
    "pericarditis": 300,
    "atrial-fibrillation": 400,
    "atrial-flutter": 200,
    "av-block-1": 120,
    "extrasystoles": 400,
    "old-anterior-infarct": 240,
    "old-inferior-infarct": 240,
}
FIRST_SEED, TEST_SEED = 2101, 500
TESTED_EACH = 40


def simulate(folder: Path, product: Path, share: float = 1.0) -> None:
    """Makes the batches that are not there yet; `test-*` are of generator parameters apart."""
    for k, (condition, count) in enumerate((MALIGNANT | OCCLUDED | BENIGN).items()):
        seed = FIRST_SEED + k
        _batch(folder / f"training-{condition}", product, "training", count * share, seed)
        _batch(folder / f"test-{condition}", product, "test", TESTED_EACH * share, seed + TEST_SEED)


def _batch(folder: Path, product: Path, draw: str, count: float, seed: int) -> None:
    if (folder / "meta.json").exists():
        return
    condition = folder.name.split("-", 1)[1]
    asked = ["--count", str(max(1, round(count))), "--out", str(folder), "--seed", str(seed)]
    command = ["node", str(product / "bin" / "leadwire.js"), "simulate", *asked, "--draw", draw]
    more = ["--threads", "1", "--condition", condition]
    subprocess.run([*command, *more], check=True, stderr=subprocess.DEVNULL)
