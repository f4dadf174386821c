"""The training: once on simulated ECGs, once a fold on pages, PTB-XL and simulated ECGs together."""

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from ..ami.stages import kept
from ..networks.eianet import EiaNet
from ..networks.taught import Taught
from ..training import Batch, Plan, fit
from . import beside
from .loss import br_loss, cross_entropy
from .pictures import OF_A_LEAD, OF_ALL
from .sources import SEED, Source
from .vary import vary

WIDTH = 16
# Next to the loss of `surrogate` itself.
OTHERS_SHARE = 0.4
BESIDE_SHARE = 0.1
MEASURES_SHARE = 2.0
# A measure this far off counts in a line and no more in a square.
MEASURES_NEAR = 0.5
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

# Name -> whether it attends, and its loss.
NETWORKS: dict[str, tuple[bool, Loss]] = {
    "eianet": (True, br_loss),
    "resnet50": (False, cross_entropy),
}
PRETRAIN = {"steps": 4100, "learning_rate": 3e-3, "averaging": 0.998}
TUNE = {"steps": 600, "learning_rate": 1.5e-3, "averaging": 0.99}
PRETRAIN_ROWS = 128
# Of pages, PTB-XL and simulated ECGs in a batch.
TUNE_ROWS = (12, 76, 40)


def network(name: str) -> Taught:
    plain = EiaNet(WIDTH, attention=NETWORKS[name][0])
    found = Taught(plain, beside.COLUMNS, len(OF_A_LEAD), len(OF_ALL))
    return found.to(memory_format=torch.channels_last)


def draw_from(
    sources: list[tuple[Source, int]], device: str = "cpu"
) -> Callable[[np.random.Generator], Batch]:
    cumulated = [np.cumsum(one.weights) / one.weights.sum() for one, _ in sources]
    first = np.cumsum([0, *(len(one.ids) for one, _ in sources)])

    def joined(part: str) -> torch.Tensor:
        return torch.cat([torch.from_numpy(getattr(one, part)) for one, _ in sources]).to(device)

    pictures = joined("pictures")
    said = {part: joined(part) for part in ("labels", "beside", "measures")}

    def draw(rng: np.random.Generator) -> Batch:
        rows = np.concatenate(
            [
                start + np.minimum(np.searchsorted(shares, rng.random(count)), len(shares) - 1)
                for (_, count), shares, start in zip(sources, cumulated, first)
            ]
        )
        drawn = torch.from_numpy(rows).to(device)
        varied = vary(pictures[drawn], rng).contiguous(memory_format=torch.channels_last)
        return Batch((varied,), {part: values[drawn] for part, values in said.items()})

    return draw


def loss_of(one: Loss) -> Callable[[object, dict[str, torch.Tensor]], torch.Tensor]:
    def loss(found: tuple, targets: dict[str, torch.Tensor]) -> torch.Tensor:
        (raw, more, measures), labels, said = found, targets["labels"], targets["beside"]
        # Summed over an ECG's columns, so that a rare reading is not averaged away.
        total = BESIDE_SHARE * cross_entropy(more, said) * (~torch.isnan(said)).sum() / len(said)
        total = total + MEASURES_SHARE * measures_loss(measures, targets["measures"])
        for k in range(raw.shape[1]):
            share = 1.0 if k == 0 else OTHERS_SHARE
            total = total + share * one(raw[:, k], labels[:, k])
        return total

    return loss


def measures_loss(raw: torch.Tensor, measured: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(measured)
    apart = smooth_l1_loss(raw, torch.nan_to_num(measured), reduction="none", beta=MEASURES_NEAR)
    return (apart * known).sum() / known.sum().clamp(min=1)


def pretrained(name: str, simulated: Source, asked: Namespace) -> Taught:
    def trained() -> Taught:
        torch.manual_seed(SEED)
        used = [(simulated, PRETRAIN_ROWS)]
        return trained_on(used, name, "pretrain", network(name), PRETRAIN, SEED, asked)

    return kept(asked.work / f"{name}-pretrained.pt", network(name), trained)


def tuned(
    name: str,
    tag: str,
    start: Callable[[], Taught],
    sources: list[tuple[Source, int]],
    asked: Namespace,
) -> Taught:
    """`tag` is a member's number or what was left out of its training."""

    def trained() -> Taught:
        seed = SEED + sum(tag.encode())
        return trained_on(sources, name, tag, start(), TUNE, seed, asked)

    return kept(asked.work / f"{name}-{tag}.pt", network(name), trained)


def trained_on(
    sources: list[tuple[Source, int]],
    name: str,
    tag: str,
    start: Taught,
    plan: dict,
    seed: int,
    asked: Namespace,
) -> Taught:
    print(f"{name} {tag}", flush=True)
    checkpoint = asked.work / f"{name}-{tag}.checkpoint"
    steps = max(1, round(plan["steps"] * asked.share))
    found = fit(
        start.to(asked.device), draw_from(sources, asked.device), loss_of(NETWORKS[name][1]),
        Plan(seed=seed, **(plan | {"steps": steps})), checkpoint,
        say=lambda text: print(text, flush=True),
    )
    checkpoint.unlink(missing_ok=True)
    return found.cpu()
