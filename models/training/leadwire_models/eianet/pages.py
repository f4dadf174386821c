"""Pages of paper ECGs: an index of classes, and what the product reads back from each."""

import csv
from pathlib import Path

import numpy as np

from .pictures import PICTURES, drawn, measured

# In the order of their strata; `mi` are acute infarcts, `hmi` old ones, `abn` abnormal beats.
CLASSES = ("norm", "abn", "hmi", "mi")


def index(folder: Path) -> dict[str, str]:
    """File -> class, of those classes that we know."""
    with (folder / "index.csv").open() as file:
        return {row["file"]: row["class"] for row in csv.DictReader(file) if row["class"] in CLASSES}


def pictured_pages(
    folder: Path, work: Path, product: Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pictures, measures, file names and classes of the pages that were read back."""
    work.mkdir(parents=True, exist_ok=True)
    pictures = drawn(work / PICTURES, product, "--pages", folder)
    classes = index(folder)
    files = [name for name, refusal in outcomes(work) if refusal == ""]
    rows = [k for k, name in enumerate(files) if name in classes]
    names = np.array([files[k] for k in rows])
    kinds = np.array([classes[name] for name in names])
    return pictures[rows], measured(work / PICTURES)[rows], names, kinds


def outcomes(work: Path) -> list[tuple[str, str]]:
    """Every file with why it was refused, "" where it was read; read ones in pictures' order."""
    with (work / f"{PICTURES}.csv").open() as file:
        return [(row["file"], row["refusal"]) for row in csv.DictReader(file)]
