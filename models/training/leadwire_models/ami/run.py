"""The one command of the `ami` model. Every stage keeps what it made in the work folder, so a run
that was stopped goes on; `--only` runs some stages, `report` writes down what was trained."""

import argparse
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from ..networks.conv_lstm import ConvLstm
from ..networks.plain_cnn import PlainCnn
from ..networks.resnet1d import ResNet1d
from ..omi.simulation import simulate
from ..omi.sources import FOLDS
from . import sites
from .sources import read_real, read_simulation
from .stages import member, network, pretrained

PRODUCT = Path(__file__).resolve().parents[4]
NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "ami": network,
    "plain-cnn": PlainCnn,
    "resnet1d": ResNet1d,
    "conv-lstm": lambda: ConvLstm(stem=24, width=64, hidden=40),
}
SITES = "sites.npz"


def run(arguments: list[str]) -> int:
    asked = _parse(arguments)
    torch.set_num_threads(asked.threads)
    only = set(asked.only)
    if not only or "simulate" in only:
        simulate(asked.simulated, PRODUCT)
    if only == {"simulate"}:
        return 0
    cohort, raw, scaled = read_real(asked.data, asked.work / "prepared")
    simulation = read_simulation(asked.simulated, "training-*", asked.work / "prepared")
    trained: dict[str, list[nn.Module]] = {}
    for name, make in NETWORKS.items():
        wanted = folds_of(name, only, asked.work)
        if wanted is not None:
            start = pretrained(name, make, simulation, asked.work)
            sources = (raw, scaled, simulation)
            trained[name] = [member(name, held, start, sources, asked.work) for held in wanted]
    if not only or "sites" in only:
        hospitals, source = sites.three_sites(asked.data, asked.simulated, cohort, raw, asked.work)
        sites.tried(hospitals, source, asked.work / SITES)
    if not only or "report" in only:
        from .reporting import report

        report(asked, trained, cohort, raw, scaled, simulation)
    return 0


def folds_of(name: str, only: set[str], work: Path) -> list[int] | None:
    """Which members of a network are needed; None: nothing of it. A report takes what is there."""
    if not only or name in only:
        return list(range(FOLDS))
    if "report" in only:
        there = all((work / f"{name}-{k + 1}.pt").exists() for k in range(FOLDS))
        return list(range(FOLDS)) if there or name == "ami" else None
    held = [k for k in range(FOLDS) if f"{name}-{k + 1}" in only]
    return held if held or f"{name}-pretrain" in only else None


def _parse(arguments: list[str]) -> argparse.Namespace:
    stages = ["simulate", "prepare", "sites", "report"]
    for name in NETWORKS:
        stages += [name, f"{name}-pretrain", *(f"{name}-{k + 1}" for k in range(FOLDS))]
    parser = argparse.ArgumentParser(prog="leadwire_models ami", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the two PTB-XL files")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--page", type=Path, default=PRODUCT / "docs/validation/ami.md")
    parser.add_argument(
        "--work", type=Path, default=Path("work/ami"), help="what is kept between runs"
    )
    parser.add_argument("--simulated", type=Path, default=Path("work/omi/simulated"))
    parser.add_argument(
        "--beside", type=Path, help="out-of-fold values of omi (.npz), where there are any"
    )
    parser.add_argument("--only", nargs="+", choices=stages, default=[])
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)
