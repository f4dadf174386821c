"""Writes what NeuroKit2's DWT delineator finds in LUDB, for the report to score beside ours.

Run: python test/validate/neurokit_ludb.py LUDB_FOLDER OUTPUT.json   (needs neurokit2 and wfdb)
"""

import json
import sys
import warnings
from pathlib import Path

import neurokit2 as nk
import numpy as np
import wfdb

LEADS = ["i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6"]


def waves(signal, rate):
    """Each lead for itself, as NeuroKit works: clean, R peaks, DWT delineation."""
    cleaned = nk.ecg_clean(signal, sampling_rate=rate)
    _, found = nk.ecg_peaks(cleaned, sampling_rate=rate)
    peaks = found["ECG_R_Peaks"]
    _, marks = nk.ecg_delineate(cleaned, peaks, sampling_rate=rate, method="dwt")

    def column(name):
        values = marks.get(name, [])
        return [None if v is None or np.isnan(v) else int(v) for v in values]

    return {
        "qrs": list(zip(column("ECG_R_Onsets"), [int(p) for p in peaks], column("ECG_R_Offsets"))),
        "p": list(zip(column("ECG_P_Onsets"), column("ECG_P_Peaks"), column("ECG_P_Offsets"))),
        "t": list(zip(column("ECG_T_Onsets"), column("ECG_T_Peaks"), column("ECG_T_Offsets"))),
    }


def main(folder, output):
    warnings.simplefilter("ignore")
    records = {}
    for header in sorted(Path(folder).glob("*.hea"), key=lambda path: int(path.stem)):
        record = wfdb.rdrecord(str(header.with_suffix("")))
        names = [name.lower() for name in record.sig_name]
        leads = []
        for lead in LEADS:
            try:
                leads.append(waves(record.p_signal[:, names.index(lead)], record.fs))
            except Exception as error:  # a lead it cannot do counts as nothing found
                leads.append({"qrs": [], "p": [], "t": [], "failed": type(error).__name__})
        records[header.stem] = leads
    Path(output).write_text(json.dumps({"version": nk.__version__, "records": records}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
