"""The protocols of several hospitals on what there is: PTB-XL, LUDB and the simulator as sites.

They differ in labels as much as in recorders, so this shows the protocol and no more."""

from pathlib import Path

import numpy as np
import torch

from ..cohort import Cohort, adults
from ..networks.plain_cnn import PlainCnn
from ..omi.simulation import batches
from ..preprocess import prepare_cohort
from ..protocols import FitPredict, Hospitals, Tried, across_hospitals, leave_one_out
from ..readers.ludb import read_ludb
from ..training import predict
from .inputs import AGE_SEX, WAVEFORM
from .labels import of_simulation
from .sources import Source, simulated_part
from .stages import SEED, Stage, run_stage

# The cheapest of the networks: a protocol needs a training for every fold and every hospital.
STAGE = Stage(simulated=0, raw=64, scaled=0, steps=150, learning_rate=4e-3)
SIMULATED = "calibration-mixed"


def three_sites(
    data: Path, simulated: Path, raw: Cohort, real: Source, work: Path
) -> tuple[Hospitals, Source]:
    ludb = adults(read_ludb(data / "ludb" / "data"))
    made = [simulated_part(one, 0.5) for one in batches(simulated, SIMULATED)][0]
    said = of_simulation(made)[:, 0]
    made = made.take(np.flatnonzero(~np.isnan(said)))
    cohorts = (raw, ludb, made)
    labels = np.concatenate(
        [real.readings[:, 0], ludb.columns["mi"], said[~np.isnan(said)]]
    ).astype(int)
    ecg = [real.ecg, *(prepare_cohort(one, WAVEFORM, work / "prepared") for one in (ludb, made))]
    age_sex = np.concatenate([AGE_SEX.prepare(one.age_years, one.male) for one in cohorts])
    readings = np.full((len(labels), real.readings.shape[1]), np.nan, dtype=np.float32)
    readings[:, 0] = labels
    rows = len(labels)
    source = Source(np.concatenate(ecg), age_sex, readings, np.ones(rows), np.full(rows, -1))
    names = np.repeat(["PTB-XL", "LUDB", "simulator"], [len(one) for one in cohorts])
    patients = np.concatenate(
        [np.char.add(f"{one.name}-", one.patients.astype(str)) for one in cohorts]
    )
    return Hospitals(names, patients, labels), source


def trained_on(source: Source, stage: Stage = STAGE) -> FitPredict:
    def fit(learned: np.ndarray, asked: np.ndarray) -> np.ndarray:
        torch.manual_seed(SEED)
        network = run_stage(PlainCnn(), [(source.only(learned), stage.raw)], stage, SEED, None)
        raw = predict(network, (source.ecg[asked], source.age_sex[asked]))[0][:, 0]
        return 1 / (1 + np.exp(-raw))

    return fit


def tried(of: Hospitals, source: Source, kept: Path) -> tuple[list[Tried], list[Tried]]:
    """Both protocols, from their file where they were run before."""
    if not kept.exists():
        fit = trained_on(source)
        both = (across_hospitals(of, fit, SEED), leave_one_out(of, fit, SEED))
        unfinished = kept.with_suffix(".unfinished.npz")
        np.savez(
            unfinished,
            **{
                f"{p}|{t.held}|{part}": getattr(t, part)
                for p, protocol in enumerate(both)
                for t in protocol
                for part in ("rows", "scores", "threshold")
            },
        )
        unfinished.rename(kept)
    saved = np.load(kept)
    found: tuple[list[Tried], list[Tried]] = ([], [])
    for name in sorted({key.rsplit("|", 1)[0] for key in saved.files}):
        which, held = name.split("|")
        parts = (saved[f"{name}|{part}"] for part in ("rows", "scores", "threshold"))
        rows, scores, threshold = parts
        found[int(which)].append(Tried(held, rows, scores, float(threshold)))
    return found
