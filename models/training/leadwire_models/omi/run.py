"""The one command of the `omi` model. Every stage keeps what it made in the work folder, so a run
that was stopped goes on; `--only` runs one stage, `report` measures and writes without training."""

import argparse
from pathlib import Path

import torch

from ..networks.omi import Omi
from .simulation import simulate
from .sources import FOLDS, Source, read_real, read_simulation
from .stages import RECIPES, Recipe, member, pretrained

PRODUCT = Path(__file__).resolve().parents[4]


def run(arguments: list[str]) -> int:
    asked = _parse(arguments)
    torch.set_num_threads(asked.threads)
    simulations, cache = asked.work / "simulated", asked.work / "prepared"
    if asked.only in (None, "simulate"):
        simulate(simulations, PRODUCT)
    if asked.only == "simulate":
        return 0
    raw, scaled = read_real(asked.data, cache)
    simulation = read_simulation(simulations, "training-*", cache)
    recipe = RECIPES[asked.recipe]
    start = pretrained(recipe, simulation.pool, asked.work)
    members = train(asked.only, recipe, start, raw, scaled, simulation, asked.work)
    if asked.only in (None, "report"):
        from .report import report

        report(asked, start, members, raw, scaled, simulation)
    return 0


def train(
    only: str | None,
    recipe: Recipe,
    start: Omi,
    raw: Source,
    scaled: Source,
    simulation: Source,
    work: Path,
) -> list[Omi]:
    if only == "pretrain":
        return []
    wanted = range(FOLDS) if only in (None, "report") else [int(only.removeprefix("member-")) - 1]
    return [member(held, recipe, start, raw, scaled, simulation.pool, work) for held in wanted]


def _parse(arguments: list[str]) -> argparse.Namespace:
    stages = ["simulate", "pretrain", *(f"member-{k + 1}" for k in range(FOLDS)), "report"]
    parser = argparse.ArgumentParser(prog="leadwire_models omi", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the two PTB-XL files")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--page", type=Path, default=PRODUCT / "docs/validation/omi.md")
    parser.add_argument("--work", type=Path, default=Path("work/omi"), help="what is kept between runs")
    parser.add_argument("--recipe", choices=list(RECIPES), default="ours")
    parser.add_argument("--only", choices=stages)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)
