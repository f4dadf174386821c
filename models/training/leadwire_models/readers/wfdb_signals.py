"""WFDB records -> one array of whole microvolts."""

from pathlib import Path

import numpy as np
import wfdb

from ..cohort import TWELVE

MICROVOLTS = {"mv": 1000.0, "uv": 1.0, "v": 1e6}


def read_signals(paths: list[Path], rate_hz: int, seconds: float = 10) -> np.ndarray:
    """(n, 12, samples) int16: the middle of each record; a record that is shorter, has another
    rate or lacks a lead is refused with its name."""
    samples = round(rate_hz * seconds)
    signals = np.zeros((len(paths), len(TWELVE), samples), dtype=np.int16)
    for row, path in enumerate(paths):
        signals[row] = _read(path, rate_hz, samples)
    return signals


def _read(path: Path, rate_hz: int, samples: int) -> np.ndarray:
    record = wfdb.rdrecord(str(path))
    if record.fs != rate_hz:
        raise ValueError(f"{path} has {record.fs} samples a second, not {rate_hz}")
    if record.sig_len < samples:
        raise ValueError(f"{path} has {record.sig_len} samples, {samples} are needed")
    names = [name.upper() for name in record.sig_name]
    start = (record.sig_len - samples) // 2
    microvolts = np.zeros((len(TWELVE), samples))
    for k, lead in enumerate(TWELVE):
        if lead.upper() not in names:
            raise ValueError(f"{path} lacks lead {lead}")
        place = names.index(lead.upper())
        scale = MICROVOLTS[record.units[place].lower()]
        microvolts[k] = record.p_signal[start : start + samples, place] * scale
    return np.clip(np.nan_to_num(np.round(microvolts)), -32_767, 32_767).astype(np.int16)
