"""Writes card.json: what the placeholder says about itself, with the figures of this run."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contract import AGE_CENTRE, AGE_SCALE, FILTER, LEADS, RATE_HZ, SAMPLES, WINDOW
from estimates import auroc, sensitivity_at, specificity_at, with_interval, youden_threshold
from network import OUTPUTS

# The one code system for findings that no public terminology has a code for.
FINDING_SYSTEM = "https://leadwire.dev/fhir/CodeSystem/finding"
COMMAND = "python models/training/placeholder/train.py --data ptbxl_raw.npz"


@dataclass(frozen=True)
class Cohort:
    labels: np.ndarray
    patients: np.ndarray
    male: np.ndarray
    age: np.ndarray

    def describe(self) -> str:
        return (
            f"{len(self.labels)} adult PTB-XL records (the part of PTB-XL that ships with this "
            f"project's data, true amplitude, 500 Hz) of {len(set(self.patients.tolist()))} "
            f"patients, {int(self.labels.sum())} with an infarct or injury code read off the "
            "trace; out-of-fold predictions of five patient-wise folds"
        )


def evaluation(cohort: Cohort, scores: np.ndarray, seed: int) -> list[dict]:
    groups = {
        "all": np.ones(len(scores), dtype=bool),
        "women": ~cohort.male,
        "men": cohort.male,
        "18 to 64 years": cohort.age < 65,
        "65 years and older": cohort.age >= 65,
    }
    rows = []
    for name, used in groups.items():
        labels, patients = cohort.labels[used], cohort.patients[used]
        rows.append(
            {
                "measure": "AUROC",
                "cohort": f"out-of-fold, {name}",
                "records": int(used.sum()),
                "positives": int(labels.sum()),
                "estimate": with_interval(auroc, patients, labels, scores[used], seed=seed),
            }
        )
    return rows


def decision_point(cohort: Cohort, scores: np.ndarray, seed: int) -> dict:
    threshold = round(youden_threshold(cohort.labels, scores), 4)
    columns = (cohort.patients, cohort.labels, scores)
    return {
        "name": "youden",
        "threshold": threshold,
        "cohort": cohort.describe() + "; chosen and measured on the same predictions",
        "sensitivity": with_interval(sensitivity_at(threshold), *columns, seed=seed),
        "specificity": with_interval(specificity_at(threshold), *columns, seed=seed),
    }


def write_card(
    path: Path,
    cohort: Cohort,
    scores: np.ndarray,
    members: list[dict],
    weights: int,
    seed: int,
) -> None:
    rows = evaluation(cohort, scores, seed)
    point = decision_point(cohort, scores, seed)
    card = {
        "schema": 1,
        "id": path.parent.name,
        "version": "0.1.0",
        "title": "Placeholder: infarct pattern, trace-reading labels",
        "intendedUse": "Proves that an ECG travels from its door through a network into the "
        "chart, until the published networks are in place.",
        "notIntendedUse": "Any care of patients. It says nothing about occlusion or about acute "
        "infarction: most infarcts in its labels are old.",
        "standing": "placeholder",
        "defaultMode": "advise",
        "labelProvenance": "trace-reading",
        "population": {"ageYearsMin": 18},
        "inputs": [
            {
                "kind": "waveform",
                "tensor": "ecg",
                "leads": LEADS,
                "sampleRateHz": RATE_HZ,
                "samples": SAMPLES,
                "windowSamples": WINDOW,
                "unit": "mV",
                "filter": {"kind": "elliptic-high-pass", **FILTER},
            },
            {
                "kind": "demographics",
                "tensor": "age_sex",
                "fields": [
                    {"field": "male", "centre": 0, "scale": 1, "whenUnknown": None},
                    {
                        "field": "age",
                        "centre": AGE_CENTRE,
                        "scale": AGE_SCALE,
                        "whenUnknown": None,
                    },
                ],
            },
        ],
        "outputs": [{"tensor": "pattern", "activation": "softmax", "classes": OUTPUTS}],
        "members": members,
        "findings": [
            {
                "id": "infarct-pattern",
                "title": "Infarct pattern (placeholder, trace-reading labels)",
                "code": {
                    "system": FINDING_SYSTEM,
                    "code": "infarct-pattern-trace-labels",
                    "display": "Infarct pattern, trace-reading labels",
                },
                "beside": [],
                "output": "pattern",
                "classes": ["infarct-pattern"],
                "decisionPoints": [point],
            }
        ],
        "golden": {"file": "golden/golden.json", "tolerance": 0.001, "command": COMMAND},
        "training": {
            "data": cohort.describe().split(";")[0]
            + ". The shipped members are trained on all of them, each from its own seed.",
            "records": len(scores),
            "command": COMMAND,
        },
        "evaluation": rows,
        "limits": [
            f"A placeholder of {weights} weights a member: it shows the way, not the accuracy.",
            "Labels are readings of the trace, mostly of old infarcts, never angiography.",
            "Trained and measured on one source; no other hospital, device or country was seen.",
            "Not calibrated for any site: its probability follows the share of infarcts in its "
            "training records (about one in four).",
        ],
        "licence": "Apache-2.0; trained on data under CC BY 4.0",
        "credits": [
            "PTB-XL: Wagner P, Strodthoff N, Bousseljot RD, et al. PTB-XL, a large publicly "
            "available electrocardiography dataset. Scientific Data 2020;7:154. CC BY 4.0."
        ],
    }
    path.write_text(json.dumps(card, indent=2) + "\n")
    print(json.dumps({"evaluation": rows, "decisionPoint": point}, indent=1))
