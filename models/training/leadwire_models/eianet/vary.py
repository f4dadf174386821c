"""What may happen to a picture on its way: the heart stays, its place, size and pen do not."""

import numpy as np
import torch
from torch.nn.functional import affine_grid, avg_pool2d, grid_sample, max_pool2d

ROWS, COLUMNS = 4, 4
SHIFT_ACROSS, SHIFT_DOWN = 0.02, 0.12
STRETCH, GAIN = 0.06, 0.22
PEN_SHARE = 0.3
# The strip is blank on whatever was read back from paper.
LEAD_LOST, STRIP_LOST = 0.15, 0.5
SPECKLED, SPECK_SHARE = 0.3, 0.002


def vary(pictures: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    """uint8 [n, h, w] -> float [n, 1, h, w] between 0 and 1."""
    x = torch.from_numpy(pictures.astype(np.float32) / 255)[:, None]
    return _speckled(_without_leads(_pen(_moved(x, rng), rng), rng), rng)


def _moved(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Each row of leads is stretched around its own middle, as another gain would."""
    n, _, height, width = x.shape
    bands = x.reshape(n * ROWS, 1, height // ROWS, width)
    theta = np.zeros((n, ROWS, 2, 3), dtype=np.float32)
    theta[:, :, 0, 0] = np.exp(rng.uniform(-STRETCH, STRETCH, (n, 1)))
    theta[:, :, 0, 2] = rng.uniform(-SHIFT_ACROSS, SHIFT_ACROSS, (n, 1))
    theta[:, :, 1, 1] = np.exp(rng.uniform(-GAIN, GAIN, (n, 1)))
    theta[:, :, 1, 2] = rng.uniform(-SHIFT_DOWN, SHIFT_DOWN, (n, ROWS))
    grid = affine_grid(
        torch.from_numpy(theta.reshape(n * ROWS, 2, 3)), list(bands.shape), align_corners=False
    )
    return grid_sample(bands, grid, align_corners=False).reshape(x.shape)


def _pen(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Some with a broader pen, some with a paler one."""
    broad = torch.from_numpy(rng.random(len(x)) < PEN_SHARE)
    share = torch.from_numpy(rng.uniform(0.2, 0.8, (len(x), 1, 1, 1)).astype(np.float32))
    spread = torch.maximum(x, share * max_pool2d(x, 3, 1, 1) * avg_pool2d(x, 3, 1, 1).sqrt())
    ink = torch.from_numpy(rng.uniform(0.75, 1.1, (len(x), 1, 1, 1)).astype(np.float32))
    return (torch.where(broad[:, None, None, None], spread, x) * ink).clamp(0, 1)


def _without_leads(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    n, _, height, width = x.shape
    down, across = height // ROWS, width // COLUMNS
    for k in range(n):
        if rng.random() < LEAD_LOST:
            row, column = rng.integers(ROWS - 1), rng.integers(COLUMNS)
            x[k, 0, row * down : (row + 1) * down, column * across : (column + 1) * across] = 0
        if rng.random() < STRIP_LOST:
            x[k, 0, (ROWS - 1) * down :] = 0
    return x


def _speckled(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    where = (rng.random(x.shape) < SPECK_SHARE) & (rng.random((len(x), 1, 1, 1)) < SPECKLED)
    return torch.where(torch.from_numpy(where), torch.ones(()), x)
