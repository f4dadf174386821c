"""The one command of the `eianet` model. Every stage keeps what it made in the work folder, so a
run that was stopped goes on; `--only` runs some stages, `report` writes down what was trained.

`gather` leaves everything that is learned from in one file, `sources.npz`: a machine with that file
and a processor made for it can run the stages that train, and the others are run elsewhere."""

import argparse
from pathlib import Path

import torch

from ..ami.stages import kept
from ..networks.eianet import EiaNet
from ..omi.sources import FOLDS
from .readout import read_out
from .simulation import simulate
from .sources import Sources, read_sources
from .stages import NETWORKS, TUNE_ROWS, network, pretrained, tuned

PRODUCT = Path(__file__).resolve().parents[4]
MEMBERS = tuple(f"member-{k + 1}" for k in range(FOLDS))
# What is left out -> rows of pages, PTB-XL and simulated ECGs in a batch.
ACROSS = {"without-pages": (0, 82, 46), "without-ptbxl": (40, 0, 88)}


def run(arguments: list[str]) -> int:
    asked = _parse(arguments)
    torch.set_num_threads(asked.threads)
    only = set(asked.only)
    if not only or "gather" in only:
        simulate(asked.work / "simulated", PRODUCT, asked.share)
    sources = read_sources(asked.data, asked.work, PRODUCT)
    for name in NETWORKS:
        if not only or f"{name}-pretrain" in only:
            pretrained(name, sources.simulated, asked)
    trained, across = {}, {}
    for name in NETWORKS:
        if not only or name in only or "report" in only:
            trained[name] = [
                train(name, tag, TUNE_ROWS, sources, asked, held=k)
                for k, tag in enumerate(MEMBERS)
            ]
    if not only or only & {"across", "report"}:
        for tag, rows in ACROSS.items():
            across[tag] = train("eianet", tag, rows, sources, asked)
    if not only or "report" in only:
        from .report import report

        report(asked, PRODUCT, sources, trained, across)
    return 0


def train(
    name: str,
    tag: str,
    rows: tuple[int, int, int],
    sources: Sources,
    asked: argparse.Namespace,
    held: int = -2,
) -> EiaNet:
    """The network that never saw a page or a patient of fold `held`, nor a source without rows."""
    each = (sources.pages, sources.real, sources.simulated)
    used = [(one.unseen(held), count) for one, count in zip(each, rows) if count]

    def finished() -> EiaNet:
        taught = tuned(name, tag, lambda: pretrained(name, sources.simulated, asked), used, asked)
        return read_out(taught.network, [one for one, _ in used])

    return kept(asked.work / f"{name}-{tag}-read-out.pt", network(name).network, finished)


def _parse(arguments: list[str]) -> argparse.Namespace:
    stages = ["gather", "across", "report"]
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
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the simulated ECGs and of all steps"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where to train"
    )
    return parser.parse_args(arguments)
