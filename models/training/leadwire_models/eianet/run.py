"""The one command of the `eianet` model. Every stage keeps what it made in the work folder, so a
run that was stopped goes on; `--only` runs some stages, `report` writes down what was trained."""

import argparse
from pathlib import Path

import torch

from ..networks.eianet import EiaNet
from ..omi.sources import FOLDS
from .simulation import simulate
from .sources import Source, read_pages, read_ptbxl, read_simulated_pictures
from .stages import NETWORKS, TUNE_ROWS, pretrained, tuned

PRODUCT = Path(__file__).resolve().parents[4]
MEMBERS = tuple(f"member-{k + 1}" for k in range(FOLDS))
# What is left out -> rows of pages, PTB-XL and simulated ECGs in a batch.
ACROSS = {"without-pages": (0, 18, 14), "without-ptbxl": (20, 0, 12)}


def run(arguments: list[str]) -> int:
    asked = _parse(arguments)
    torch.set_num_threads(asked.threads)
    only = set(asked.only)
    simulations = asked.work / "simulated"
    if not only or "simulate" in only:
        simulate(simulations, PRODUCT, asked.share)
    simulated = read_simulated_pictures(simulations, "training-*", PRODUCT)
    for name in NETWORKS:
        if not only or f"{name}-pretrain" in only:
            pretrained(name, simulated, asked.work)
    if only and not only & {*NETWORKS, "across", "report"}:
        return 0
    cohort, ptbxl = read_ptbxl(asked.data, asked.work, PRODUCT)
    sources = (read_pages(asked.data, asked.work, PRODUCT), ptbxl, simulated)
    trained, across = {}, {}
    for name in NETWORKS:
        if not only or name in only or "report" in only:
            trained[name] = [
                train(name, tag, TUNE_ROWS, sources, asked.work, held=k)
                for k, tag in enumerate(MEMBERS)
            ]
    if not only or only & {"across", "report"}:
        for tag, rows in ACROSS.items():
            across[tag] = train("eianet", tag, rows, sources, asked.work)
    if not only or "report" in only:
        from .report import report

        report(asked, PRODUCT, cohort, sources, trained, across)
    return 0


def train(
    name: str,
    tag: str,
    rows: tuple[int, int, int],
    sources: tuple[Source, Source, Source],
    work: Path,
    held: int = -2,
) -> EiaNet:
    """The network that never saw a page or a patient of fold `held`, nor a source without rows."""
    start = pretrained(name, sources[2], work)
    used = [(one.unseen(held), count) for one, count in zip(sources, rows) if count]
    return tuned(name, tag, start, used, work)


def _parse(arguments: list[str]) -> argparse.Namespace:
    stages = ["simulate", "across", "report"]
    for name in NETWORKS:
        stages += [name, f"{name}-pretrain"]
    parser = argparse.ArgumentParser(prog="leadwire_models eianet", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of PTB-XL and ecg-images")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument("--page", type=Path, default=PRODUCT / "docs/validation/pictures.md")
    parser.add_argument(
        "--work", type=Path, default=Path("work/eianet"), help="what is kept between runs"
    )
    parser.add_argument("--only", nargs="+", choices=stages, default=[])
    parser.add_argument("--share", type=float, default=1.0, help="of the simulated ECGs")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args(arguments)
