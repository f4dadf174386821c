"""From trained members to everything that is shipped and said: files, golden vector, card, page."""

import shutil
from argparse import Namespace
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ..card import write_card
from ..distance import Distance
from ..export import sha256
from ..golden import write_golden
from ..networks.omi import Omi
from . import measure, page, points, predicted, shipped
from .calibration import Calibration, calibrate, real_truth, simulated_truth
from .carding import card_of
from .exported import Exported, outputs_of
from .measure import Real, Row
from .pools import WAVEFORM
from .predicted import Raw
from .sources import AGE_SEX, Source, read_simulation
from .verdicts import stemi_verdicts

# Simulated ECGs that no member was trained on, by what they are for.
SETS = {"chosen": "calibration-mixed", "mixed": "mixed-test", "each": "test-*"}
DISTANCE_PERCENTILE = 99
# Of simulated occlusions that no member was trained on, one in fifty is withheld.
SPREAD_PERCENTILE = 98


@dataclass(frozen=True)
class Found:
    """All figures, for the card and the page alike."""

    real: Real
    rows: list[Row]
    groups: list[Row]
    points: list[dict]
    selective: list[measure.Selective]
    conditions: list[tuple]
    threshold: float
    false_alarms: list[Row]
    criteria: dict[str, dict]
    simulation_only: list[Row]
    calibration: Calibration
    distance_max: float
    spread_max: float


def report(
    asked: Namespace, start: Omi, members: list[Omi], raw: Source, scaled: Source, simulation: Source
) -> None:
    product = Path(__file__).resolve().parents[4]
    distance = [
        predicted.distance_of(k, one, raw, simulation.pool, asked.work / f"distance-{k + 1}.pt")
        for k, one in enumerate(members)
    ]
    found = _figures(asked.work, product, start, members, distance, raw)
    modules = [Exported(network, own) for network, own in zip(members, distance)]
    chosen, precisions = _ship(asked, members, distance, modules, raw, found.real)
    outputs = outputs_of(members[0])
    write_golden(asked.out / "golden" / "golden.json", WAVEFORM, AGE_SEX, modules, outputs)
    weights = sum(p.numel() for p in members[0].parameters())
    card = card_of(
        members=[{"file": p.name, "sha256": sha256(asked.out / p.name)} for p in chosen.files],
        precision=chosen.name,
        shape=members[0].shape,
        weights=weights,
        calibration=found.calibration,
        points=found.points,
        rows=[*found.rows, *found.groups, *found.false_alarms, *found.simulation_only],
        selective=found.selective,
        distance_max=found.distance_max,
        spread_max=found.spread_max,
        data=page.training_words(raw, scaled, simulation),
        records=len(raw.fold) + len(scaled.fold) + len(simulation.fold),
    )
    write_card(asked.out / "card.json", card)
    asked.page.parent.mkdir(parents=True, exist_ok=True)
    text = page.page(found, precisions, chosen, weights, page.training_words(raw, scaled, simulation))
    asked.page.write_text(text)
    print(f"wrote {asked.out} and {asked.page}", flush=True)


def _figures(
    work: Path, product: Path, start: Omi, members: list[Omi], distance: list[Distance], raw: Source
) -> Found:
    out = predicted.kept(work / "real.npz", lambda: predicted.out_of_fold(members, distance, raw))
    real = Real(raw.cohort, raw.pool.labels, out, raw.fold)
    sets = {
        name: read_simulation(work / "simulated", names, work / "prepared")
        for name, names in SETS.items()
    }
    each = {name: _members_say(work, name, members, distance, one) for name, one in sets.items()}
    values = {name: predicted.mean_of(said) for name, said in each.items()}
    truths = {name: simulated_truth(one.cohort) for name, one in sets.items()}
    calibration = calibrate(
        out, real_truth(raw.pool.labels), values["chosen"], truths["chosen"], sets["chosen"].pool.labels.allowed
    )
    p = {name: calibration.apply(one) for name, one in values.items()}
    spread = {name: _spread(each[name], calibration.temperature) for name in ("chosen", "mixed")}
    occluded = sets["chosen"].cohort.columns["occluded"]
    spread_max = round(float(np.percentile(spread["chosen"][occluded], SPREAD_PERCENTILE)), 3)
    mixed = sets["mixed"].cohort
    simulated_points = points.simulated_points(p["chosen"], truths["chosen"], p["mixed"], truths["mixed"], mixed.ids)
    threshold = next(one["threshold"] for one in simulated_points if one["finding"] == "omi")
    distance_max = round(float(np.percentile(out.distance, DISTANCE_PERCENTILE)), 3)
    verdicts = stemi_verdicts(product, work / "verdicts.jsonl")
    alone = predicted.kept(
        work / "simulation-only.npz", lambda: predicted.said_by(start, distance[0], raw.pool)
    )
    return Found(
        real=real,
        rows=measure.real_rows(real)
        + measure.simulated_rows(mixed, p["mixed"], sets["each"].cohort, p["each"])
        + measure.withheld_rows(mixed, spread["mixed"], spread_max)
        + measure.far_rows(real, distance_max),
        groups=measure.group_rows(real, "infarct-pattern") + measure.group_rows(real, "lbbb"),
        points=simulated_points + points.real_points(real),
        selective=[
            measure.selective_simulated(mixed, p["mixed"]["omi"], spread["mixed"]),
            measure.selective_real(real, "infarct-pattern"),
        ],
        conditions=measure.by_condition(sets["each"].cohort, p["each"]["omi"], threshold),
        threshold=threshold,
        false_alarms=measure.false_alarm_rows(real, calibration, threshold),
        criteria={name: measure.beside_criteria(real, verdicts, name) for name in ("all", "injury")},
        simulation_only=measure.simulation_only_rows(Real(raw.cohort, raw.pool.labels, alone, raw.fold)),
        calibration=calibration,
        distance_max=distance_max,
        spread_max=spread_max,
    )


def _spread(each: list[Raw], temperature: float) -> np.ndarray:
    """As the service measures it: of the members' probabilities, before the finding's line."""
    return np.std([predicted.findings_of(one, temperature)["omi"] for one in each], axis=0)


def _members_say(
    work: Path, name: str, members: list[Omi], distance: list[Distance], source: Source
) -> list[Raw]:
    return [
        predicted.kept(
            work / f"{name}-{k + 1}.npz",
            partial(predicted.said_by, network, own, source.pool),
        )
        for k, (network, own) in enumerate(zip(members, distance))
    ]


def _ship(
    asked: Namespace,
    members: list[Omi],
    distance: list[Distance],
    modules: list[Exported],
    raw: Source,
    real: Real,
) -> tuple[shipped.Precision, list[shipped.Precision]]:
    """Both precisions are made and measured; the one worth it is put in the model's folder."""
    floats = shipped.exported(members, distance, asked.work / "float32")
    ints = shipped.quantised(floats, asked.work / "int8", raw)
    precisions = [
        shipped.examined("float32", floats, modules, raw, real),
        shipped.examined("int8", ints, modules, raw, real),
    ]
    chosen = shipped.better(*precisions)
    asked.out.mkdir(parents=True, exist_ok=True)
    for path in chosen.files:
        shutil.copyfile(path, asked.out / path.name)
    return chosen, precisions
