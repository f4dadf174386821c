"""The input contract of the card, in SciPy: what src/scoring/preprocess.ts has to reproduce."""

import numpy as np
from scipy import signal

LEADS = ["I", "II", "V1", "V2", "V3", "V4", "V5", "V6"]
RATE_HZ = 400
SAMPLES = 4096
WINDOW = 4000
FILTER = {"passHz": 0.8, "stopHz": 0.2, "rippleDb": 0.5, "attenuationDb": 40}
AGE_CENTRE, AGE_SCALE = 61.9, 19.5


def prepare_waveform(microvolts: np.ndarray, rate_hz: int) -> np.ndarray:
    """(8, samples) microvolts at the recorder's rate -> (8, 4096) float32 millivolts at 400 Hz."""
    sections = signal.iirdesign(
        wp=FILTER["passHz"],
        ws=FILTER["stopHz"],
        gpass=FILTER["rippleDb"],
        gstop=FILTER["attenuationDb"],
        ftype="ellip",
        output="sos",
        fs=rate_hz,
    )
    steady = signal.sosfiltfilt(sections, microvolts / 1000.0, axis=-1)
    divisor = np.gcd(RATE_HZ, rate_hz)
    resampled = signal.resample_poly(steady, RATE_HZ // divisor, rate_hz // divisor, axis=-1)
    shown = min(WINDOW, resampled.shape[-1])
    start = (resampled.shape[-1] - shown) // 2
    offset = (SAMPLES - shown) // 2
    tensor = np.zeros((len(LEADS), SAMPLES), dtype=np.float32)
    tensor[:, offset : offset + shown] = resampled[:, start : start + shown]
    return tensor


def prepare_demographics(age_years: float, male: bool) -> np.ndarray:
    """[male 0 or 1, (age - 61.9) / 19.5], the order and the constants of the `omi` contract."""
    return np.array([float(male), (age_years - AGE_CENTRE) / AGE_SCALE], dtype=np.float32)
