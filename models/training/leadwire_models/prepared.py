"""Writes what this preparation makes of simulated ECGs, for the test that holds the service's
preparation beside it."""

import argparse
import json
from pathlib import Path

import numpy as np

from .cohort import EIGHT
from .preprocess import Waveform, prepare
from .readers.simulated import read_simulated

DIGITS = 7


def run(arguments: list[str]) -> int:
    asked = _parse(arguments)
    cohort = read_simulated(asked.simulated)
    waveform = Waveform()
    ecgs = []
    for row in range(min(asked.count, len(cohort))):
        microvolts = cohort.microvolts(slice(row, row + 1), EIGHT)[0]
        for divisor in asked.divisors:
            # Every second sample makes a recording of half the rate, as good as any for this.
            thinned = microvolts[:, ::divisor]
            fed = prepare(thinned, cohort.rate_hz // divisor, waveform)
            ecgs.append(
                {
                    "id": str(cohort.ids[row]),
                    "everySample": divisor,
                    "sampleRateHz": cohort.rate_hz // divisor,
                    "values": [round(float(x), DIGITS) for x in fed.ravel()[:: asked.every]],
                }
            )
    meta = json.loads((asked.simulated / "meta.json").read_text())
    made = {key: meta[key] for key in ("seed", "draw", "condition")}
    input_ = waveform.card()
    text = json.dumps({"simulated": made, "input": input_, "every": asked.every, "ecgs": ecgs})
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(text + "\n")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="leadwire_models prepared", description=__doc__)
    parser.add_argument("--simulated", type=Path, required=True, help="a folder of `leadwire simulate`")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--every", type=int, default=211, help="of the tensor's values, one in so many")
    parser.add_argument("--divisors", type=int, nargs="+", default=[1, 2])
    return parser.parse_args(arguments)
