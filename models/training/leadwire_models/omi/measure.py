"""Every figure of the `omi` model, as rows that the card and the page both show."""

from dataclasses import dataclass

import numpy as np

from ..calibrate import cross_fitted, softmax
from ..cohort import Cohort
from ..metrics import (
    Estimate,
    auprc,
    auroc,
    brier,
    by_subgroup,
    expected_calibration_error,
    selective_risk,
    sensitivity,
    specificity,
    subgroups,
    threshold_at_specificity,
    with_interval,
)
from .calibration import REAL, Calibration, real_truth
from .labels import CONTROL, CULPRITS as ARTERY_OF, INJURY, Labels, mask
from .predicted import CULPRITS, Raw, findings_of

SEED = 7
TITLES = {
    "omi": "occlusion pattern",
    "culprit-lm-lad": "culprit LM or LAD",
    "culprit-lcx": "culprit LCX",
    "culprit-rca": "culprit RCA",
    "non-occlusive-mi": "infarct without occlusion",
    "infarct-pattern": "any infarct or injury",
    "anterior-pattern": "anterior",
    "inferior-pattern": "inferior",
    "lbbb": "LBBB",
}


@dataclass(frozen=True)
class Selective:
    finding: str
    cohort: str
    points: list[dict]


@dataclass(frozen=True)
class Row:
    measure: str
    cohort: str
    records: int
    positives: int
    estimate: Estimate | None
    finding: str


def measured(measure, name: str, finding: str, cohort: str, patients, labels, scores) -> Row:
    estimate = with_interval(measure, patients, labels, scores, seed=SEED)
    return Row(name, cohort, len(labels), int(labels.sum()), estimate, finding)


@dataclass(frozen=True)
class Real:
    """Out-of-fold values of real ECGs; calibrated by lines fitted on the other folds."""

    cohort: Cohort
    labels: Labels
    raw: Raw
    fold: np.ndarray

    def of(self, finding: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(rows where the label is known, labels, raw probability, calibrated probability)."""
        truth = real_truth(self.labels)[finding]
        rows = np.flatnonzero(~np.isnan(truth))
        labels, p = truth[rows].astype(int), findings_of(self.raw)[finding][rows]
        return rows, labels, p, cross_fitted(p, labels, self.fold[rows])


def real_rows(real: Real) -> list[Row]:
    rows = []
    for finding in REAL:
        kept, labels, before, after = real.of(finding)
        patients = real.cohort.patients[kept]
        named = (finding, "PTB-XL out of fold", patients, labels)
        rows.append(measured(auroc, "AUROC", *named, before))
        rows.append(measured(auprc, "AUPRC", *named, before))
        rows.append(measured(brier, "Brier", *named, after))
        rows.append(measured(expected_calibration_error, "ECE before calibration", *named, before))
        rows.append(measured(expected_calibration_error, "ECE", *named, after))
    any_class = 1 - softmax(real.raw.classes)[:, mask(CONTROL)].sum(1)
    infarct = real.labels.readings[:, 0].astype(int)
    rows.append(
        measured(
            auroc,
            "AUROC of the eight infarct classes together",
            "infarct-pattern",
            "PTB-XL out of fold",
            real.cohort.patients,
            infarct,
            any_class,
        )
    )
    return rows


def group_rows(real: Real, finding: str) -> list[Row]:
    kept, labels, p, _ = real.of(finding)
    groups = subgroups(real.cohort.age_years[kept], real.cohort.male[kept])
    patients = real.cohort.patients[kept]
    found = by_subgroup(auroc, groups, patients, labels, p, seed=SEED)
    return [
        Row("AUROC", f"PTB-XL out of fold, {r['cohort']}", r["records"], r["positives"], r["estimate"], finding)
        for r in found
        if r["cohort"] != "all"
    ]


def simulated_rows(mixed: Cohort, mixed_p: dict, each: Cohort, each_p: dict) -> list[Row]:
    """Parameters of the generator that no training ECG was made with."""
    rows = []
    sets = (("simulated test draw, as in an emergency department", mixed, mixed_p),
            ("simulated test draw, equally many of each condition", each, each_p))
    for name, cohort, p in sets:
        occluded = cohort.columns["occluded"].astype(int)
        hidden = (occluded == 0) | ~cohort.columns["stemi_criteria"]
        for more, used in (("", occluded >= 0), (", STEMI-negative occlusions", hidden)):
            named = ("omi", name + more, cohort.ids[used], occluded[used])
            rows.append(measured(auroc, "AUROC", *named, p["omi"][used]))
            rows.append(measured(auprc, "AUPRC", *named, p["omi"][used]))
        named = ("omi", name, cohort.ids, occluded)
        rows.append(measured(brier, "Brier", *named, p["omi"]))
        rows.append(measured(expected_calibration_error, "ECE", *named, p["omi"]))
        rows.append(culprit_row(name, cohort, p))
    return rows


def culprit_row(name: str, cohort: Cohort, p: dict[str, np.ndarray]) -> Row:
    occluded = np.flatnonzero(cohort.columns["occluded"])
    said = np.stack([p[one][occluded] for one in CULPRITS], axis=1).argmax(1)
    arteries = list(CULPRITS.values())
    true = [arteries.index(ARTERY_OF[one]) for one in cohort.columns["culprit"][occluded]]
    right = (said == np.array(true)).astype(int)
    estimate = with_interval(lambda r: float(r.mean()), cohort.ids[occluded], right, seed=SEED)
    return Row("culprit accuracy among occlusions", name, len(right), int(right.sum()), estimate, "omi")


def by_condition(cohort: Cohort, p: np.ndarray, threshold: float) -> list[tuple[str, int, float, Estimate]]:
    """For each condition: how many, the median probability, the share called occlusion."""
    found = []
    for condition in sorted(set(cohort.columns["condition"])):
        rows = np.flatnonzero(cohort.columns["condition"] == condition)
        called = (p[rows] >= threshold).astype(float)
        share = with_interval(lambda c: float(c.mean()), cohort.ids[rows], called, seed=SEED)
        found.append((condition, len(rows), float(np.median(p[rows])), share))
    return found


def beside_criteria(real: Real, verdicts: dict[str, str], subset: str) -> dict:
    """The millimetre criteria and the network on the same ECGs: sensitivity at equal specificity."""
    kept, labels, p, _ = real.of("infarct-pattern")
    if subset == "injury":
        recent = real.cohort.has_any(INJURY) | (real.cohort.columns["stadium1"] == "Stadium I")
        used = (labels == 0) | recent[kept]
        kept, labels, p = kept[used], labels[used], p[used]
    applied = np.array([verdicts.get(one, "not-applicable") != "not-applicable" for one in real.cohort.ids[kept]])
    kept, labels, p = kept[applied], labels[applied], p[applied]
    met = np.array([verdicts[one] == "positive" for one in real.cohort.ids[kept]])
    patients = real.cohort.patients[kept]
    at = specificity(labels, met)
    threshold = threshold_at_specificity(labels, p, at)
    positive = p >= threshold

    def gain(labels, met, positive) -> float:
        return sensitivity(labels, positive) - sensitivity(labels, met)

    return {
        "records": len(labels),
        "positives": int(labels.sum()),
        "specificity": with_interval(specificity, patients, labels, met, seed=SEED),
        "criteria": with_interval(sensitivity, patients, labels, met, seed=SEED),
        "network": with_interval(sensitivity, patients, labels, positive, seed=SEED),
        "difference": with_interval(gain, patients, labels, met, positive, seed=SEED),
    }


def selective_real(real: Real, finding: str) -> Selective:
    """AUROC on the real ECGs that are least far from the training ECGs."""
    kept, labels, p, _ = real.of(finding)
    doubt = real.raw.distance[kept, 0]
    points = selective_risk(auroc, real.cohort.patients[kept], labels, p, doubt, seed=SEED)
    cohort = "PTB-XL out of fold, the share that is least far from the training ECGs"
    return Selective(finding, cohort, points)


def selective_simulated(cohort: Cohort, p: np.ndarray, spread: np.ndarray) -> Selective:
    """AUROC on the simulated ECGs on which the members agree most."""
    labels = cohort.columns["occluded"].astype(int)
    points = selective_risk(auroc, cohort.ids, labels, p, spread, seed=SEED)
    name = "simulated test draw, as in an emergency department, the share on which members agree most"
    return Selective("omi", name, points)


def withheld_rows(cohort: Cohort, spread: np.ndarray, spread_max: float) -> list[Row]:
    """How many findings the members' disagreement withholds."""
    occluded = cohort.columns["occluded"]
    rows = []
    for name, used in (("occlusions", occluded), ("other ECGs", ~occluded)):
        withheld = (spread[used] > spread_max).astype(float)
        estimate = with_interval(lambda w: float(w.mean()), cohort.ids[used], withheld, seed=SEED)
        cohort_name = f"simulated test draw, as in an emergency department, {name}"
        rows.append(
            Row("withheld, members disagree", cohort_name, len(withheld), int(withheld.sum()), estimate, "omi")
        )
    return rows


def far_rows(real: Real, distance_max: float) -> list[Row]:
    """How many real ECGs the distance from the training ECGs withholds, where bundle branch block is read."""
    kept, labels, _, _ = real.of("lbbb")
    far = (real.raw.distance[kept, 0] > distance_max).astype(float)
    patients = real.cohort.patients[kept]
    rows = []
    for name, used in (("LBBB", labels == 1), ("other ECGs", labels == 0)):
        estimate = with_interval(lambda w: float(w.mean()), patients[used], far[used], seed=SEED)
        cohort_name = f"PTB-XL out of fold, {name}"
        rows.append(
            Row("withheld, unlike training", cohort_name, int(used.sum()), int(far[used].sum()), estimate, "lbbb")
        )
    return rows


def false_alarm_rows(real: Real, calibration: Calibration, threshold: float) -> list[Row]:
    """On real ECGs without an infarct or injury code: how many would be called an occlusion."""
    p = calibration.apply(real.raw)["omi"]
    without = real.labels.readings[:, 0] == 0
    groups = {
        "real ECGs without an infarct or injury code": without,
        "real normal ECGs": real.cohort.has_any(("NORM",)) & without,
        "real ECGs with complete LBBB": real.cohort.has_any(("CLBBB",)) & without,
        "real ECGs with hypertrophy": real.cohort.has_any(("LVH",)) & without,
    }
    return [
        _share_row("called occlusion pattern", name, real, np.flatnonzero(used), p, threshold)
        for name, used in groups.items()
    ]


def _share_row(
    what: str, cohort: str, real: Real, rows: np.ndarray, p: np.ndarray, threshold: float
) -> Row:
    called = (p[rows] >= threshold).astype(float)
    patients = real.cohort.patients[rows]
    estimate = with_interval(lambda c: float(c.mean()), patients, called, seed=SEED)
    return Row(what, cohort, len(rows), int(called.sum()), estimate, "omi")


def simulation_only_rows(alone: Real) -> list[Row]:
    """The network before it met a real ECG, on real ECGs."""
    found = findings_of(alone.raw)
    normal = alone.cohort.has_any(("NORM",))
    recent = alone.cohort.has_any(INJURY) | (alone.cohort.columns["stadium1"] == "Stadium I")
    infarct = alone.labels.readings[:, 0] == 1
    block = alone.cohort.has_any(("CLBBB",))
    pairs = (
        ("lbbb", "complete LBBB against all others", block, ~np.isnan(alone.labels.lbbb) & ~block),
        ("infarct-pattern", "infarct or injury against all others", infarct, ~infarct),
        ("infarct-pattern", "recent injury against normal", recent & infarct, normal & ~infarct),
        ("omi", "recent injury against normal", recent & infarct, normal & ~infarct),
    )
    rows = []
    for finding, name, positive, negative in pairs:
        used = np.flatnonzero(positive | negative)
        labels, patients = positive[used].astype(int), alone.cohort.patients[used]
        cohort = f"PTB-XL, trained on simulation alone: {name}"
        rows.append(measured(auroc, "AUROC", finding, cohort, patients, labels, found[finding][used]))
    return rows
