"""The controls: the same pages with their traces erased, and the standard pages with every trace made
flat. What still tells the classes apart then is the paper and not the heart."""

from pathlib import Path

import numpy as np
from PIL import Image
from scipy.ndimage import binary_dilation, label, find_objects

from ..ami.logistic import cross_fitted
from .pages import index, outcomes
from .pictures import PICTURES, drawn

# The pages' own geometry, in pixels: all have one size and one layout.
SIZE = (1106, 786)
GRID = (35, 142, 1087, 758)
TRACES = (77, 142, 982, 616)
# Of 255; the grid is paler.
INK = 130
# Wider or higher than letters: a trace, a calibration pulse, a line between columns.
LETTER_WIDTH, LETTER_HEIGHT = 34, 22
RIDGE = 0.1
CLASSES = ("mi", "norm")
# Of the standard page: its rows, and how many of its places stand for one in a plain classifier.
ROWS, COARSE = 4, 16


def erase(folder: Path, target: Path) -> None:
    """Writes each acute and each normal page without its traces; all else stays."""
    target.mkdir(parents=True, exist_ok=True)
    for name, kind in index(folder).items():
        if kind not in CLASSES or (target / name).exists():
            continue
        page = np.array(Image.open(folder / name).convert("RGB"))
        if page.shape[:2] != SIZE[::-1]:
            continue
        left, top, right, bottom = GRID
        area = page[top:bottom, left:right]
        pieces, _ = label(area.mean(axis=2) < INK, structure=np.ones((3, 3)))
        gone = np.zeros(pieces.shape, dtype=bool)
        for number, (rows, columns) in enumerate(find_objects(pieces), start=1):
            size = (columns.stop - columns.start, rows.stop - rows.start)
            if size[0] > LETTER_WIDTH or size[1] > LETTER_HEIGHT:
                gone[rows, columns] |= pieces[rows, columns] == number
        area[binary_dilation(gone, iterations=2)] = 255
        Image.fromarray(page).save(target / name, quality=95)


def read_back(pages: Path, work: Path, product: Path) -> tuple[int, int]:
    """How many of the erased pages were read back all the same, and of how many."""
    work.mkdir(parents=True, exist_ok=True)
    drawn(work / PICTURES, product, "--pages", pages)
    said = outcomes(work)
    return sum(refusal == "" for _, refusal in said), len(said)


def own_pixels(pages: Path, work: Path, product: Path) -> tuple[np.ndarray, np.ndarray]:
    """The pipeline on the page's own pixels, cropped to where the traces were: pictures, names."""
    work.mkdir(parents=True, exist_ok=True)
    crop = ",".join(str(one) for one in TRACES)
    pictures = drawn(work / PICTURES, product, "--pages", pages, ["--crop", crop])
    return pictures, np.array([name for name, _ in outcomes(work)])


def learnt_apart(pictures: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """A plain classifier that is given such pictures to learn from, out of fold."""
    n, height, width = pictures.shape
    coarse = pictures.reshape(n, height // COARSE, COARSE, width // COARSE, COARSE)
    coarse = coarse.mean(axis=(2, 4)) / 255
    return cross_fitted(coarse.reshape(n, -1), labels, fold, ridge=RIDGE)


def flattened(pictures: np.ndarray) -> np.ndarray:
    """Each row's trace as a flat line in the row's middle, where there is any of it: what is left is
    how much of which lead the paper gave."""
    n, height, width = pictures.shape
    bands = pictures.reshape(n, ROWS, height // ROWS, width)
    flat = np.zeros_like(bands)
    middle = height // ROWS // 2
    flat[:, :, middle - 1 : middle + 1] = np.where(bands.any(axis=2), 200, 0)[:, :, None]
    return flat.reshape(pictures.shape)
