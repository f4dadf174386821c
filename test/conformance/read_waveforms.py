"""Prints the first waveform group of DICOM files as pydicom reads it: rows of microvolts, a file a line."""

import json
import sys

import pydicom

for path in sys.argv[1:]:
    data = pydicom.dcmread(path, force=True)
    if not hasattr(data.file_meta, "TransferSyntaxUID"):
        data.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    rows = data.waveform_array(0)
    print(json.dumps({"name": str(data.PatientName), "leads": rows.T.tolist()}))
