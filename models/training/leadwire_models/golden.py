"""The golden vector: an ECG made by a formula (never a person's), and what PyTorch says of it."""

import json
from pathlib import Path

import numpy as np
import torch
from scipy.special import expit
from torch import nn

from .cohort import EIGHT
from .preprocess import AgeSex, Waveform, prepare

RATE_HZ = 500
SECONDS = 10
PATIENT = {"ageYears": 67, "sex": "male"}
PREPARED_EVERY = 101

# Height in microvolts of P, Q, R, S, T for each lead, and the level between S and T.
WAVES = {
    "I": (70, -40, 650, -120, 150, 0),
    "II": (130, -140, 700, -90, 160, 60),
    "V1": (50, 0, 180, -900, -60, -40),
    "V2": (60, 0, 350, -1300, 300, -60),
    "V3": (60, -30, 700, -900, 350, -30),
    "V4": (60, -60, 1200, -500, 320, 0),
    "V5": (60, -80, 1300, -250, 280, 20),
    "V6": (60, -80, 1000, -120, 220, 20),
}
# Centre and width in seconds, counted from the R peak.
SHAPES = ((-0.17, 0.022), (-0.026, 0.008), (0.0, 0.010), (0.028, 0.010), (0.27, 0.050))


def synthetic_microvolts() -> np.ndarray:
    """(8, 5000) whole microvolts at 500 Hz."""
    time = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    peaks = 0.45 + np.arange(13) * 0.78 + 0.012 * np.sin(np.arange(13))
    signal = np.zeros((len(EIGHT), len(time)))
    for row, lead in enumerate(EIGHT):
        *heights, level = WAVES[lead]
        for peak in peaks:
            since = time - peak
            for height, (centre, width) in zip(heights, SHAPES):
                signal[row] += height * np.exp(-0.5 * ((since - centre) / width) ** 2)
            signal[row] += level * expit((since - 0.05) / 0.01) * expit((0.22 - since) / 0.02)
        signal[row] += 40 * np.sin(2 * np.pi * 0.25 * time) + 4 * np.sin(2 * np.pi * 50 * time)
    return np.round(signal)


def prepared_golden(waveform: Waveform, age_sex: AgeSex) -> dict[str, np.ndarray]:
    """The inputs of one row; leads that the eight lack follow from I and II, in whole microvolts
    with halves away from zero, as the service derives them."""
    eight = dict(zip(EIGHT, synthetic_microvolts()))
    first, second = eight["I"], eight["II"]
    limb = {
        "III": second - first,
        "aVR": -(first + second) / 2,
        "aVL": first - second / 2,
        "aVF": second - first / 2,
    }
    limb = {name: np.sign(values) * np.floor(np.abs(values) + 0.5) for name, values in limb.items()}
    leads = np.stack([(eight | limb)[name] for name in waveform.leads])
    male = float(PATIENT["sex"] == "male")
    return {
        "ecg": prepare(leads, RATE_HZ, waveform)[None],
        "age_sex": age_sex.prepare(np.array([float(PATIENT["ageYears"])]), np.array([male])),
    }


@torch.no_grad()
def write_golden(
    path: Path,
    waveform: Waveform,
    age_sex: AgeSex,
    members: list[nn.Module],
    outputs: list[str],
) -> None:
    """`outputs` names the tensors of a member in its order; every one is kept, raw."""
    inputs = prepared_golden(waveform, age_sex)
    given = [torch.from_numpy(one) for one in inputs.values()]
    said = [_tuple(member.eval()(*given)) for member in members]
    golden = {
        "made": "by a formula in models/training/leadwire_models/golden.py; no person's ECG",
        "sampleRateHz": RATE_HZ,
        "patient": PATIENT,
        "leads": dict(zip(EIGHT, synthetic_microvolts().astype(int).tolist())),
        "prepared": {
            "ecg": _thinned(inputs["ecg"], PREPARED_EVERY),
            "age_sex": _thinned(inputs["age_sex"], 1),
        },
        "outputs": {
            name: [_rounded(one[k]) for one in said] for k, name in enumerate(outputs)
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden) + "\n")


def _tuple(found) -> tuple[torch.Tensor, ...]:
    return found if isinstance(found, tuple) else (found,)


def _thinned(tensor: np.ndarray, every: int) -> dict:
    return {"every": every, "values": [round(float(x), 7) for x in tensor.ravel()[::every]]}


def _rounded(tensor: torch.Tensor) -> list[float]:
    return [round(float(x), 6) for x in tensor.ravel()]
