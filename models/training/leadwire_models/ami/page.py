"""docs/validation/ami.md, section by section. Every number comes from the run that wrote it."""

from ..metrics import Estimate
from ..protocols import PAPER
from ..report import figure, percentage, subgroup_table, table

AIM = 0.90


def head(words: str, weights: int, command: str) -> list[str]:
    return [
        "# The `ami` network",
        "",
        f"Made by `{command}`; do not edit. Intervals are 95 %, by a bootstrap over patients.",
        "PTB-XL: Wagner et al., Sci Data 2020, CC BY 4.0. LUDB: Kalyakulina et al., ODC-By 1.0.",
        "",
        f"Measured on {words}. Each ECG is scored by the one of five members that never saw its "
        f"patient ({weights} weights a member). The labels are readings of the trace, most of old "
        "infarcts: nothing here says how well acute infarction is found.",
        "",
    ]


def main_figures(columns: dict[str, list[dict]], aim: Estimate) -> list[str]:
    reached = "reached" if aim.value >= AIM else "missed"
    lines = ["## Any infarct or injury pattern", ""]
    lines += subgroup_table(columns)
    lines += ["", f"The aim was an AUROC of {AIM:.2f}; it is {figure(aim)}: {reached}."]
    if aim.value < AIM:
        lines += [
            "Likely reasons: about three thousand real ECGs to learn from where published "
            "networks had "
            "seventeen thousand, half of them without true amplitude, a network and a number "
            "of passes "
            "that two processor cores could afford, and old, faint infarcts on which readers "
            "differ.",
        ]
    return [*lines, ""]


def paper(rows: list[dict], threshold: float) -> list[str]:
    return [
        "## The table of the paper",
        "",
        f"At the Youden threshold, {threshold} of the calibrated probability, which was chosen on "
        "these same predictions.",
        "",
        *paper_table(rows),
        "",
    ]


def paper_table(rows: list[dict]) -> list[str]:
    cells = [
        [r["cohort"], r["records"], r["positives"], *(figure(r["figures"][name]) for name in PAPER)]
        for r in rows
    ]
    return table(["cohort", "records", "positive", *PAPER], cells)


def unknown(rows: list[tuple[str, Estimate, Estimate | None]], count: str) -> list[str]:
    cells = [[name, figure(value), figure(cost, 4) if cost else ""] for name, value, cost in rows]
    return ["## Unknown age or sex", "", count, "", *table(["hidden", "AUROC", "cost"], cells), ""]


def calibration(rows, curve: list[dict], count: str) -> list[str]:
    cells = [[name, figure(ece), figure(brier)] for name, ece, brier in rows]
    bins = [
        [
            f"{b['from']:.1f} to {b['to']:.1f}",
            b["records"],
            f"{b['stated']:.3f}",
            f"{b['observed']:.3f}",
        ]
        for b in curve
    ]
    return [
        "## Calibration",
        "",
        count,
        "",
        *table(["probability", "ECE", "Brier"], cells),
        "",
        *table(["stated", "records", "mean stated", "observed"], bins),
        "",
    ]


def comparators(rows, count: str, missing: list[str]) -> list[str]:
    cells = [
        [r.name, r.auroc, r.auprc, percentage(r.sensitivity), figure(r.above) if r.above else ""]
        for r in rows
    ]
    heads = ["what", "AUROC", "AUPRC", "sensitivity at 90 % specificity", "AUROC above ami"]
    lines = [
        "## Beside other networks and plain measurements",
        "",
        f"Same folds, same records, same steps, batches and pre-training: {count}. The "
        "regression is on our "
        "own measurements of the raw records alone.",
        "",
        *table(heads, cells),
        "",
    ]
    return [*lines, f"Not trained in this run: {', '.join(missing)}.", ""] if missing else lines


def combination(rows, weights: dict[str, float], count: str, has_omi: bool) -> list[str]:
    cells = [
        [r.name, r.auroc, r.auprc, percentage(r.sensitivity), figure(r.above) if r.above else ""]
        for r in rows
    ]
    heads = ["what", "AUROC", "AUPRC", "sensitivity at 90 % specificity", "AUROC above ami"]
    said = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
    lines = [
        "## Networks and criteria together",
        "",
        "A logistic rule of the networks' raw values and of which criteria are positive, "
        "fitted on the "
        f"other folds; {count}.",
        "",
        *table(heads, cells),
        "",
        f"Fitted on all records the rule is: {said}.",
        "",
    ]
    if not has_omi:
        lines += ["The out-of-fold values of `omi` were not there when this page was made.", ""]
    return lines


def protocols(gah: list[dict], loho: list[dict], count: str) -> list[str]:
    lines = [
        "## Several hospitals: a demonstration",
        "",
        "There is no data of several hospitals here. PTB-XL, LUDB and the simulator stand in "
        "for three; "
        "they differ in what their labels mean as much as in their recorders, so these "
        "figures show the "
        "two protocols and nothing about hospitals. The network is the plain CNN, trained "
        "briefly, since "
        f"every row needs a training. {count}",
        "",
    ]
    for name, rows in (
        ("Generalisation across hospitals (GAH)", gah),
        ("Leave one hospital out (LOHO)", loho),
    ):
        lines += [f"### {name}", "", *paper_table(rows), ""]
        said = "; ".join(f"{r['cohort']} {', '.join(map(str, r['thresholds']))}" for r in rows)
        lines += [f"Youden thresholds, from patients kept apart: {said}.", ""]
    return lines


def attention(rows: list[dict], in_time, in_territory, cam: dict) -> list[str]:
    cells = [
        [
            r["group"],
            r["records"],
            f"{r['area']:.3f}",
            r["before"],
            r["after"],
            r["gain"],
            percentage(r["top"]),
        ]
        for r in rows
    ]
    heads = [
        "ST raised in",
        "normal ECGs",
        "share of the map",
        "attention there before",
        "after",
        "gain",
        "heaviest step there",
    ]
    time, time_area, time_rows = in_time
    leads, lead_area, lead_rows = in_territory
    return [
        "## Where the attention lies",
        "",
        'ST is raised by 0.25 mV in ECGs read as normal. "There" is QRS-ST-T of the leads '
        "that changed.",
        "",
        *table(heads, cells),
        "",
        f"On {time_rows} infarct patterns that were found, {figure(time)} of the attention "
        "lies in QRS-ST-T, "
        f"which is {time_area:.3f} of the time. On {lead_rows} of them with a territory, "
        f"{figure(leads)} lies "
        f"in the territory's leads, which are {lead_area:.3f} of all.",
        "",
        f"Score-CAM, the slower explanation, of the {cam['records']} surest of these: "
        f"{figure(cam['share'])} in "
        f"QRS-ST-T, which is {cam['area']:.3f} of the time.",
        "",
    ]


def risk(points: list[dict], spread_max: float, distance_max: float, count: str) -> list[str]:
    cells = [
        [f"{100 * p['coverage']:.0f} %", p["records"], p["positives"], p["estimate"]]
        for p in points
    ]
    return [
        "## Abstention",
        "",
        f"Withheld above a distance of {distance_max} from the training ECGs (the 99.5th "
        f"percentile of {count}) "
        f"and above a spread of the members of {spread_max} (the 97.5th percentile on LUDB, "
        "which no member "
        "saw). The AUROC of the ECGs that are least far:",
        "",
        *table(["answered", "records", "positive", "AUROC"], cells),
        "",
        "The distance is for ECGs unlike any in training. Among PTB-XL's own ECGs it does not tell "
        "wrong answers from right ones: infarcts lie farther out than normal ECGs.",
        "",
    ]


def elsewhere(row: dict) -> list[str]:
    return [
        "## Another source: LUDB",
        "",
        f"The ensemble as shipped on {row['records']} adults of LUDB, of whom no member saw any; "
        f'{row["positives"]} have a scar or an undefined "ischaemia / scar / NSTEMI" in their '
        "header, which "
        f"is not the same label: AUROC {figure(row['estimate'])}.",
        "",
    ]


def cost(one: float, two: float, difference: float, size: int) -> list[str]:
    return [
        "## Cost and export",
        "",
        *table(
            ["what", "figure"],
            [
                [
                    "the five members, one thread, one ECG (processor time, least of 40)",
                    f"{one:.1f} ms",
                ],
                [
                    "the five members, two at a time, one ECG (wall time, least of 40)",
                    f"{two:.1f} ms",
                ],
                [
                    "greatest difference between ONNX and PyTorch, raw value, attention, distance",
                    f"{difference:.1e}",
                ],
                ["size of the five files", f"{size / 1e6:.2f} MB"],
            ],
        ),
        "",
    ]
