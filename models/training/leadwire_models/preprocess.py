"""The input contract in SciPy: what src/scoring/preprocess.ts has to reproduce within 0.0001."""

import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy import signal

from .cohort import EIGHT, Cohort

# Of a long recording only the middle is worked on, with this much more at either end.
MARGIN_SECONDS = 10
PORTION = 64


@dataclass(frozen=True)
class Waveform:
    """The card's `waveform` input. A filter of None leaves the signal as it is."""

    leads: tuple[str, ...] = EIGHT
    rate_hz: int = 400
    samples: int = 4096
    window: int = 4000
    pass_hz: float | None = 0.8
    stop_hz: float = 0.2
    ripple_db: float = 0.5
    attenuation_db: float = 40.0

    def card(self, tensor: str = "ecg") -> dict:
        used = None
        if self.pass_hz is not None:
            used = {
                "kind": "elliptic-high-pass",
                "passHz": self.pass_hz,
                "stopHz": self.stop_hz,
                "rippleDb": self.ripple_db,
                "attenuationDb": self.attenuation_db,
            }
        return {
            "kind": "waveform",
            "tensor": tensor,
            "leads": list(self.leads),
            "sampleRateHz": self.rate_hz,
            "samples": self.samples,
            "windowSamples": self.window,
            "unit": "mV",
            "filter": used,
        }


@dataclass(frozen=True)
class AgeSex:
    """[male 0 or 1, (age - centre) / scale]."""

    centre: float = 61.9
    scale: float = 19.5

    def card(self, tensor: str = "age_sex") -> dict:
        male = {"field": "male", "centre": 0, "scale": 1, "whenUnknown": None}
        age = {"field": "age", "centre": self.centre, "scale": self.scale, "whenUnknown": None}
        return {"kind": "demographics", "tensor": tensor, "fields": [male, age]}

    def prepare(self, age_years: np.ndarray, male: np.ndarray) -> np.ndarray:
        return np.stack([male, (age_years - self.centre) / self.scale], -1).astype(np.float32)


def prepare(microvolts: np.ndarray, rate_hz: int, contract: Waveform) -> np.ndarray:
    """(..., leads, samples) microvolts at the recorder's rate -> float32 millivolts as fed."""
    steady = _middle(microvolts, rate_hz, contract) / 1000.0
    if contract.pass_hz is not None:
        steady = signal.sosfiltfilt(_sections(rate_hz, contract), steady, axis=-1)
    divisor = np.gcd(contract.rate_hz, rate_hz)
    up, down = contract.rate_hz // divisor, rate_hz // divisor
    resampled = signal.resample_poly(steady, up, down, axis=-1)
    shown = min(contract.window, resampled.shape[-1])
    start = (resampled.shape[-1] - shown) // 2
    offset = (contract.samples - shown) // 2
    tensor = np.zeros((*resampled.shape[:-1], contract.samples), dtype=np.float32)
    tensor[..., offset : offset + shown] = resampled[..., start : start + shown]
    return tensor


def _sections(rate_hz: int, contract: Waveform) -> np.ndarray:
    return signal.iirdesign(
        wp=contract.pass_hz,
        ws=contract.stop_hz,
        gpass=contract.ripple_db,
        gstop=contract.attenuation_db,
        ftype="ellip",
        output="sos",
        fs=rate_hz,
    )


def _middle(microvolts: np.ndarray, rate_hz: int, contract: Waveform) -> np.ndarray:
    longest = int(np.ceil((contract.window / contract.rate_hz + 2 * MARGIN_SECONDS) * rate_hz))
    start = max(0, (microvolts.shape[-1] - longest) // 2)
    return microvolts[..., start : start + longest]


def prepare_cohort(cohort: Cohort, contract: Waveform, cache: Path) -> np.ndarray:
    """(n, leads, samples) float16, read only, from a file that is made once and found again."""
    told = f"{cohort.name} {list(cohort.ids)} {sorted(asdict(contract).items())}"
    path = cache / f"{cohort.name}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        shape = (len(cohort), len(contract.leads), contract.samples)
        unfinished = path.with_suffix(".unfinished")
        out = np.lib.format.open_memmap(unfinished, mode="w+", dtype=np.float16, shape=shape)
        for start in range(0, len(cohort), PORTION):
            rows = slice(start, start + PORTION)
            microvolts = cohort.microvolts(rows, contract.leads)
            out[rows] = np.clip(prepare(microvolts, cohort.rate_hz, contract), -60_000, 60_000)
        out.flush()
        unfinished.rename(path)
    return np.load(path, mmap_mode="r")
