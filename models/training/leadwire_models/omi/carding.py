"""card.json of the `omi` model, from its figures."""

import numpy as np

from ..card import LICENCE, evaluation_row
from ..networks.omi import CLASSES, Shape
from . import about
from .calibration import Calibration
from .labels import READINGS
from .measure import Row, Selective
from .pools import WAVEFORM
from .sources import AGE_SEX

AGE_YEARS_MIN = 18
GOLDEN_TOLERANCE = {"float32": 0.001, "int8": 0.08}
FINDINGS_WITH_EVIDENCE = ["omi", "culprit-lm-lad", "culprit-lcx", "culprit-rca", "infarct-pattern"]


def card_of(
    *,
    members: list[dict],
    precision: str,
    shape: Shape,
    weights: int,
    calibration: Calibration,
    points: list[dict],
    rows: list[Row],
    selective: list[Selective],
    distance_max: float,
    spread_max: float,
    data: str,
    records: int,
) -> dict:
    findings = about.findings(calibration, [_rounded_point(one) for one in points])
    for finding in findings:
        for one in finding["decisionPoints"]:
            del one["finding"]
        if finding["id"] == "omi":
            finding["spreadMax"] = spread_max
    return {
        "schema": 1,
        "id": "omi",
        "version": "1.0.0",
        "title": about.TITLE,
        "intendedUse": about.INTENDED,
        "notIntendedUse": about.NOT_INTENDED,
        "standing": "evaluation",
        "defaultMode": "advise",
        "labelProvenance": "simulated",
        "population": {"ageYearsMin": AGE_YEARS_MIN, "ageYearsMax": None},
        "inputs": [WAVEFORM.card("ecg"), AGE_SEX.card("age_sex")],
        "outputs": [
            {
                "tensor": "classes",
                "activation": "softmax",
                "classes": list(CLASSES),
                "temperature": calibration.temperature,
            },
            {"tensor": "lbbb", "activation": "sigmoid", "classes": ["lbbb"]},
            {"tensor": "readings", "activation": "sigmoid", "classes": list(READINGS)},
        ],
        "members": members,
        "findings": findings,
        "distance": {"tensor": "distance", "max": distance_max},
        "evidence": {"kind": "lead-occlusion", "findings": FINDINGS_WITH_EVIDENCE},
        "golden": {
            "file": "golden/golden.json",
            "tolerance": GOLDEN_TOLERANCE[precision],
            "command": about.COMMAND,
        },
        "training": {
            "data": f"{about.shape_words(shape, weights)} {data}",
            "records": records,
            "command": about.COMMAND,
        },
        "evaluation": [_row(one) for one in rows if _shown(one)],
        "selectiveRisk": [_selective(one) for one in selective],
        "limits": about.LIMITS,
        "licence": LICENCE,
        "credits": about.CREDITS,
    }


def _shown(row: Row) -> bool:
    return row.estimate is not None and bool(np.isfinite(row.estimate.value))


def _row(row: Row) -> dict:
    estimate = row.estimate.rounded()
    return evaluation_row(
        row.measure, row.cohort, row.records, row.positives, estimate, row.finding
    )


def _selective(one: Selective) -> dict:
    points = [
        {
            "coverage": point["coverage"],
            "measure": "AUROC",
            "estimate": point["estimate"].rounded(),
        }
        for point in one.points
    ]
    return {"findingId": one.finding, "cohort": one.cohort, "points": points}


def _rounded_point(one: dict) -> dict:
    return {
        **one,
        "sensitivity": one["sensitivity"].rounded(),
        "specificity": one["specificity"].rounded(),
    }
