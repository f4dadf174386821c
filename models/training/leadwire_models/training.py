"""One loop for every network: steps drawn by (seed, step), so a run that was stopped goes on as if
it had not been; the weights that count are their running mean."""

import copy
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

Tensors = tuple[torch.Tensor, ...]


@dataclass(frozen=True)
class Batch:
    """What the network is fed, in its order, and what the loss looks at."""

    inputs: Tensors
    targets: dict[str, torch.Tensor]


@dataclass(frozen=True)
class Plan:
    steps: int
    seed: int
    learning_rate: float = 3e-3
    weight_decay: float = 0.02
    warm_up: float = 0.1
    averaging: float = 0.99
    gradient_max: float = 1.0
    checkpoint_every: int = 100


def fit(
    network: nn.Module,
    draw: Callable[[np.random.Generator], Batch],
    loss: Callable[[object, dict[str, torch.Tensor]], torch.Tensor],
    plan: Plan,
    checkpoint: Path | None = None,
    say: Callable[[str], None] = print,
) -> nn.Module:
    """Trains in place, where the network is, and returns the averaged one in evaluation mode.

    `loss` takes what the network returned and the batch's targets. Where `checkpoint` names a file
    of the same plan, training goes on from it.
    """
    averaged = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(_groups(network, plan.weight_decay), lr=plan.learning_rate)
    done = _resume(checkpoint, plan, network, averaged, optimiser)
    # The tensors of a state are the network's own: looked up once, they stay those that are trained.
    mean, own = _states(averaged, network)
    started, total = time.process_time(), torch.zeros((), device=own[0][0].device)
    network.train()
    for step in range(done, plan.steps):
        torch.manual_seed(plan.seed * 1_000_003 + step)
        batch = draw(np.random.default_rng([plan.seed, step]))
        for group in optimiser.param_groups:
            group["lr"] = plan.learning_rate * rate_at(step, plan)
        value = loss(network(*batch.inputs), batch.targets)
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(network.parameters(), plan.gradient_max)
        optimiser.step()
        _average(mean, own, min(plan.averaging, (1 + step) / (10 + step)))
        total += value.detach()
        if (step + 1) % plan.checkpoint_every == 0 or step + 1 == plan.steps:
            used = time.process_time() - started
            say(f"step {step + 1} of {plan.steps}, loss so far {total / (step + 1 - done):.4f}, {used:.0f} s")
            _save(checkpoint, plan, step + 1, network, averaged, optimiser)
    return averaged.eval()


def rate_at(step: int, plan: Plan) -> float:
    """Up in a line, down in a half cosine, as a share of the greatest learning rate."""
    rising = max(1, round(plan.steps * plan.warm_up))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, plan.steps - rising)))


def _groups(network: nn.Module, decay: float) -> list[dict]:
    """Gains and offsets are not pulled to zero."""
    flat = [p for p in network.parameters() if p.ndim < 2]
    full = [p for p in network.parameters() if p.ndim >= 2]
    return [{"params": full, "weight_decay": decay}, {"params": flat, "weight_decay": 0.0}]


def _states(*networks: nn.Module) -> list[tuple[list[torch.Tensor], list[torch.Tensor]]]:
    """Of each network what is averaged, and what is counted."""
    found = []
    for one in networks:
        values = list(one.state_dict().values())
        floats = [value for value in values if value.is_floating_point()]
        found.append((floats, [value for value in values if not value.is_floating_point()]))
    return found


def _average(averaged: tuple[list, list], own: tuple[list, list], keep: float) -> None:
    get_ema_multi_avg_fn(keep)(averaged[0], own[0], None)
    for value, counted in zip(averaged[1], own[1], strict=True):
        value.copy_(counted)


def _save(path: Path | None, plan: Plan, step: int, *parts) -> None:
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    states = [part.state_dict() for part in parts]
    torch.save({"plan": json.dumps(asdict(plan)), "step": step, "states": states}, unfinished)
    unfinished.replace(path)


def _resume(path: Path | None, plan: Plan, *parts) -> int:
    if path is None or not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    if saved["plan"] != json.dumps(asdict(plan)):
        raise ValueError(f"{path} is of another plan; remove it or use another folder")
    for part, state in zip(parts, saved["states"], strict=True):
        part.load_state_dict(state)
    return saved["step"]


@torch.no_grad()
def predict(
    network: nn.Module, inputs: tuple[np.ndarray, ...], portion: int = 64
) -> tuple[np.ndarray, ...]:
    """Every output for every row; the arrays may be memory-mapped float16."""
    network.eval()
    parts: list[tuple[np.ndarray, ...]] = []
    for start in range(0, len(inputs[0]), portion):
        rows = slice(start, start + portion)
        given = [torch.from_numpy(np.asarray(one[rows], dtype=np.float32)) for one in inputs]
        found = network(*given)
        found = found if isinstance(found, tuple) else (found,)
        parts.append(tuple(one.numpy() for one in found))
    return tuple(np.concatenate(column) for column in zip(*parts))
