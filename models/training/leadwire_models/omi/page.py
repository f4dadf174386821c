"""docs/validation/omi.md."""

from ..report import figure, percentage, table
from .labels import INJURY
from .measure import TITLES, Row
from .shipped import LOSS_MAX, ROUNDING_MAX, Precision
from .sources import Source

AIMS = {
    "infarct-pattern": ">= 0.90",
    "anterior-pattern": ">= 0.92",
    "inferior-pattern": ">= 0.88",
    "lbbb": ">= 0.98",
}
HEAD = """# The `omi` network

Made by `python -m leadwire_models omi` (models/training); do not edit. Real ECGs: PTB-XL (Wagner et al., Sci
Data 2020, CC BY 4.0). Simulated ones: this project's simulator, whose populations were fitted to the even folds
of PTB-XL. Intervals are 95 %, from 1,000 resamplings of patients.

**Occlusion and culprit are simulated labels. No angiography stands behind any figure here.** Infarct, injury,
territory and LBBB are a cardiologist's reading of the trace, most infarcts of them old.
"""

MISSING = [
    "## What was not measured",
    "",
    "- The comparators on the same folds (a plain ResNet1d, a Conv-BiLSTM without attention).",
    "- Real occlusions; other hospitals, devices and countries; repeated training from other seeds.",
    "- The five members together on real patients: four of the five saw each of them.",
]


def training_words(raw: Source, scaled: Source, simulation: Source) -> str:
    def infarcts(source: Source) -> int:
        return int(source.pool.labels.readings[:, 0].sum())

    occluded = int(simulation.cohort.columns["occluded"].sum())
    return (
        f"Pre-trained on {len(simulation.fold)} simulated ECGs, {occluded} of them occlusions, then five members "
        f"tuned on these and on PTB-XL, each without the patients of one fold: {len(raw.fold)} ECGs of adults in "
        f"true amplitude ({infarcts(raw)} with an infarct or injury code) and {len(scaled.fold)} whose leads "
        f"had been scaled ({infarcts(scaled)}). A territory that was read teaches by the classes it leaves possible."
    )


def page(found, precisions: list[Precision], chosen: Precision, weights: int, trained: str) -> str:
    parts = [
        [HEAD],
        _training(trained, weights, found),
        _real(found),
        _groups(found),
        _simulated(found),
        _conditions(found),
        _alarms(found),
        _criteria(found),
        _simulation_only(found),
        _points(found),
        _selective(found),
        _cost(precisions, chosen),
        MISSING,
    ]
    return "\n".join(line for part in parts for line in [*part, ""]).rstrip() + "\n"


def _training(trained: str, weights: int, found) -> list[str]:
    return [
        "## What it is",
        "",
        f"{trained} {weights} weights a member.",
        "",
        "Nothing of the recipe was chosen on the ECGs that the figures below are of: it was tried on the scaled",
        "records, which no figure counts.",
        "",
        f"Temperature of the ten classes: {found.calibration.temperature}. An ECG abstains above distance "
        f"{found.distance_max} (99th percentile of real ECGs out of fold), an occlusion above a spread of "
        f"{found.spread_max} among the members (98th percentile of simulated occlusions they had not seen).",
    ]


def _of(rows: list[Row], finding: str, measure: str, cohort: str) -> Row:
    return next(
        one
        for one in rows
        if (one.finding, one.measure, one.cohort) == (finding, measure, cohort)
    )


def _real(found) -> list[str]:
    cohort, rows = "PTB-XL out of fold", []
    for finding, aim in AIMS.items():
        first = _of(found.rows, finding, "AUROC", cohort)
        cells = [
            figure(_of(found.rows, finding, measure, cohort).estimate)
            for measure in ("AUROC", "AUPRC", "Brier", "ECE before calibration", "ECE")
        ]
        rows.append([TITLES[finding], first.records, first.positives, aim, *cells])
    whole = _of(
        found.rows, "infarct-pattern", "AUROC of the eight infarct classes together", cohort
    )
    block, others = (
        _of(found.rows, "lbbb", "withheld, unlike training", f"{cohort}, {name}")
        for name in ("LBBB", "other ECGs")
    )
    return [
        "## Real patients, out of fold",
        "",
        "Each ECG by the one member that never saw its patient; the five together cannot be measured on these",
        "patients. Calibration by a line fitted on the other folds. Incomplete LBBB and paced rhythms count as",
        "not LBBB.",
        "",
        *table(
            ["finding", "ECGs", "positive", "aim, AUROC", "AUROC", "AUPRC", "Brier", "ECE before", "ECE after"],
            rows,
        ),
        "",
        f"The limit on the distance withholds {block.positives} of {block.records} ECGs with LBBB and",
        f"{others.positives} of {others.records} others: it takes a bundle branch block for something unlike its training",
        "far too often, and an ECG that is withheld says nothing.",
        "",
        f"Any infarct by the ten classes alone (one less the two control classes): AUROC {figure(whole.estimate)}.",
    ]


def _groups(found) -> list[str]:
    rows = [
        [TITLES[one.finding], one.cohort.removeprefix("PTB-XL out of fold, "), one.records, one.positives, figure(one.estimate)]
        for one in found.groups
    ]
    return ["## By sex and age, real patients", "", *table(["finding", "group", "ECGs", "positive", "AUROC"], rows)]


def _simulated(found) -> list[str]:
    rows = [
        [one.cohort.removeprefix("simulated test draw, "), one.measure, one.records, one.positives, figure(one.estimate)]
        for one in found.rows
        if one.cohort.startswith("simulated")
    ]
    return [
        "## Simulated occlusions, generator parameters apart from training",
        "",
        "The five members together. Aims: AUROC 0.97, culprit 0.85. Positive: occlusions; for the culprit, those",
        "whose artery was right; for what is withheld, those withheld.",
        "",
        *table(["cohort", "measure", "ECGs", "positive", "estimate"], rows),
    ]


def _conditions(found) -> list[str]:
    rows = [[name, count, f"{median:.4f}", percentage(share)] for name, count, median, share in found.conditions]
    return [
        "## What is taken for an occlusion",
        "",
        f"Simulated test draw, threshold {found.threshold} (specificity 98 % on simulated ECGs as in an emergency department).",
        "",
        *table(["condition", "ECGs", "median probability", "called occlusion"], rows),
    ]


def _alarms(found) -> list[str]:
    rows = [[one.cohort, one.records, one.positives, percentage(one.estimate)] for one in found.false_alarms]
    return [
        "And on real ECGs, out of fold, at the same threshold:",
        "",
        *table(["cohort", "ECGs", "called", "share"], rows),
    ]


def _criteria(found) -> list[str]:
    names = {"all": "all infarct and injury codes", "injury": f"injury codes ({', '.join(INJURY)}) or stadium I"}
    rows = [
        [
            names[name],
            one["records"],
            one["positives"],
            percentage(one["specificity"]),
            percentage(one["criteria"]),
            percentage(one["network"]),
            percentage(one["difference"]),
        ]
        for name, one in found.criteria.items()
    ]
    return [
        "## Beside the millimetre criteria for STEMI",
        "",
        "The same real ECGs, out of fold, where the criteria apply; the network's threshold is the one with the",
        "criteria's specificity. Old infarcts have no ST elevation and flatter the network; the injury codes of",
        "PTB-XL stand for subendocardial injury, which the criteria do not look for.",
        "",
        *table(
            ["positive", "ECGs", "positive", "specificity", "criteria: sensitivity", "network: sensitivity", "difference"],
            rows,
        ),
    ]


def _simulation_only(found) -> list[str]:
    rows = [
        [TITLES[one.finding], one.cohort.partition(": ")[2], one.records, one.positives, figure(one.estimate)]
        for one in found.simulation_only
    ]
    return [
        "## From simulation to reality",
        "",
        "The network as it was before it met a real ECG.",
        "",
        *table(["output", "real ECGs", "ECGs", "positive", "AUROC"], rows),
    ]


def _points(found) -> list[str]:
    rows = [
        [TITLES[one["finding"]], one["threshold"], percentage(one["sensitivity"]), percentage(one["specificity"]), one["cohort"]]
        for one in found.points
    ]
    return ["## Decision points", "", *table(["finding", "threshold", "sensitivity", "specificity", "cohort"], rows)]


def _selective(found) -> list[str]:
    rows = [
        [
            TITLES[one.finding],
            one.cohort,
            f"{100 * point['coverage']:.0f} %",
            point["records"],
            point["positives"],
            figure(point["estimate"]),
        ]
        for one in found.selective
        for point in one.points
    ]
    return [
        "## What abstention buys",
        "",
        "AUROC on the ECGs that are kept. Where it does not rise, that measure of doubt finds ECGs unlike those of",
        "training, not ECGs that are judged wrongly.",
        "",
        *table(["finding", "cohort", "kept", "ECGs", "positive", "AUROC"], rows),
    ]


def _cost(precisions: list[Precision], chosen: Precision) -> list[str]:
    rows = [
        [
            one.name,
            f"{one.bytes / 1e6:.1f} MB",
            f"{one.cpu_ms:.0f} ms",
            f"{one.rounding:.1g}",
            *(f"{one.auroc[finding]:.4f}" for finding in AIMS),
        ]
        for one in precisions
    ]
    return [
        "## Size, time and rounding",
        "",
        f"The ONNX files themselves, out of fold. int8 is shipped where no AUROC loses more than {LOSS_MAX} and it is",
        f"smaller and no slower, and where its raw values for the golden ECG lie within {ROUNDING_MAX} of PyTorch's, by",
        "which the service knows the right files: 8-bit sums may differ from processor to processor.",
        f"**{chosen.name}** is shipped. Time: CPU of one thread for one ECG through all members.",
        "",
        *table(["precision", "all members", "CPU an ECG", "greatest difference", *(f"AUROC {TITLES[f]}" for f in AIMS)], rows),
    ]
