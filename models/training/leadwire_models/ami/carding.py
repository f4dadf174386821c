"""card.json of the `ami` model, from its figures."""

import numpy as np

from ..card import LICENCE, PTBXL_CREDIT, decision_point, evaluation_row, local_code
from ..metrics import (
    auroc,
    expected_calibration_error,
    negative_predictive_value,
    selective_risk,
    weighted_f1,
)
from .figures import SEED, Measured, decision, subgroup_rows
from .inputs import AGE_SEX, WAVEFORM

FINDING = "mi-pattern"
COMMAND = "python -m leadwire_models ami --data DATA --out ../ami"
TITLE = "MI pattern from signal, age and sex (trace-reading labels)"
INTENDED = (
    "Study beside usual care, in adults with a 12-lead ECG of ten seconds: points at infarct and "
    "injury patterns as a cardiologist reads them off a trace, and shows the leads and times that "
    "it looked at. Age and sex may be unknown."
)
NOT_INTENDED = (
    "Diagnosing or excluding acute myocardial infarction or a coronary occlusion, deciding on "
    "catheterisation, children, paced rhythms. Most infarcts in its labels are old; no "
    "troponin and "
    "no angiography stood behind any label."
)
LIMITS = [
    "Labels are readings of the trace, most of them of old infarcts: a high probability is not an "
    "acute infarction, and a low one does not rule it out.",
    "One source of real ECGs (PTB-XL, one German institute and its recorders). LUDB is too "
    "small, and "
    "its labels too different, for more than a first look at another.",
    "Pre-trained on ECGs of this project's simulator, whose populations were fitted to the "
    "even folds "
    "of PTB-XL, so simulated and real ECGs are not quite independent.",
    "Figures on PTB-XL are each by the one member that never saw the patient. The five members "
    "together cannot be measured on these patients, since four of them saw each; the "
    "calibration line "
    "is that of single members.",
    "Attention is where the network looked, not why: during training it was drawn towards "
    "the leads of "
    "the territory that a cardiologist read.",
    "A network of modest size, trained on two processor cores on about three thousand real ECGs.",
    "The probability holds at PTB-XL's share of infarcts. A site sets its own in its policy.",
]
CREDITS = [
    "The kind of network, its inputs, its tables and its two protocols: Gupta A, Rawshani A, "
    "et al. "
    "European Heart Journal - Digital Health 2025. Sizes and weights are ours, not theirs.",
    PTBXL_CREDIT,
    "LUDB: Kalyakulina AI, Yusipov II, Moskalenko VA, et al. LUDB: a new open-access "
    "validation tool "
    "for electrocardiogram delineation algorithms. IEEE Access 2020;8:186181. ODC-By 1.0.",
]


def card_of(
    *,
    of: Measured,
    members: list[dict],
    weights: int,
    records: int,
    distance: np.ndarray,
    distance_max: float,
    spread_max: float,
    more: list[dict],
) -> dict:
    cohort = of.words() + "; out of fold, five patient-wise folds"
    chosen = decision(of)
    point = decision_point(
        "youden",
        of.threshold,
        cohort + "; chosen and measured on the same ECGs",
        chosen["sensitivity"].rounded(),
        chosen["specificity"].rounded(),
    )
    finding = {
        "id": FINDING,
        "title": "MI pattern, old infarcts included (trace-reading labels)",
        "code": local_code("mi-pattern-trace", "Infarct or injury pattern, trace-reading labels"),
        "beside": [],
        "output": "mi",
        "classes": ["mi"],
        "labelProvenance": "trace-reading",
        "besideCriteria": True,
        "calibration": of.line,
        "trainingPrevalence": round(float(of.labels.mean()), 4),
        "spreadMax": spread_max,
        "decisionPoints": [point],
    }
    return {
        "schema": 1,
        "id": "ami",
        "version": "1.0.0",
        "title": TITLE,
        "intendedUse": INTENDED,
        "notIntendedUse": NOT_INTENDED,
        "standing": "evaluation",
        "defaultMode": "advise",
        "labelProvenance": "trace-reading",
        "population": {"ageYearsMin": 18, "ageYearsMax": None},
        "inputs": [WAVEFORM.card("ecg"), AGE_SEX.card("age_sex")],
        "outputs": [{"tensor": "mi", "activation": "sigmoid", "classes": ["mi"], "temperature": 1}],
        "members": members,
        "findings": [finding],
        "distance": {"tensor": "distance", "max": distance_max},
        "evidence": {"kind": "attention", "tensor": "attention", "findings": [FINDING]},
        "golden": {"file": "golden/golden.json", "tolerance": 0.001, "command": COMMAND},
        "training": {
            "data": f"Five members of {weights} weights, each trained without one fold of the "
            "patients: "
            "convolutions shared by the twelve leads, a bidirectional LSTM, one attention "
            "over leads "
            "and time. PTB-XL, raw and scaled part (adults), labels read off the trace; "
            "pre-trained on "
            "simulated ECGs.",
            "records": records,
            "command": COMMAND,
        },
        "evaluation": [*evaluation(of), *more],
        "selectiveRisk": [risk(of, distance)],
        "limits": LIMITS,
        "licence": LICENCE,
        "credits": CREDITS,
    }


def evaluation(of: Measured) -> list[dict]:
    rows = []
    for measure, by_group in subgroup_rows(of).items():
        for one in by_group:
            if one["estimate"] is not None:
                rows.append(_row(measure, f"PTB-XL out of fold, {one['cohort']}", one))
    count = {"records": len(of.labels), "positives": int(of.labels.sum())}
    for measure, found, values in (
        ("NPV at Youden", negative_predictive_value, of.positive),
        ("weighted F1 at Youden", weighted_f1, of.positive),
        ("expected calibration error", expected_calibration_error, of.calibrated_apart),
    ):
        estimate = of.of(found, values)
        rows.append(_row(measure, "PTB-XL out of fold, all", {**count, "estimate": estimate}))
    return rows


def _row(measure: str, cohort: str, one: dict) -> dict:
    return evaluation_row(
        measure, cohort, one["records"], one["positives"], one["estimate"].rounded(), FINDING
    )


def risk(of: Measured, distance: np.ndarray) -> dict:
    points = selective_risk(auroc, of.patients, of.labels, of.probability, distance, seed=SEED)
    return {
        "findingId": FINDING,
        "cohort": "PTB-XL out of fold, the share that is least far from the training ECGs",
        "points": [
            {"coverage": one["coverage"], "measure": "AUROC", "estimate": one["estimate"].rounded()}
            for one in points
        ],
    }
