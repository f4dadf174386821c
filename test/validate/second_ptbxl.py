"""A second implementation of heart rate and QRS axis on PTB-XL's raw records, for the report.

Rate: NeuroKit2's R peaks in each lead alone; the median of the leads' rates, because in single leads it
misses beats or takes T waves for beats.
Axis: NumPy, from the median QRS in I and aVF over the level before it, read both ways in use: by net
areas, as ours is, and by net amplitudes (highest plus lowest point). The QRS is where the steepness of
all leads together stays above a twentieth of its greatest.

Run: python test/validate/second_ptbxl.py PTBXL_RAW.npz OUTPUT.json   (needs numpy and neurokit2)
"""

import json
import sys
import warnings

import neurokit2 as nk
import numpy as np

STEP = 4  # every fourth record
BEFORE, AFTER = 90, 90  # samples around the middle of a beat


def r_peaks(lead):
    cleaned = nk.ecg_clean(lead, sampling_rate=500)
    _, found = nk.ecg_peaks(cleaned, sampling_rate=500)
    return np.array([p for p in found["ECG_R_Peaks"] if 40 <= p < len(lead) - 40])


def rate_of(peaks):
    return 60 * 500 / np.diff(peaks).mean()


def direction(one, foot):
    return float(np.degrees(np.arctan2(foot * 2 / np.sqrt(3), one)))


def qrs_of(leads, peaks):
    """The median QRS in I and aVF, over the mean of 20 ms before it."""
    slope = np.abs(leads[:, 4:] - leads[:, :-4]).sum(axis=0)
    centres = [p - 40 + int(np.argmax(slope[p - 40 : p + 40])) for p in peaks]
    centres = [c for c in centres if c >= BEFORE and c + AFTER <= leads.shape[1]]
    beats = [np.median([lead[c - BEFORE : c + AFTER] for c in centres], axis=0) for lead in leads]
    beats = np.array(beats)
    steep = np.abs(beats[:, 4:] - beats[:, :-4]).sum(axis=0)
    steep = np.convolve(steep, np.ones(5) / 5, "same")
    middle = BEFORE - 30 + int(np.argmax(steep[BEFORE - 30 : BEFORE + 30]))
    quiet = steep < 0.05 * steep[middle]
    onset = next((i for i in range(middle, 15, -1) if quiet[i - 5 : i].all()), 20)
    offset = next((i for i in range(middle, len(steep) - 6) if quiet[i : i + 5].all()), len(steep) - 6)
    frontal = [beats[0], beats[1] - beats[0] / 2]
    return [lead[onset : offset + 4] - lead[onset - 10 : onset].mean() for lead in frontal]


def rate_and_axis(leads):
    by_lead = [peaks for peaks in map(r_peaks, leads) if peaks.size >= 3]
    if not by_lead:
        return None
    rates = [rate_of(peaks) for peaks in by_lead]
    middle = int(np.argsort(rates)[len(rates) // 2])
    peaks = by_lead[middle]
    one, foot = qrs_of(leads, peaks)
    net, all_of_it = np.hypot(one.sum(), foot.sum()), np.hypot(np.abs(one).sum(), np.abs(foot).sum())
    return dict(
        rateBpm=round(float(np.median(rates)), 2),
        axisByAreaDegrees=round(direction(one.sum(), foot.sum()), 1),
        axisByAmplitudeDegrees=round(direction(one.max() + one.min(), foot.max() + foot.min()), 1),
        netShare=round(float(net / all_of_it), 3),
    )


def main(source, output):
    warnings.simplefilter("ignore")
    data = np.load(source)
    steps, ids = data["dx500_uV"], data["ecg_id"]
    lines = []
    for k in range(0, len(ids), STEP):
        leads = np.cumsum(steps[k].astype("i4"), axis=1).astype(float)
        try:
            answer = rate_and_axis(leads)
        except Exception:  # a record it cannot do is left out of the comparison
            answer = None
        lines.append(f'    "{ids[k]}": {json.dumps(answer)}')
    with open(output, "w") as file:
        file.write(f'{{\n  "neurokit2": "{nk.__version__}",\n  "numpy": "{np.__version__}",\n')
        file.write('  "records": {\n' + ",\n".join(lines) + "\n  }\n}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
