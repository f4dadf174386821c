"""The card's preparation of a waveform by SciPy, for ECGs that come in as JSON from standard input."""

import json
import sys

import numpy as np
from scipy import signal

EVERY = 7


def prepared(card, rate_hz, leads):
    millivolts = np.array(leads, dtype=float) / 1000.0
    shape = card["filter"]
    if shape is not None:
        sections = signal.iirdesign(
            wp=shape["passHz"],
            ws=shape["stopHz"],
            gpass=shape["rippleDb"],
            gstop=shape["attenuationDb"],
            ftype="ellip",
            output="sos",
            fs=rate_hz,
        )
        millivolts = signal.sosfiltfilt(sections, millivolts, axis=-1)
    divisor = np.gcd(card["sampleRateHz"], rate_hz)
    up, down = card["sampleRateHz"] // divisor, rate_hz // divisor
    resampled = signal.resample_poly(millivolts, up, down, axis=-1)
    shown = min(card["windowSamples"], resampled.shape[-1])
    start = (resampled.shape[-1] - shown) // 2
    offset = (card["samples"] - shown) // 2
    tensor = np.zeros((len(leads), card["samples"]))
    tensor[:, offset : offset + shown] = resampled[:, start : start + shown]
    return tensor.ravel()[::EVERY].round(7).tolist()


cases = json.load(open(sys.argv[1]))
print(json.dumps([prepared(one["card"], one["rateHz"], one["leads"]) for one in cases]))
