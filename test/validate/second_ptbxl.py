"""A second implementation of heart rate and QRS axis on PTB-XL's raw records, for the report.

Rate: NeuroKit2's R peaks in the lead with the steepest waves. Axis: NumPy, highest plus lowest point of
the median QRS (100 ms either side of the steepest place near the peak, over the level before it) in
I and aVF: amplitudes, where ours takes areas.

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
    slope = np.abs(np.diff(leads, axis=1)).sum(axis=0)
    centres = [p - 40 + int(np.argmax(slope[p - 40 : p + 40])) for p in peaks]
    centres = [c for c in centres if 75 <= c < leads.shape[1] - 50]
    nets = []
    for lead in (leads[0], leads[1] - leads[0] / 2):
        beat = np.median([lead[c - 75 : c + 50] for c in centres], axis=0)
        qrs = beat[25:] - beat[15:25].mean()
        nets.append(qrs.max() + qrs.min())
    axis = np.degrees(np.arctan2(nets[1] * 2 / np.sqrt(3), nets[0]))
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
