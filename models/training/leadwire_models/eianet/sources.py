"""Everything `eianet` learns from, as pictures. Folds of PTB-XL are those of `omi` and `ami`; the
pages have no patient numbers, so they are dealt out page by page."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..cohort import Cohort, adults
from ..folds import deal
from ..omi.simulation import batches
from ..omi.sources import FOLDS, fold_of
from ..readers.shared_npz import read_raw
from .labels import of_pages, of_ptbxl, of_simulated
from .pages import CLASSES, index, pictured_pages
from .pictures import pictured, pictured_cohort

SEED = 20261126
# How often each is drawn, by what `surrogate` and `reading` say.
POSITIVE_WEIGHT = 3.0


@dataclass(frozen=True)
class Source:
    """Pictures uint8 [n, h, w], labels [n, heads], and which member never sees a row."""

    pictures: np.ndarray
    labels: np.ndarray
    fold: np.ndarray
    weights: np.ndarray
    ids: np.ndarray
    kinds: np.ndarray

    def only(self, rows: np.ndarray) -> "Source":
        parts = (self.pictures, self.labels, self.fold, self.weights, self.ids, self.kinds)
        return Source(*(one[rows] for one in parts))

    def unseen(self, held: int) -> "Source":
        return self.only(self.fold != held)


def read_ptbxl(data: Path, work: Path, product: Path) -> tuple[Cohort, Source]:
    cohort = adults(read_raw(data))
    labels = of_ptbxl(cohort)
    weights = np.where(labels[:, 3] == 1, POSITIVE_WEIGHT / 2, 1.0)
    drawn = pictured_cohort(cohort, work / "ptbxl", product)
    kinds = np.where(labels[:, 3] == 1, "infarct", np.where(cohort.has_any(("NORM",)), "norm", "other"))
    return cohort, Source(np.array(drawn), labels, fold_of(cohort), weights, cohort.ids, kinds)


def read_simulated_pictures(folder: Path, names: str, product: Path) -> Source:
    cohorts = batches(folder, names)
    drawn = [pictured(folder / one, product) for one in _folders(folder, names)]
    labels = np.concatenate([of_simulated(one) for one in cohorts])
    ids = np.concatenate([one.ids for one in cohorts])
    kinds = np.concatenate([one.columns["condition"] for one in cohorts])
    rows = len(ids)
    return Source(np.concatenate(drawn), labels, np.full(rows, -1), np.ones(rows), ids, kinds)


def _folders(folder: Path, names: str) -> list[str]:
    return [one.name for one in sorted(folder.glob(names)) if (one / "meta.json").exists()]


def read_pages(data: Path, work: Path, product: Path) -> Source:
    """Those that the product could read back; the others are counted by the report."""
    folder = data / "ecg-images"
    drawn, files, classes = pictured_pages(folder, work / "pages", product)
    folds = page_folds(index(folder))
    fold = np.array([folds[one] for one in files])
    weights = np.where(classes == "mi", POSITIVE_WEIGHT, 1.0)
    return Source(np.array(drawn), of_pages(classes), fold, weights, files, classes)


def page_folds(classes: dict[str, str]) -> dict[str, int]:
    """All pages are dealt out, read back or not: a page keeps its fold when the reader changes, so
    a member that never saw it has still never seen it."""
    files = np.array(sorted(classes))
    strata = np.array([CLASSES.index(classes[one]) for one in files])
    return dict(zip(files.tolist(), deal(files, strata, FOLDS, SEED).tolist()))
