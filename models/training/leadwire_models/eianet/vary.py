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


def vary(pictures: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """uint8 [n, h, w] -> float [n, 1, h, w] between 0 and 1, where the pictures are."""
    x = (pictures.float() / 255)[:, None]
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
    moves = _beside(x, theta.reshape(n * ROWS, 2, 3))
    grid = affine_grid(moves, list(bands.shape), align_corners=False)
    return grid_sample(bands, grid, align_corners=False).reshape(x.shape)


def _pen(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Some with a broader pen, some with a paler one."""
    of_each = (len(x), 1, 1, 1)
    broad = _beside(x, rng.random(of_each) < PEN_SHARE)
    share = _beside(x, rng.uniform(0.2, 0.8, of_each))
    spread = torch.maximum(x, share * max_pool2d(x, 3, 1, 1) * avg_pool2d(x, 3, 1, 1).sqrt())
    ink = _beside(x, rng.uniform(0.75, 1.1, of_each))
    return ((x + broad * (spread - x)) * ink).clamp(0, 1)


def _without_leads(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    n, _, height, width = x.shape
    there = np.ones((n, 1, ROWS, COLUMNS))
    lost = np.flatnonzero(rng.random(n) < LEAD_LOST)
    there[lost, 0, rng.integers(ROWS - 1, size=len(lost)), rng.integers(COLUMNS, size=len(lost))] = 0
    there[rng.random(n) < STRIP_LOST, :, ROWS - 1] = 0
    cells = _beside(x, there)
    return x * cells.repeat_interleave(height // ROWS, 2).repeat_interleave(width // COLUMNS, 3)


def _speckled(x: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """So many numbers are drawn where the pictures are, from a seed of the same lot."""
    share = _beside(x, SPECK_SHARE * (rng.random((len(x), 1, 1, 1)) < SPECKLED))
    lot = torch.Generator(x.device).manual_seed(int(rng.integers(2**62)))
    specks = torch.rand(x.shape, generator=lot, device=x.device) < share
    return torch.maximum(x, specks.float())


def _beside(x: torch.Tensor, values: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(values.astype(np.float32)).to(x.device)
