"""Everything `eianet` learns from, as pictures. Folds of PTB-XL are those of `omi` and `ami`; the
pages have no patient numbers, so they are dealt out page by page."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..amplitude import LEAD_SPREAD, restore_amplitude
from ..cohort import Cohort, adults
from ..folds import deal
from ..omi.simulation import batches
from ..omi.sources import FOLDS, fold_of
from ..readers.shared_npz import read_raw, read_zscored
from . import beside
from .labels import of_pages, of_ptbxl, of_simulated
from .pages import CLASSES, index, pictured_pages
from .pictures import PICTURES, measured, pictured, pictured_cohort

SEED = 20261126
# How often each is drawn, by what `surrogate` and `reading` say.
POSITIVE_WEIGHT = 3.0
# A column of the standard page shows a quarter of the ten seconds. Moved on by two, the same ECG
# gives another page: each lead shows another of its quarters.
QUARTERS, MOVED_ON = 4, 2


@dataclass(frozen=True)
class Source:
    """Pictures uint8 [n, h, w], labels [n, heads], what else is said of them [n, beside.COLUMNS],
    what the service measures of them [n, measures], and which member never sees a row."""

    pictures: np.ndarray
    labels: np.ndarray
    beside: np.ndarray
    measures: np.ndarray
    fold: np.ndarray
    weights: np.ndarray
    ids: np.ndarray
    kinds: np.ndarray

    def only(self, rows: np.ndarray) -> "Source":
        return Source(*(one[rows] for one in vars(self).values()))

    def unseen(self, held: int) -> "Source":
        return self.only(self.fold != held)


@dataclass(frozen=True)
class Sources:
    """What the training draws from. `ptbxl` are the ECGs on which PTB-XL's figures are measured;
    `more` are those moved on, and the part of PTB-XL whose true heights are lost."""

    pages: Source
    ptbxl: Source
    more: Source
    simulated: Source

    @property
    def real(self) -> Source:
        return _joined([self.ptbxl, self.more])

    @property
    def records(self) -> int:
        """Moved on, an ECG is still the same."""
        return len(np.unique(np.concatenate([one.ids for one in vars(self).values()])))

    def keep(self, path: Path) -> None:
        """In one file, so that another machine can train."""
        arrays = {
            f"{name}.{part}": values
            for name, source in vars(self).items()
            for part, values in vars(source).items()
        }
        # Half the digits of a measure are noise, and take up room.
        halved = {k: v.astype(np.float16) if k.endswith(".measures") else v for k, v in arrays.items()}
        np.savez_compressed(path, **halved)


def kept_sources(path: Path) -> Sources:
    arrays = np.load(path)

    def one(name: str) -> Source:
        parts = [arrays[f"{name}.{part}"] for part in Source.__dataclass_fields__]
        return Source(*(part.astype(np.float32) if part.dtype == np.float16 else part for part in parts))

    return Sources(*(one(name) for name in Sources.__dataclass_fields__))


def read_sources(data: Path, work: Path, product: Path) -> Sources:
    """From the file of an earlier run where there is one."""
    path = work / "sources.npz"
    if not path.exists():
        ptbxl, more = read_ptbxl(data, work, product)
        Sources(
            read_pages(data, work, product),
            ptbxl,
            more,
            read_simulated_pictures(work / "simulated", "training-*", product),
        ).keep(path)
    return kept_sources(path)


def measured_cohort(data: Path) -> Cohort:
    """Who the rows of `ptbxl` are."""
    return adults(read_raw(data))


def read_ptbxl(data: Path, work: Path, product: Path) -> tuple[Source, Source]:
    raw = measured_cohort(data)
    scaled = adults(varied_heights(restore_amplitude(read_zscored(data))))
    again = [_of_ptbxl(moved_on(one), work, product) for one in (raw, scaled)]
    more = [again[0], _of_ptbxl(scaled, work, product), again[1]]
    return _of_ptbxl(raw, work, product), _joined(more)


def _of_ptbxl(cohort: Cohort, work: Path, product: Path) -> Source:
    labels = of_ptbxl(cohort)
    weights = np.where(labels[:, 3] == 1, POSITIVE_WEIGHT / 2, 1.0)
    drawn = np.array(pictured_cohort(cohort, work / cohort.name, product))
    kinds = np.where(labels[:, 3] == 1, "infarct", np.where(cohort.has_any(("NORM",)), "norm", "other"))
    said, measures = beside.of_ptbxl(cohort), measured(work / cohort.name / PICTURES)
    return Source(drawn, labels, said, measures, fold_of(cohort), weights, cohort.ids, kinds)


def moved_on(cohort: Cohort) -> Cohort:
    step = cohort.signals.shape[2] * MOVED_ON // QUARTERS
    return replace(
        cohort, name=f"{cohort.name}-moved-on", signals=np.roll(cohort.signals, step, axis=2)
    )


def varied_heights(cohort: Cohort) -> Cohort:
    """The heights of these leads are guesses, so each is given a factor by lot."""
    rng = np.random.default_rng(SEED)
    factors = np.exp(rng.normal(0, LEAD_SPREAD, cohort.signals.shape[:2]))
    # One for both limb leads: the other four follow from their difference.
    factors[:, 1] = factors[:, 0]
    return replace(cohort, signals=cohort.signals * factors[:, :, None])


def _joined(sources: list[Source]) -> Source:
    parts = zip(*(vars(one).values() for one in sources))
    return Source(*(np.concatenate(part) for part in parts))


def read_simulated_pictures(folder: Path, names: str, product: Path) -> Source:
    cohorts = batches(folder, names)
    folders = _folders(folder, names)
    drawn = np.concatenate([pictured(folder / one, product) for one in folders])
    measures = np.concatenate([measured(folder / one / PICTURES) for one in folders])
    labels = np.concatenate([of_simulated(one) for one in cohorts])
    said = np.concatenate([beside.of_simulated(one) for one in cohorts])
    ids = np.concatenate([one.ids for one in cohorts])
    kinds = np.concatenate([one.columns["condition"] for one in cohorts])
    rows = len(ids)
    return Source(drawn, labels, said, measures, np.full(rows, -1), np.ones(rows), ids, kinds)


def _folders(folder: Path, names: str) -> list[str]:
    return [one.name for one in sorted(folder.glob(names)) if (one / "meta.json").exists()]


def read_pages(data: Path, work: Path, product: Path) -> Source:
    """Those that the product could read back; the others are counted by the report."""
    folder = data / "ecg-images"
    drawn, measures, files, classes = pictured_pages(folder, work / "pages", product)
    folds = page_folds(index(folder))
    fold = np.array([folds[one] for one in files])
    weights = np.where(classes == "mi", POSITIVE_WEIGHT, 1.0)
    said = beside.of_pages(classes)
    return Source(np.array(drawn), of_pages(classes), said, measures, fold, weights, files, classes)


def page_folds(classes: dict[str, str]) -> dict[str, int]:
    """All pages are dealt out, read back or not: a page keeps its fold when the reader changes, so
    a member that never saw it has still never seen it."""
    files = np.array(sorted(classes))
    strata = np.array([CLASSES.index(classes[one]) for one in files])
    return dict(zip(files.tolist(), deal(files, strata, FOLDS, SEED).tolist()))
