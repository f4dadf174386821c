"""Exports the members and writes the golden vector, the card and the page."""

import argparse
import json
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from ..calibrate import sigmoid
from ..card import write_card
from ..cohort import EIGHT
from ..export import quantise, run_onnx, session
from ..golden import RATE_HZ, PATIENT, synthetic_microvolts
from ..networks.eianet import EiaNet
from ..omi.sources import FOLDS
from . import beside, carding, erased, figures, page
from .exported import Exported, export_member, with_distance
from .labels import of_pages
from .pages import index, outcomes
from .pictures import MEASURES, PICTURES, drawn
from .predicted import Said, look, out_of_fold, said_of
from .sources import SEED, Source, Sources, measured_cohort, read_simulated_pictures

TOLERANCE = 0.001
# What lies beyond is withheld; of ECGs that no member learned from.
SPREAD_SHARE, DISTANCE_SHARE = 0.99, 0.995
PREPARED_EVERY = 37
# On the standard page a place is three by three dots.
DOTS = 9
QUANTISED_ON = 24


def report(
    asked: argparse.Namespace,
    product: Path,
    sources: Sources,
    trained: dict[str, list[EiaNet]],
    across: dict[str, EiaNet],
) -> None:
    pages, ptbxl = sources.pages, sources.ptbxl
    cohort = measured_cohort(asked.data)
    members = shipped(trained["eianet"], sources)
    test = read_simulated_pictures(asked.work / "simulated", "test-*", product)
    said = {
        name: said_of(networks, pages, ptbxl, test, asked.work / f"said-{name}.npz")
        for name, networks in trained.items()
    }
    own = said["eianet"]
    on_pages, on_ptbxl, mean = own.pages, own.ptbxl, own.test.mean(axis=0)
    decided = figures.decide(pages, on_pages)
    spread = sigmoid(own.test).std(axis=0)
    spread_max = round(float(np.quantile(spread, SPREAD_SHARE)), 3)
    away = _distances(members, pages, ptbxl, own)
    limit = np.concatenate([away["pages"], away["PTB-XL"], away["simulated"]])
    distance_max = round(float(np.quantile(limit, DISTANCE_SHARE)), 2)
    files = _export(asked.out, members)
    main = figures.pages_rows(pages, on_pages)
    beyond = _across(across, pages, ptbxl)
    on_simulated = figures.simulated_rows(test, mean)
    control = _erased(asked, product, pages, trained["eianet"])
    groups = figures.ptbxl_groups(cohort, ptbxl, on_ptbxl)
    rows = [*main, *control.flat, *beyond, *on_simulated, *_group_rows(groups)]
    weights = sum(one.numel() for one in trained["eianet"][0].parameters())
    write_golden(asked, product, members)
    write_card(
        asked.out / "card.json",
        carding.card_of(
            rows=rows,
            decided=decided,
            members=files,
            weights=weights,
            records=sources.records,
            distance_max=distance_max,
            spread_max=spread_max,
            pipeline=_pipeline(asked.work),
            tolerance=TOLERANCE,
        ),
    )
    files_read = outcomes(asked.work / "pages")
    refused = Counter(why for _, why in files_read if why)
    found = page.Found(
        command=carding.COMMAND,
        weights=weights,
        read=(len(files_read) - sum(refused.values()), len(files_read), dict(refused)),
        main=main,
        erased=control,
        across=beyond,
        simulated=on_simulated,
        by_condition=figures.above_by_condition(test, decided.positive(mean)),
        groups=groups,
        above=figures.above_by_group(cohort, ptbxl, decided.positive(on_ptbxl)),
        beside={name: _beside(pages, ptbxl, test, of) for name, of in said.items()},
        decided=decided,
        quantised=_quantised(asked, pages, on_pages),
        spread_max=spread_max,
        distance_max=distance_max,
        withheld=[
            *((name, len(of), int((of > distance_max).sum())) for name, of in away.items()),
            ("simulated, by spread", len(spread), int((spread > spread_max).sum())),
        ],
        times=timed(product),
    )
    page.write_section(asked.page, found)


def shipped(networks: list[EiaNet], sources: Sources) -> list[Exported]:
    found = []
    for k, network in enumerate(networks):
        learned = (sources.pages.unseen(k), sources.ptbxl.unseen(k), sources.simulated)
        parts = [one.pictures for one in learned]
        found.append(with_distance(network, np.concatenate(parts), SEED + k))
    return found


@torch.no_grad()
def _distances(
    members: list[Exported], pages: Source, ptbxl: Source, said: Said
) -> dict[str, np.ndarray]:
    def of(member: Exported, features: np.ndarray) -> np.ndarray:
        return member.distance(torch.from_numpy(features))[:, 0].numpy()

    found = {}
    for name, source, features in (
        ("pages", pages, said.pages_features),
        ("PTB-XL", ptbxl, said.ptbxl_features),
    ):
        values = np.empty(len(source.ids))
        for k, member in enumerate(members):
            values[source.fold == k] = of(member, features[source.fold == k])
        found[name] = values
    on_test = [of(member, features) for member, features in zip(members, said.test_features)]
    found["simulated"] = np.mean(on_test, axis=0)
    return found


def _across(across: dict[str, EiaNet], pages: Source, ptbxl: Source) -> list[figures.Row]:
    without_pages = look(across["without-pages"], pages.pictures)[0]
    without_ptbxl = look(across["without-ptbxl"], ptbxl.pictures)[0]
    return [
        figures.between(pages, without_pages, ("mi",), ("norm",)).row(
            "tuned on PTB-XL without ecg-images: ecg-images, acute infarct against normal"
        ),
        figures.between(ptbxl, without_ptbxl, ("infarct",), ("norm",)).row(
            "tuned on ecg-images without PTB-XL: PTB-XL, infarct against normal"
        ),
    ]


def _beside(pages: Source, ptbxl: Source, test: Source, said: Said) -> list[figures.Row]:
    return [
        *figures.pages_rows(pages, said.pages),
        *figures.simulated_rows(test, said.test.mean(axis=0)),
        figures.between(ptbxl, said.ptbxl, ("infarct",), ("norm",)).row(
            "PTB-XL, infarct against normal"
        ),
    ]


def _erased(
    asked: argparse.Namespace, product: Path, pages: Source, networks: list[EiaNet]
) -> page.Erased:
    folder = asked.work / "erased"
    erased.erase(asked.data / "ecg-images", folder)
    read, of = erased.read_back(folder, asked.work / "erased-read", product)
    pictures, names = erased.own_pixels(folder, asked.work / "erased-own", product)
    classes = index(asked.data / "ecg-images")
    kinds = np.array([classes[name] for name in names])
    known = dict(zip(pages.ids, pages.fold))
    fold = np.array([known.get(name, k % FOLDS) for k, name in enumerate(names)])
    measures = np.full((len(names), len(MEASURES)), np.nan)
    said = beside.of_pages(kinds)
    own = Source(pictures, of_pages(kinds), said, measures, fold, np.ones(len(names)), names, kinds)
    flat = pages.only(np.isin(pages.kinds, erased.CLASSES))
    flat = replace(flat, pictures=erased.flattened(flat.pictures))
    return page.Erased(
        read,
        of,
        _without_hearts(flat, networks, "every trace made flat"),
        _without_hearts(own, networks, "traces erased, the page's own pixels"),
    )


def _without_hearts(source: Source, networks: list[EiaNet], what: str) -> list[figures.Row]:
    labels = (source.kinds == "mi").astype(int)
    learnt = erased.learnt_apart(source.pictures, labels, source.fold)
    return [
        figures.Between(source.ids, labels, raw).row(f"{what}, {who}")
        for raw, who in (
            (out_of_fold(networks, source)[0], "the network as trained"),
            (learnt, "a logistic regression trained on such pictures"),
        )
    ]


def _group_rows(groups: list[dict]) -> list[figures.Row]:
    return [
        figures.Row(
            f"PTB-XL out of fold, infarct read off the trace against normal, {one['cohort']}",
            "AUROC",
            one["records"],
            one["positives"],
            one["estimate"],
        )
        for one in groups
        if one["estimate"] is not None
    ]


def _export(out: Path, members: list[Exported]) -> list[dict]:
    files = []
    for k, member in enumerate(members):
        name = f"member-{k + 1}.onnx"
        files.append({"file": name, "sha256": export_member(member, out / name)})
    return files


def _quantised(asked: argparse.Namespace, pages: Source, whole: np.ndarray) -> tuple:
    small = np.empty_like(whole)
    sizes = (0, 0)
    for k in range(FOLDS):
        source, target = asked.out / f"member-{k + 1}.onnx", asked.work / f"int8-{k + 1}.onnx"
        learned, own = pages.unseen(k).pictures, pages.fold == k
        examples = [{"page": _floats(one[None])} for one in learned[:: max(1, len(learned) // QUANTISED_ON)]]
        if not target.exists():
            quantise(source, target, examples)
        small[own] = run_onnx(session(target), {"page": _floats(pages.pictures[own])})["surrogate"][:, 0]
        sizes = (source.stat().st_size, target.stat().st_size)
    rows = [
        figures.between(pages, raw, ("mi",), ("norm",)).row("out of fold") for raw in (whole, small)
    ]
    return rows[0], rows[1], float(np.abs(small - whole).max()), *sizes


def _floats(pictures: np.ndarray) -> np.ndarray:
    return pictures[:, None].astype(np.float32) / 255


@torch.no_grad()
def write_golden(asked: argparse.Namespace, product: Path, members: list[Exported]) -> None:
    """An ECG made by a formula, its page as the product draws it, and what PyTorch says of it."""
    eight = synthetic_microvolts()
    folder = asked.work / "golden"
    folder.mkdir(parents=True, exist_ok=True)
    eight[None].astype("<i2").tofile(folder / "ecg.i16")
    meta = {"count": 1, "samples": eight.shape[1], "sampleRateHz": RATE_HZ, "leads": EIGHT}
    (folder / "meta.json").write_text(json.dumps(meta))
    bytes_of = drawn(folder / PICTURES, product, "--arrays", folder)
    picture = (np.rint(bytes_of.astype(np.float32) / 255 * DOTS) / DOTS).astype(np.float32)
    said = [member(torch.from_numpy(picture[:, None])) for member in members]
    golden = {
        "made": "by a formula in models/training/leadwire_models/golden.py; no person's ECG",
        "sampleRateHz": RATE_HZ,
        "patient": PATIENT,
        "leads": dict(zip(EIGHT, eight.astype(int).tolist())),
        "prepared": {
            "page": {
                "every": PREPARED_EVERY,
                "values": [round(float(x), 7) for x in picture.ravel()[::PREPARED_EVERY]],
            }
        },
        "outputs": {
            name: [[round(float(x), 6) for x in one[k].ravel()] for one in said]
            for name, k in (("surrogate", 0), ("distance", 2))
        },
    }
    path = asked.out / "golden" / "golden.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden) + "\n")


def _pipeline(work: Path) -> dict:
    said = json.loads((work / "golden" / f"{PICTURES}.json").read_text())
    return {"name": said["name"], "version": said["version"]}


def timed(product: Path) -> list[str]:
    """The table of the product's own bench, its head and the rows of this model."""
    command = ["node", "--import", "./test/support/ts-loader.js", "test/bench/main.ts"]
    run = subprocess.run(
        [*command, "--only", "models"], cwd=product, check=True, capture_output=True, text=True
    )
    lines = [line for line in run.stdout.splitlines() if line.startswith("|")]
    return [*lines[:2], *(line for line in lines[2:] if "eianet" in line)]
