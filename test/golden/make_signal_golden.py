"""Makes signal.json: what SciPy answers, for the filters and the resampler of src/core/signal.

Run: python test/golden/make_signal_golden.py   (needs numpy and scipy)
"""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy import signal

OMI = dict(passHz=0.8, stopHz=0.2, rippleDb=0.5, attenuationDb=40)


def trace(rate, seconds, seed):
    """A wave train with drift, offset, mains and noise, in whole microvolts."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(rate * seconds)) / rate
    x = 300 * np.sin(2 * np.pi * 0.13 * t + seed) + 40 * np.sin(2 * np.pi * 50 * t)
    for beat in np.arange(0.4, seconds, 0.83):
        x += 1200 * np.exp(-(((t - beat) / 0.012) ** 2))
        x += 250 * np.exp(-(((t - beat - 0.28) / 0.05) ** 2))
    return np.rint(x + 500 + rng.normal(0, 20, t.size)).astype(int)


def rounded(y):
    return [float(f"{v:.9g}") for v in y]


def filter_case(name, args, rate, sos, seconds=1.6):
    x = trace(rate, seconds, len(name))
    y = signal.sosfiltfilt(sos, x)
    return dict(filter=name, args=args, sampleRateHz=rate, x=x.tolist(), y=rounded(y))


def omi_sections(rate):
    return signal.iirdesign(
        OMI["passHz"], OMI["stopHz"], OMI["rippleDb"], OMI["attenuationDb"],
        ftype="ellip", output="sos", fs=rate,
    )


def notch_sections(hz, quality, rate):
    b, a = signal.iirnotch(hz, quality, fs=rate)
    return np.concatenate([b, a])[None, :]


def filters():
    cases = [
        filter_case("ellipticHighPass", OMI, rate, omi_sections(rate))
        for rate in (100, 250, 400, 500, 977, 1000, 2000)
    ]
    steep = dict(passHz=3, stopHz=2.6, rippleDb=0.1, attenuationDb=60)
    sos = signal.iirdesign(3, 2.6, 0.1, 60, ftype="ellip", output="sos", fs=500)
    cases.append(filter_case("ellipticHighPass", steep, 500, sos))
    mild = dict(passHz=20, stopHz=0.05, rippleDb=1, attenuationDb=20)
    sos = signal.iirdesign(20, 0.05, 1, 20, ftype="ellip", output="sos", fs=500)
    cases.append(filter_case("ellipticHighPass", mild, 500, sos))
    for order, low, high, rate in ((2, 0.5, 40, 500), (3, 5, 20, 250), (4, 8, 24, 1000)):
        sos = signal.butter(order, (low, high), "bandpass", output="sos", fs=rate)
        cases.append(filter_case("butterworthBandPass", [order, low, high], rate, sos))
    for order, corner, rate in ((2, 0.5, 500), (3, 0.05, 250)):
        sos = signal.butter(order, corner, "highpass", output="sos", fs=rate)
        cases.append(filter_case("butterworthHighPass", [order, corner], rate, sos))
    for order, corner, rate in ((2, 40, 500), (5, 150, 1000), (1, 15, 250)):
        sos = signal.butter(order, corner, "lowpass", output="sos", fs=rate)
        cases.append(filter_case("butterworthLowPass", [order, corner], rate, sos))
    for hz, quality, rate in ((50, 30, 500), (60, 20, 1000), (50, 5, 250)):
        sos = notch_sections(hz, quality, rate)
        cases.append(filter_case("notch", [hz, quality], rate, sos))
    return cases


def resampling():
    cases = []
    for up, down, rate in ((4, 5, 500), (8, 5, 250), (2, 5, 1000), (1, 5, 2000), (3, 1, 250),
                           (400, 977, 977), (5, 4, 400), (1, 4, 500), (7, 3, 300)):
        x = trace(rate, 1.1, up + down)
        y = signal.resample_poly(x.astype(float), up, down)
        cases.append(dict(up=up, down=down, x=x.tolist(), y=rounded(y)))
    return cases


def main():
    golden = dict(
        command="python test/golden/make_signal_golden.py",
        scipy=scipy.__version__,
        numpy=np.__version__,
        filters=filters(),
        resampling=resampling(),
    )
    path = Path(__file__).with_name("signal.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size // 1024} KiB, SciPy {scipy.__version__}")


if __name__ == "__main__":
    main()
