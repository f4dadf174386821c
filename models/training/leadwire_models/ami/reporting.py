"""Exports the members and writes the golden vector, the card and the page."""

import argparse
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from onnxruntime import InferenceSession
from torch import nn

from ..card import evaluation_row, write_card
from ..cohort import Cohort, adults
from ..export import run_onnx, session
from ..golden import write_golden
from ..metrics import auroc, calibration_curve, selective_risk, with_interval
from ..omi.sources import FOLDS
from ..preprocess import prepare_cohort
from ..protocols import by_site
from ..readers.ludb import read_ludb
from . import attended, beside, carding, combined, figures, page, predicted, sites
from .exported import Exported, export_member, with_distance
from .inputs import AGE_SEX, WAVEFORM
from .labels import territory
from .pictures import draw_pictures
from .sources import Source

EQUAL_ROWS = 64
TIMED = 40


class GoldenOutputs(nn.Module):
    """What the golden vector keeps: an attention is no score."""

    def __init__(self, member: Exported) -> None:
        super().__init__()
        self.member = member

    def forward(
        self, ecg: torch.Tensor, age_sex: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        raw, _, distance = self.member(ecg, age_sex)
        return raw, distance


def report(
    asked: argparse.Namespace,
    trained: dict[str, list[nn.Module]],
    cohort: Cohort,
    raw: Source,
    scaled: Source,
    simulation: Source,
) -> None:
    members = [
        with_distance(network, [raw.unseen(k), scaled.unseen(k)])
        for k, network in enumerate(trained["ami"])
    ]
    said = predicted.out_of_fold(members, raw, asked.work / "predicted.npz")
    of = figures.Measured(
        cohort, (raw.readings[:, 0] == 1).astype(int), raw.fold, said.raw["known"]
    )
    files = [f"member-{k + 1}.onnx" for k in range(FOLDS)]
    digests = [export_member(one, asked.out / name) for one, name in zip(members, files)]
    write_golden(
        asked.out / "golden/golden.json",
        WAVEFORM,
        AGE_SEX,
        [GoldenOutputs(m) for m in members],
        ["mi", "distance"],
    )
    elsewhere, spread_max = _ludb(asked.data, asked.work, members, of.line)
    distance_max = round(float(np.percentile(said.distance, 99.5)), 2)
    weights = sum(p.numel() for p in members[0].network.parameters())
    card = carding.card_of(
        of=of,
        members=[{"file": f, "sha256": d} for f, d in zip(files, digests)],
        weights=weights,
        records=len(raw.fold) + len(scaled.fold) + len(simulation.fold),
        distance=said.distance,
        distance_max=distance_max,
        spread_max=spread_max,
        more=[_external(elsewhere)],
    )
    write_card(asked.out / "card.json", card)
    lines = [
        *page.head(of.words(), weights, carding.COMMAND),
        *_sections(asked, of, said, members, trained, raw),
        *page.risk(
            _risk(of, said.distance), spread_max, distance_max, f"{len(raw.fold)} ECGs out of fold"
        ),
        *page.elsewhere(elsewhere),
        *page.cost(*_cost(asked.out, files, members, raw)),
        *_pictures(asked, of, said, raw),
    ]
    asked.page.write_text("\n".join(lines).rstrip() + "\n")
    print(f"AUROC {of.of(auroc, of.raw)}", flush=True)


def _sections(
    asked: argparse.Namespace,
    of: figures.Measured,
    said: predicted.Said,
    members: list[Exported],
    trained: dict[str, list[nn.Module]],
    raw: Source,
) -> list[str]:
    measured = beside.spoken("ptbxl-measurements.ts", asked.work / "measured.jsonl", asked.data)
    verdicts = beside.spoken("ptbxl-verdicts.ts", asked.work / "verdicts.jsonl", asked.data)
    omi = beside.omi_values(asked.beside, len(of.labels))
    count = f"{len(of.labels)} ECGs, {int(of.labels.sum())} positive"
    rows = [combined.row(of, "ami", of.raw)]
    for name, networks in trained.items():
        if name != "ami":
            rows.append(combined.row(of, name, predicted.comparator(networks, raw), of.raw))
    plain = combined.on_measurements(of, measured)
    rows.append(combined.row(of, "logistic regression on our measurements", plain, of.raw))
    missing = sorted({"plain-cnn", "resnet1d", "conv-lstm"} - set(trained))
    hidden = [("none", of.of(auroc, of.raw), None)] + [
        (name, of.of(auroc, said.raw[name]), of.less(auroc, of.raw, said.raw[name]))
        for name in ("no age", "no sex", "neither")
    ]
    subgroup = figures.subgroup_rows(of)
    joined, weights = combined.rule(of, omi, verdicts)
    return [
        *page.main_figures(subgroup, of.of(auroc, of.raw)),
        *page.paper(figures.paper_rows(of), of.threshold),
        *page.unknown(hidden, f"The same {count}, scored again with what is hidden made unknown."),
        *page.calibration(
            figures.calibration_rows(of),
            calibration_curve(of.labels, of.calibrated_apart),
            f"{count}.",
        ),
        *page.comparators(rows, count, missing),
        *page.combination(joined, weights, count, omi is not None),
        *_protocols(asked, of, raw),
        *page.attention(
            attended.injected(members, of.cohort, raw, measured),
            attended.in_time(of, said.attention, measured),
            attended.in_territory(of, said.attention, territory(raw.readings)),
            attended.score_cams(members, of, raw, measured),
        ),
    ]


def _protocols(asked: argparse.Namespace, of: figures.Measured, raw: Source) -> list[str]:
    kept = asked.work / "sites.npz"
    if not kept.exists():
        return []
    hospitals, source = sites.three_sites(asked.data, asked.simulated, of.cohort, raw, asked.work)
    gah, loho = (
        by_site(hospitals, one, figures.SEED) for one in sites.tried(hospitals, source, kept)
    )
    count = f"{len(hospitals.labels)} ECGs, {int(hospitals.labels.sum())} positive."
    return page.protocols(gah, loho, count)


def _risk(of: figures.Measured, distance: np.ndarray) -> list[dict]:
    return selective_risk(
        auroc, of.patients, of.labels, of.probability, distance, seed=figures.SEED
    )


def _ludb(data: Path, work: Path, members: list[Exported], line: dict) -> tuple[dict, float]:
    ludb = adults(read_ludb(data / "ludb" / "data"))
    ecg = np.array(prepare_cohort(ludb, WAVEFORM, work / "prepared"))
    found = predicted.together(members, ecg, AGE_SEX.prepare(ludb.age_years, ludb.male), line)
    labels = ludb.columns["mi"].astype(int)
    row = {
        "records": len(ludb),
        "positives": int(labels.sum()),
        "estimate": with_interval(
            auroc, ludb.patients, labels, found.probability, seed=figures.SEED
        ),
    }
    return row, round(float(np.percentile(found.spread, 97.5)), 3)


def _external(row: dict) -> dict:
    return evaluation_row(
        "AUROC",
        "LUDB, the five members together",
        row["records"],
        row["positives"],
        row["estimate"].rounded(),
        carding.FINDING,
        "The label is a scar or an undefined ischaemia, scar or NSTEMI in LUDB's headers.",
    )


def _cost(
    out: Path, files: list[str], members: list[Exported], raw: Source
) -> tuple[float, float, float, int]:
    given = {"ecg": raw.ecg[:EQUAL_ROWS].astype(np.float32), "age_sex": raw.age_sex[:EQUAL_ROWS]}
    one = {name: values[:1] for name, values in given.items()}
    difference = 0.0
    for name, member in zip(files, members):
        found = run_onnx(session(out / name), given)
        with torch.no_grad():
            theirs = member(*(torch.from_numpy(values) for values in given.values()))
        difference = max(
            difference,
            *(
                float(np.abs(mine - other.numpy()).max())
                for mine, other in zip(found.values(), theirs)
            ),
        )
    sessions = [session(out / name) for name in files]
    alone = _milliseconds(sessions, one, time.process_time, 1)
    pair = _milliseconds(sessions, one, time.perf_counter, 2)
    return alone, pair, difference, sum((out / name).stat().st_size for name in files)


def _milliseconds(
    sessions: list[InferenceSession],
    one: dict[str, np.ndarray],
    clock: Callable[[], float],
    at_once: int,
) -> float:
    """The least of some runs of all members: what others do on the machine only ever adds."""
    taken = []
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(TIMED):
            started = clock()
            list(pool.map(lambda running: run_onnx(running, one), sessions))
            taken.append(1000 * (clock() - started))
    return min(taken)


def _pictures(
    asked: argparse.Namespace, of: figures.Measured, said: predicted.Said, raw: Source
) -> list[str]:
    intro = (
        "Shaded: steps of at least half the heaviest, as the service shows them. Each out of fold."
    )
    drawn = draw_pictures(of, said.attention, raw.readings, asked.work, asked.page, asked.data)
    return ["## Attention on real ECGs", "", intro, "", *drawn]
