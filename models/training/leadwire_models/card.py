"""Pieces of card.json that every model shares; src/core/decision/card.ts says what each means."""

import json
from pathlib import Path

# The one code system for findings that no public terminology has a code for.
FINDING_SYSTEM = "https://leadwire.dev/fhir/CodeSystem/finding"
PTBXL_CREDIT = (
    "PTB-XL: Wagner P, Strodthoff N, Bousseljot RD, et al. PTB-XL, a large publicly available "
    "electrocardiography dataset. Scientific Data 2020;7:154. CC BY 4.0."
)
LICENCE = "Apache-2.0; trained on data under CC BY 4.0"


def local_code(code: str, display: str) -> dict:
    return {"system": FINDING_SYSTEM, "code": code, "display": display}


def evaluation_row(
    measure: str,
    cohort: str,
    records: int,
    positives: int,
    estimate: dict,
    finding: str | None = None,
    note: str | None = None,
) -> dict:
    row = {
        "measure": measure,
        "cohort": cohort,
        "records": int(records),
        "positives": int(positives),
        "estimate": estimate,
    }
    return row | ({"findingId": finding} if finding else {}) | ({"note": note} if note else {})


def decision_point(
    name: str, threshold: float, cohort: str, sensitivity: dict, specificity: dict
) -> dict:
    return {
        "name": name,
        "threshold": threshold,
        "cohort": cohort,
        "sensitivity": sensitivity,
        "specificity": specificity,
    }


def write_card(path: Path, card: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
