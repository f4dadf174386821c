"""card.json of the `eianet` model, from its figures."""

from ..card import LICENCE, PTBXL_CREDIT, decision_point, evaluation_row, local_code
from .figures import Decided, Row
from .pictures import HEIGHT, PIXELS_PER_MM, WIDTH

FINDING = "malignant-pattern"
COMMAND = "python -m leadwire_models eianet --data DATA --out ../eianet"
TITLE = "Malignant rhythm or acute infarct pattern on the picture of an ECG (surrogate labels)"
INTENDED = (
    "Study in shadow, in adults: how a network of the published kind behaves on the pictures of a "
    "site's ECGs. Its score stands in the ledger and on the models page, and nowhere else."
)
NOT_INTENDED = (
    "Care of any kind. The score is no probability of cardiac arrest, nor of any other event: "
    "no label behind it says what became of a patient. Not for children, not for triage, not for "
    "diagnosing or excluding infarction."
)
LIMITS = [
    "The label is a surrogate: simulated rhythms of a heart about to stop, simulated occlusions "
    "and pages that their source calls acute infarction, against normal and harmless ones. "
    "Nobody's outcome stands behind it.",
    "The published system was trained on arrests in emergency departments; what it reached says "
    "nothing of these weights.",
    "The pages carry no patient numbers: folds are by page, so that two pages of one patient may lie "
    "on both sides of a split. All pages are from one source and one make of recorder.",
    "The 50 pages of acute infarction are those of one class of that source; how it was "
    "adjudicated is not told.",
    "A quarter of ResNet50's published width, a page of 320 by 128 places, and a training of a few "
    "thousand steps: what one graphics card could pay for in ten minutes.",
    "Members share their pre-training, so their spread understates what they do not know.",
    "Simulated ECGs come from one simulator: figures on them say little of hearts.",
    "Where the network looked is its four masks and not a reason.",
    "The spread beyond which a finding is withheld, and the distance, come from simulated ECGs and "
    "from the same cohorts as the figures.",
]
CREDITS = [
    "The kind of network, its picture and its loss's aim: Lu et al. J Med Internet Res 2025;27:"
    "e67576. Sizes, loss formula and weights are ours, not theirs.",
    PTBXL_CREDIT,
    "Khan AH, Hussain M, Malik MK. ECG images dataset of cardiac patients. Mendeley Data. CC BY 4.0.",
]


def card_of(
    *,
    rows: list[Row],
    decided: Decided,
    members: list[dict],
    weights: int,
    records: int,
    distance_max: float,
    spread_max: float,
    pipeline: dict,
    tolerance: float,
) -> dict:
    cohort = (
        f"{len(decided.labels)} pages of ecg-images, {int(decided.labels.sum())} of acute infarction, "
        "the others normal or with abnormal beats; out of fold, five folds by page; chosen and "
        "measured on the same pages"
    )
    finding = {
        "id": FINDING,
        "title": "Malignant rhythm or acute infarct pattern (surrogate labels)",
        "code": local_code(
            "malignant-pattern-surrogate",
            "Malignant rhythm or acute infarct pattern, surrogate labels",
        ),
        "beside": [],
        "output": "surrogate",
        "classes": ["surrogate"],
        "labelProvenance": "surrogate",
        "calibration": decided.line,
        "trainingPrevalence": decided.prevalence,
        "spreadMax": spread_max,
        "decisionPoints": [
            decision_point(
                "specificity-95",
                decided.threshold,
                cohort,
                decided.sensitivity.rounded(),
                decided.specificity.rounded(),
            )
        ],
    }
    return {
        "schema": 1,
        "id": "eianet",
        "version": "1.2.1",
        "title": TITLE,
        "intendedUse": INTENDED,
        "notIntendedUse": NOT_INTENDED,
        "standing": "evaluation",
        "defaultMode": "shadow",
        "labelProvenance": "surrogate",
        "population": {"ageYearsMin": 18, "ageYearsMax": None},
        "inputs": [
            {
                "kind": "picture",
                "tensor": "page",
                "pipeline": pipeline,
                "width": WIDTH,
                "height": HEIGHT,
                "pixelsPerMm": PIXELS_PER_MM,
            }
        ],
        "outputs": [
            {
                "tensor": "surrogate",
                "activation": "sigmoid",
                "classes": ["surrogate"],
                "temperature": 1,
            }
        ],
        "members": members,
        "findings": [finding],
        "distance": {"tensor": "distance", "max": distance_max},
        "evidence": {"kind": "attention", "tensor": "attention", "findings": [FINDING]},
        "golden": {"file": "golden/golden.json", "tolerance": tolerance, "command": COMMAND},
        "training": {
            "data": f"Five members of {weights} weights, each trained without one fold of the pages "
            "and of the patients of PTB-XL: ResNet50 at a quarter of its width with spatial "
            "attention after each of its four layers, BRLoss. Pages of ecg-images (read back and "
            "drawn on the standard page), PTB-XL (adults), simulated ECGs, on which it was "
            "pre-trained. Readings, conditions and what the service measures of each lead were "
            "taught beside; the last layer was fitted anew at the end.",
            "records": records,
            "command": COMMAND,
        },
        "evaluation": [
            evaluation_row(
                row.measure, row.cohort, row.records, row.positives, row.estimate.rounded(), FINDING
            )
            for row in rows
            if row.estimate.value == row.estimate.value
        ],
        "limits": LIMITS,
        "licence": LICENCE,
        "credits": CREDITS,
    }
