"""The training: once on simulated ECGs, once a fold on pages, PTB-XL and simulated ECGs together."""

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from ..ami.stages import kept
from ..networks.eianet import EiaNet
from ..training import Batch, Plan, fit
from .loss import br_loss, cross_entropy
from .sources import SEED, Source
from .vary import vary

WIDTH = 16
# Next to the loss of `surrogate` itself.
BESIDE_SHARE = 0.4
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

# Name -> whether it attends, and its loss.
NETWORKS: dict[str, tuple[bool, Loss]] = {
    "eianet": (True, br_loss),
    "resnet50": (False, cross_entropy),
}
PRETRAIN = {"steps": 420, "learning_rate": 4e-3, "averaging": 0.98}
TUNE = {"steps": 140, "learning_rate": 2e-3, "averaging": 0.96}
PRETRAIN_ROWS = 32
# Of pages, PTB-XL and simulated ECGs in a batch.
TUNE_ROWS = (14, 9, 9)


def network(name: str) -> EiaNet:
    found = EiaNet(WIDTH, attention=NETWORKS[name][0])
    return found.to(memory_format=torch.channels_last)


def draw_from(sources: list[tuple[Source, int]]) -> Callable[[np.random.Generator], Batch]:
    cumulated = [np.cumsum(one.weights) / one.weights.sum() for one, _ in sources]

    def draw(rng: np.random.Generator) -> Batch:
        pictures, labels = [], []
        for (source, count), shares in zip(sources, cumulated):
            rows = np.minimum(np.searchsorted(shares, rng.random(count)), len(shares) - 1)
            pictures.append(source.pictures[rows])
            labels.append(source.labels[rows])
        varied = vary(np.concatenate(pictures), rng).contiguous(memory_format=torch.channels_last)
        return Batch((varied,), {"labels": torch.from_numpy(np.concatenate(labels))})

    return draw


def loss_of(one: Loss) -> Callable[[object, dict[str, torch.Tensor]], torch.Tensor]:
    def loss(found: tuple, targets: dict[str, torch.Tensor]) -> torch.Tensor:
        raw, said = found[0], targets["labels"]
        total = raw.sum() * 0
        for k in range(raw.shape[1]):
            known = ~torch.isnan(said[:, k])
            if known.any():
                share = 1.0 if k == 0 else BESIDE_SHARE
                total = total + share * one(raw[known, k], said[known, k])
        return total

    return loss


def pretrained(name: str, simulated: Source, work: Path) -> EiaNet:
    def trained() -> EiaNet:
        torch.manual_seed(SEED)
        return _trained(
            name, network(name), [(simulated, PRETRAIN_ROWS)], PRETRAIN, SEED,
            work / f"{name}-pretrain.checkpoint",
        )

    return kept(work / f"{name}-pretrained.pt", network(name), trained)


def tuned(
    name: str, tag: str, start: EiaNet, sources: list[tuple[Source, int]], work: Path
) -> EiaNet:
    """`tag` is a member's number or what was left out of its training."""

    def trained() -> EiaNet:
        seed = SEED + sum(tag.encode())
        checkpoint = work / f"{name}-{tag}.checkpoint"
        return _trained(name, copy.deepcopy(start), sources, TUNE, seed, checkpoint)

    return kept(work / f"{name}-{tag}.pt", network(name), trained)


def _trained(
    name: str,
    start: EiaNet,
    sources: list[tuple[Source, int]],
    plan: dict,
    seed: int,
    checkpoint: Path,
) -> EiaNet:
    print(checkpoint.stem, flush=True)
    found = fit(
        start, draw_from(sources), loss_of(NETWORKS[name][1]),
        Plan(seed=seed, checkpoint_every=20, **plan), checkpoint,
        say=lambda text: print(text, flush=True),
    )
    checkpoint.unlink(missing_ok=True)
    return found
