"""The golden vector: an ECG made by a formula (never a person's), and what PyTorch says of it."""

import json
from pathlib import Path

import numpy as np
import torch

from contract import LEADS, prepare_demographics, prepare_waveform
from network import SmallNetwork, logits_of

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
    time = np.arange(RATE_HZ * SECONDS) / RATE_HZ
    peaks = 0.45 + np.arange(13) * 0.78 + 0.012 * np.sin(np.arange(13))
    signal = np.zeros((len(LEADS), len(time)))
    for row, lead in enumerate(LEADS):
        *heights, level = WAVES[lead]
        for peak in peaks:
            since = time - peak
            for height, (centre, width) in zip(heights, SHAPES):
                signal[row] += height * np.exp(-0.5 * ((since - centre) / width) ** 2)
            signal[row] += level / (1 + np.exp(-(since - 0.05) / 0.01)) / (
                1 + np.exp((since - 0.22) / 0.02)
            )
        signal[row] += 120 * np.sin(2 * np.pi * 0.27 * time + row)  # breathing
        signal[row] += 8 * np.sin(2 * np.pi * 50 * time + 2 * row)  # mains
    return np.rint(signal).astype(int)


def write_golden(path: Path, members: list[SmallNetwork]) -> None:
    microvolts = synthetic_microvolts()
    ecg = prepare_waveform(microvolts, RATE_HZ)
    age_sex = prepare_demographics(PATIENT["ageYears"], PATIENT["sex"] == "male")
    tensors = torch.from_numpy(ecg)[None], torch.from_numpy(age_sex)[None]
    golden = {
        "made": "by a formula in models/training/placeholder/golden.py; no person's ECG",
        "sampleRateHz": RATE_HZ,
        "patient": PATIENT,
        "leads": {lead: row.tolist() for lead, row in zip(LEADS, microvolts)},
        "prepared": {
            "ecg": {
                "every": PREPARED_EVERY,
                "values": [float(v) for v in ecg.reshape(-1)[::PREPARED_EVERY]],
            },
            "age_sex": {"every": 1, "values": [float(v) for v in age_sex]},
        },
        "outputs": {"pattern": [logits_of(m, *tensors)[0].tolist() for m in members]},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden) + "\n")
