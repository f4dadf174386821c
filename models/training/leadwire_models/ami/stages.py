"""The training: once on simulated ECGs, once a fold on real ones, at last without simulated."""

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from ..augment import crop, gain, usual
from ..networks.ami import RATE_HZ, Ami
from ..training import Batch, Plan, fit
from .inputs import masked
from .labels import territory
from .sources import Source

SEED = 20261126
# First row of the chest leads among the twelve.
V1 = 6
UNKNOWN_SHARE = 0.25
# Next to the loss of "mi" itself.
READINGS_SHARE = 0.5
TERRITORY_SHARE = 0.05


@dataclass(frozen=True)
class Stage:
    """Rows of each source in a batch, the length of the pieces, and the plan."""

    simulated: int
    raw: int
    scaled: int
    steps: int
    learning_rate: float
    length: int = 320


PRETRAIN = Stage(simulated=64, raw=0, scaled=0, steps=200, learning_rate=4e-3)
TUNE = (
    Stage(simulated=12, raw=28, scaled=24, steps=300, learning_rate=3e-3),
    Stage(simulated=0, raw=36, scaled=28, steps=60, learning_rate=5e-4),
)


def network() -> Ami:
    """The shipped shape."""
    found = Ami(stem=24, width=64, hidden=40)
    found.stem.to(memory_format=torch.channels_last)
    return found


def draw_from(
    sources: list[tuple[Source, int]], length: int
) -> Callable[[np.random.Generator], Batch]:
    vary = usual(RATE_HZ, first_chest=V1)
    cumulated = [np.cumsum(one.weights) / one.weights.sum() for one, _ in sources]

    def draw(rng: np.random.Generator) -> Batch:
        ecg, age_sex, readings = [], [], []
        for (source, count), shares in zip(sources, cumulated):
            rows = np.minimum(np.searchsorted(shares, rng.random(count)), len(shares) - 1)
            piece = crop(source.ecg[rows], length, rng)
            if source.lead_spread > 0:
                piece = gain(piece, rng, whole=0.2, each=source.lead_spread)
            ecg.append(piece)
            age_sex.append(source.age_sex[rows])
            readings.append(source.readings[rows])
        said = np.concatenate(readings)
        given = masked(np.concatenate(age_sex), rng, UNKNOWN_SHARE)
        varied = vary(np.concatenate(ecg), rng).astype(np.float32)
        targets = {
            "readings": torch.from_numpy(said),
            "territory": torch.from_numpy(territory(said)),
        }
        return Batch(
            (torch.from_numpy(varied), torch.from_numpy(given.astype(np.float32))), targets
        )

    return draw


def ami_loss(found: tuple[torch.Tensor, ...], targets: dict[str, torch.Tensor]) -> torch.Tensor:
    """Cross-entropy of "mi", of the other readings where known, and, where the network gives an
    attention, that it lies in the leads of the territory that was read."""
    raw, said = found[0], targets["readings"]
    main = _where_known(raw[:, :1], said[:, :1])
    others = _where_known(raw[:, 1:], said[:, 1:])
    loss = main + READINGS_SHARE * others
    rows = targets["territory"].any(dim=1)
    if len(found) > 1 and rows.any():
        by_lead = found[1].sum(dim=2)[rows]
        inside = (by_lead * targets["territory"][rows]).sum(dim=1)
        loss = loss - TERRITORY_SHARE * torch.log(inside + 1e-6).mean()
    return loss


def _where_known(raw: torch.Tensor, said: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(said)
    if not known.any():
        return raw.sum() * 0
    smooth = said[known] * 0.96 + 0.02
    return binary_cross_entropy_with_logits(raw[known], smooth)


def pretrained(
    name: str,
    make: Callable[[], nn.Module],
    simulation: Source,
    work: Path,
    stage: Stage = PRETRAIN,
) -> nn.Module:
    def trained() -> nn.Module:
        torch.manual_seed(SEED)
        checkpoint = work / f"{name}-pretrain.checkpoint"
        return run_stage(make(), [(simulation, stage.simulated)], stage, SEED, checkpoint)

    return kept(work / f"{name}-pretrained.pt", make(), trained)


def member(
    name: str,
    held: int,
    start: nn.Module,
    sources: tuple[Source, Source, Source],
    work: Path,
    stages: tuple[Stage, ...] = TUNE,
) -> nn.Module:
    """The network that never saw a patient of fold `held`; sources are raw, scaled, simulated."""
    raw, scaled, simulation = sources

    def trained() -> nn.Module:
        found = copy.deepcopy(start)
        for k, stage in enumerate(stages):
            counts = ((raw.unseen(held), stage.raw), (scaled.unseen(held), stage.scaled))
            used = [
                (one, count) for one, count in (*counts, (simulation, stage.simulated)) if count
            ]
            checkpoint = work / f"{name}-{held + 1}-{k}.checkpoint"
            found = run_stage(found, used, stage, SEED + 10 * (held + 1) + k, checkpoint)
        return found

    return kept(work / f"{name}-{held + 1}.pt", copy.deepcopy(start), trained)


def run_stage(
    found: nn.Module,
    sources: list[tuple[Source, int]],
    stage: Stage,
    seed: int,
    checkpoint: Path | None,
) -> nn.Module:
    plan = Plan(steps=stage.steps, seed=seed, learning_rate=stage.learning_rate)
    draw = draw_from(sources, stage.length)
    return fit(found, draw, ami_loss, plan, checkpoint, say=lambda text: print(text, flush=True))


def kept(path: Path, found: nn.Module, make: Callable[[], nn.Module]) -> nn.Module:
    """The finished network from its file, or made now and put there."""
    if path.exists():
        found.load_state_dict(torch.load(path, weights_only=True))
        return found.eval()
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    torch.save(made.state_dict(), unfinished)
    os.replace(unfinished, path)
    return made.eval()
