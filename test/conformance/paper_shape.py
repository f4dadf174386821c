"""Five networks of exactly the published shape, at full width and with random weights, as a site
that has the authors' weights would put them down: ONNX files, a golden vector and a card."""

import json
import sys
from pathlib import Path

import torch

sys.path.insert(0, "models/training")

from leadwire_models.distance import Distance  # noqa: E402
from leadwire_models.golden import write_golden  # noqa: E402
from leadwire_models.networks.omi import CLASSES, PAPER, Omi  # noqa: E402
from leadwire_models.omi.exported import Exported, export_member, outputs_of  # noqa: E402
from leadwire_models.preprocess import AgeSex, Waveform  # noqa: E402

MEMBERS = 5
folder = Path(sys.argv[1]) / "omi"
estimate = {"value": 0.5, "low": 0.4, "high": 0.6}
point = {
    "name": "none",
    "threshold": 0.01,
    "cohort": "nobody",
    "sensitivity": estimate,
    "specificity": estimate,
}


def member(seed):
    torch.manual_seed(seed)
    network = Omi(PAPER).eval()
    return network, Distance(PAPER.filters[-1])


def finding(name, output, classes):
    code = {"system": "https://leadwire.dev/fhir/CodeSystem/finding", "code": name, "display": name}
    return {
        "id": name,
        "title": name,
        "code": code,
        "beside": [],
        "output": output,
        "classes": classes,
        "decisionPoints": [point],
    }


made = [member(seed) for seed in range(MEMBERS)]
files = []
for i, (network, distance) in enumerate(made):
    name = f"member-{i + 1}.onnx"
    files.append({"file": name, "sha256": export_member(network, distance, folder / name)})
waveform, age_sex = Waveform(), AgeSex()
write_golden(
    folder / "golden" / "golden.json",
    waveform,
    age_sex,
    [Exported(network, distance) for network, distance in made],
    outputs_of(made[0][0]),
)
card = {
    "schema": 1,
    "id": "omi",
    "version": "1.0.0",
    "title": "The published shape with random weights",
    "intendedUse": "Specs.",
    "notIntendedUse": "All else.",
    "standing": "placeholder",
    "defaultMode": "shadow",
    "labelProvenance": "surrogate",
    "population": {"ageYearsMin": 18},
    "inputs": [waveform.card("ecg"), age_sex.card("age_sex")],
    "outputs": [
        {"tensor": "classes", "activation": "softmax", "classes": list(CLASSES)},
        {"tensor": "lbbb", "activation": "sigmoid", "classes": ["lbbb"]},
    ],
    "members": files,
    "findings": [
        finding("omi", "classes", [one for one in CLASSES if "_omi_" in one]),
        finding("lbbb", "lbbb", ["lbbb"]),
    ],
    "distance": {"tensor": "distance", "max": 1e9},
    "evidence": {"kind": "lead-occlusion", "findings": ["omi"]},
    "golden": {"file": "golden/golden.json", "tolerance": 0.001, "command": "none"},
    "training": {"data": "none", "records": 0, "command": "none"},
    "evaluation": [],
    "limits": [],
    "licence": "Apache-2.0",
    "credits": [],
}
(folder / "card.json").write_text(json.dumps(card))
print(json.dumps(sum(one.numel() for one in made[0][0].parameters())))
