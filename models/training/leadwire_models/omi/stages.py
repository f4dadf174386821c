"""The training: once on simulated ECGs, then once a fold on real and simulated ones."""

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn

from ..networks.omi import PAPER, SAMPLES, Omi, Shape
from ..training import Plan, fit
from .labels import READINGS
from .loss import omi_loss
from .pools import Pool, draw_from
from .sources import SEED, Source

@dataclass(frozen=True)
class Stage:
    """Rows of each pool in a batch, the length of the pieces, and the plan."""

    simulated: int
    raw: int
    scaled: int
    length: int
    steps: int
    learning_rate: float


@dataclass(frozen=True)
class Recipe:
    shape: Shape
    pretrain: Stage
    # Pieces first, which cost less; then whole ECGs, as they will be met.
    tune: tuple[Stage, ...]
    # From the member with this number on, the first of these has so many steps only.
    shortened: tuple[int, int] | None = None

    def tuning(self, held: int) -> tuple[Stage, ...]:
        if self.shortened is None or held + 1 < self.shortened[0]:
            return self.tune
        return (replace(self.tune[0], steps=self.shortened[1]), *self.tune[1:])


RECIPES = {
    # A quarter of the published width where the signal is long, two fifths where it is short.
    "ours": Recipe(
        Shape((16, 32, 64, 96, 128), 16, 0.1, "mean", READINGS),
        Stage(simulated=128, raw=0, scaled=0, length=1024, steps=600, learning_rate=4e-3),
        (
            Stage(simulated=14, raw=14, scaled=12, length=1024, steps=700, learning_rate=1.5e-3),
            Stage(simulated=8, raw=14, scaled=6, length=SAMPLES, steps=80, learning_rate=4e-4),
        ),
        shortened=(3, 300),
    ),
    # The published width, for a machine with an accelerator; it takes whole ECGs only.
    "paper": Recipe(
        replace(PAPER, readings=READINGS),
        Stage(simulated=128, raw=0, scaled=0, length=SAMPLES, steps=4000, learning_rate=2e-3),
        (Stage(simulated=28, raw=28, scaled=24, length=SAMPLES, steps=2000, learning_rate=5e-4),),
    ),
    # Shows in seconds that every part fits; its weights are worth nothing.
    "tiny": Recipe(
        Shape((4, 4, 6, 8, 12), 4, 0.1, "mean", READINGS),
        Stage(simulated=8, raw=0, scaled=0, length=256, steps=3, learning_rate=4e-3),
        (Stage(simulated=2, raw=4, scaled=2, length=256, steps=3, learning_rate=1e-3),),
    ),
}


def pretrained(recipe: Recipe, simulation: Pool, work: Path) -> Omi:
    """Knows simulated ECGs alone."""

    def make() -> Omi:
        torch.manual_seed(SEED)
        stage = recipe.pretrain
        pools = [(simulation, stage.simulated)]
        return run_stage(Omi(recipe.shape), pools, stage, SEED, work / "pretrain.checkpoint")

    return kept(work / "pretrained.pt", Omi(recipe.shape), make)


def member(
    held: int,
    recipe: Recipe,
    start: Omi,
    raw: Source,
    scaled: Source,
    simulation: Pool,
    work: Path,
) -> Omi:
    """The network that never saw a patient of fold `held`."""

    def make() -> Omi:
        network = copy.deepcopy(start)
        for k, stage in enumerate(recipe.tuning(held)):
            pools = [
                (simulation, stage.simulated),
                (unseen(raw, held), stage.raw),
                (unseen(scaled, held), stage.scaled),
            ]
            used = [(pool, count) for pool, count in pools if count > 0]
            name = work / f"member-{held + 1}-{k}.checkpoint"
            network = run_stage(network, used, stage, SEED + 10 * (held + 1) + k, name)
        return network

    return kept(work / f"member-{held + 1}.pt", copy.deepcopy(start), make)


def unseen(source: Source, held: int) -> Pool:
    return source.pool.only(source.fold != held)


def run_stage(
    network: nn.Module, pools: list[tuple[Pool, int]], stage: Stage, seed: int, checkpoint: Path
) -> nn.Module:
    plan = Plan(steps=stage.steps, seed=seed, learning_rate=stage.learning_rate)
    draw = draw_from(pools, stage.length)
    return fit(network, draw, omi_loss, plan, checkpoint, say=lambda text: print(text, flush=True))


def kept(path: Path, network: Omi, make: Callable[[], Omi]) -> Omi:
    """The finished network from its file, or made now and put there."""
    if path.exists():
        network.load_state_dict(torch.load(path, weights_only=True))
        return network.eval()
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    torch.save(made.state_dict(), unfinished)
    os.replace(unfinished, path)
    return made.eval()
