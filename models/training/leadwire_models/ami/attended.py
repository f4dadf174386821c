"""The attention test and Score-CAM on real ECGs: tables of the page."""

import numpy as np
import torch

from ..cohort import TWELVE, Cohort
from ..metrics import Estimate, with_interval
from ..scorecam import score_cam
from ..training import predict
from . import attention
from .exported import Exported
from .figures import SEED, Measured
from .sources import Source

NORMALS = 120
EXPLAINED = 24
LENGTH_MS = 10_000.0


def beats_of(measured: dict[str, dict], ids: np.ndarray) -> list[list[float]]:
    return [measured[str(one)]["beats"] for one in ids]


def injected(
    members: list[Exported], cohort: Cohort, real: Source, measured: dict[str, dict]
) -> list[dict]:
    """Normal ECGs, each by the member that never saw it, before and after ST was raised."""
    normal = np.flatnonzero(cohort.has_any(("NORM",)))
    beats = beats_of(measured, cohort.ids)
    rows = [row for row in normal if len(beats[row]) >= 5][:NORMALS]
    rows_out = []
    for group in attention.GROUPS:
        shares = [_one(members, cohort, real, int(row), beats[row], group) for row in rows]
        before, after, top, expected = (np.array(column, dtype=float) for column in zip(*shares))
        patients = cohort.patients[rows]
        rows_out.append(
            {
                "group": group,
                "records": len(rows),
                "area": expected.mean(),
                "before": _mean(patients, before),
                "after": _mean(patients, after),
                "gain": _mean(patients, after - before),
                "top": _mean(patients, top),
            }
        )
    return rows_out


def _one(
    members: list[Exported], cohort: Cohort, real: Source, row: int, beats: list[float], group: str
) -> tuple[float, float, bool, float]:
    microvolts = cohort.microvolts(np.array([row]), TWELVE)[0]
    changed = attention.inject(microvolts, cohort.rate_hz, beats, group)
    member = members[real.fold[row]]
    both = np.stack(
        [attention.prepared(one, cohort.rate_hz) for one in (microvolts, changed.microvolts)]
    )
    maps = predict(member, (both, np.repeat(real.age_sex[[row]], 2, axis=0)))[1]
    inside = attention.in_complex(beats, maps.shape[-1], LENGTH_MS)
    lead, step = np.unravel_index(int(maps[1].argmax()), maps[1].shape)
    on_top = bool(changed.leads[lead] and inside[step] > 0)
    before, after = (attention.lies_on(one, changed.leads, inside) for one in maps)
    return before, after, on_top, float(changed.leads.mean() * inside.mean())


def in_time(
    of: Measured, said: np.ndarray, measured: dict[str, dict]
) -> tuple[Estimate, float, int]:
    """Which share of the attention lies in QRS-ST-T on ECGs that were found, beside their share of
    the time."""
    rows = np.flatnonzero(of.positive & (of.labels == 1))
    beats = beats_of(measured, of.cohort.ids[rows])
    kept = [(row, b) for row, b in zip(rows, beats) if len(b) >= 5]
    inside = [attention.in_complex(b, said.shape[-1], LENGTH_MS) for _, b in kept]
    shares = np.array([(said[row].sum(axis=0) * i).sum() for (row, _), i in zip(kept, inside)])
    patients = of.patients[[row for row, _ in kept]]
    return _mean(patients, shares), float(np.mean([i.mean() for i in inside])), len(kept)


def in_territory(
    of: Measured, said: np.ndarray, territory: np.ndarray
) -> tuple[Estimate, float, int]:
    """Which share lies in the leads of the territory that was read, on ECGs that were found."""
    rows = np.flatnonzero(of.positive & (of.labels == 1) & territory.any(axis=1))
    shares = (said[rows].sum(axis=2) * territory[rows]).sum(axis=1)
    return _mean(of.patients[rows], shares), float(territory[rows].mean()), len(rows)


def score_cams(
    members: list[Exported], of: Measured, real: Source, measured: dict[str, dict]
) -> dict:
    """Score-CAM over time of the surest ECGs of each fold: which share of it lies in QRS-ST-T."""
    rows = np.flatnonzero((of.labels == 1) & of.positive)
    rows = rows[np.argsort(-of.probability[rows])][:EXPLAINED]
    beats = beats_of(measured, of.cohort.ids[rows])
    shares, areas = [], []
    for row, own in zip(rows, beats):
        found = explained(members[real.fold[row]], real.ecg[row], real.age_sex[row])
        inside = attention.in_complex(own, found.shape[-1], LENGTH_MS)
        shares.append(float((found.sum(axis=0) * inside).sum() / max(found.sum(), 1e-9)))
        areas.append(float(inside.mean()))
    return {
        "records": len(rows),
        "share": _mean(of.patients[rows], np.array(shares)),
        "area": float(np.mean(areas)),
    }


@torch.no_grad()
def explained(member: Exported, ecg: np.ndarray, age_sex: np.ndarray) -> np.ndarray:
    """Score-CAM [12, steps] of the last layer that keeps the leads apart."""
    given = torch.from_numpy(np.asarray(ecg, dtype=np.float32))[None]
    beside = torch.from_numpy(age_sex)[None]
    layer = member.network.stem(member.network.scale(given)[0])[0]

    def score(ecgs: torch.Tensor) -> torch.Tensor:
        return member(ecgs, beside.expand(len(ecgs), -1))[0][:, 0]

    return score_cam(given, layer, score)


def _mean(patients: np.ndarray, values: np.ndarray) -> Estimate:
    return with_interval(lambda v: float(np.mean(v)), patients, values, seed=SEED)
