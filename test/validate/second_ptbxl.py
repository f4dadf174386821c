"""A second implementation of heart rate and QRS axis on PTB-XL's raw records, for the report.

Rate: NeuroKit2's R peaks in the lead with the greatest spread. Axis: NumPy, the net area of the mean
QRS (60 ms either side of the peak, its first and last 10 ms as the line) in I and aVF.

Run: python test/validate/second_ptbxl.py PTBXL_RAW.npz OUTPUT.json   (needs numpy and neurokit2)
"""

import json
import sys
import warnings

import neurokit2 as nk
import numpy as np

STEP = 4  # every fourth record


def rate_and_axis(leads):
    strongest = int(np.argmax([np.ptp(np.diff(lead)) for lead in leads]))
    cleaned = nk.ecg_clean(leads[strongest], sampling_rate=500)
    _, found = nk.ecg_peaks(cleaned, sampling_rate=500)
    peaks = np.array([p for p in found["ECG_R_Peaks"] if 40 <= p < leads.shape[1] - 40])
    if peaks.size < 3:
        return None
    rate = 60 * 500 / np.diff(peaks).mean()
    areas = []
    for lead in (leads[0], leads[1] - leads[0] / 2):
        beat = np.median([lead[p - 30 : p + 30] for p in peaks], axis=0)
        line = np.linspace(beat[:5].mean(), beat[-5:].mean(), beat.size)
        areas.append((beat - line).sum())
    axis = np.degrees(np.arctan2(areas[1] * 2 / np.sqrt(3), areas[0]))
    return dict(rateBpm=float(rate), axisDegrees=float(axis))


def main(source, output):
    warnings.simplefilter("ignore")
    data = np.load(source)
    answers = {}
    for k in range(0, len(data["ecg_id"]), STEP):
        leads = np.cumsum(data["dx500_uV"][k].astype("i4"), axis=1).astype(float)
        try:
            answers[str(data["ecg_id"][k])] = rate_and_axis(leads)
        except Exception:  # a record it cannot do is left out of the comparison
            answers[str(data["ecg_id"][k])] = None
    with open(output, "w") as file:
        json.dump(dict(neurokit2=nk.__version__, numpy=np.__version__, records=answers), file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
