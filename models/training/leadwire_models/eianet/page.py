"""The section of docs/validation/pictures.md on `eianet`. Every number comes from the run that wrote
it; what stands outside the markers belongs to another command."""

from dataclasses import dataclass
from pathlib import Path

from ..metrics import calibration_curve
from ..report import figure, percentage, subgroup_table, table
from .figures import Decided, Row

BEGIN, END = "<!-- eianet -->", "<!-- /eianet -->"
TITLE = "# Pictures of paper ECGs"
AIM, ERASED_MAX, QUANTISED_LOSS_MAX = 0.95, 0.60, 0.003


@dataclass(frozen=True)
class Erased:
    """How many erased pages were read back, of how many, and what still tells the classes apart."""

    read: int
    of: int
    flat: list[Row]
    own: list[Row]


@dataclass(frozen=True)
class Found:
    """All that the section tells."""

    command: str
    weights: int
    read: tuple[int, int, dict[str, int]]
    main: list[Row]
    erased: Erased
    across: list[Row]
    simulated: list[Row]
    by_condition: list[tuple[str, int, int]]
    groups: list[dict]
    above: list[tuple[str, int, int]]
    beside: dict[str, list[Row]]
    decided: Decided
    quantised: tuple[Row, Row, float, int, int]
    spread_max: float
    distance_max: float
    withheld: list[tuple[str, int, int]]
    times: list[str]


def write_section(path: Path, found: Found) -> None:
    text = path.read_text() if path.exists() else f"{TITLE}\n"
    section = "\n".join([BEGIN, "", *_section(found), "", END])
    if BEGIN in text:
        before, rest = text.split(BEGIN, 1)
        text = before + section + rest.split(END, 1)[1]
    else:
        text = f"{text.rstrip()}\n\n{section}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _section(found: Found) -> list[str]:
    return [
        *_head(found),
        *_main(found),
        *_erased(found),
        *_across(found),
        *_simulated(found),
        *_people(found),
        *_beside(found),
        *_calibration(found.decided),
        *_quantised(found),
        *_withheld(found),
        "### Time on a processor",
        "",
        "From the samples to the findings, picture work included (`npm run bench -- --only models`); "
        "the aim is 150 ms on two cores.",
        "",
        *found.times,
    ]


def _head(found: Found) -> list[str]:
    read, of, refused = found.read
    why = ", ".join(f"{count} {code}" for code, count in sorted(refused.items()))
    return [
        "## The `eianet` network",
        "",
        f"Made by `{found.command}`; do not edit. Intervals are 95 %, by a bootstrap over patients, "
        "over pages where there are no patient numbers. Pages: Khan et al., ECG images dataset, "
        "Mendeley Data, CC BY 4.0. PTB-XL: Wagner et al., Sci Data 2020, CC BY 4.0.",
        "",
        "**The score is no probability of cardiac arrest.** Its label is a surrogate: simulated "
        "rhythms of a heart about to stop, simulated occlusions and pages of acute infarcts against "
        "normal and harmless ECGs; old infarcts and ischaemia are left out of it.",
        "",
        f"ResNet50 at a quarter of its width ({found.weights} weights a member), spatial attention "
        "after each of its four layers, one channel of 320 by 128 places. It always sees the standard "
        "page, drawn by us; a page of paper is read back into an ECG first. It was taught readings, "
        "conditions and the service's own measurements beside its label, and its last layer was fitted "
        "anew at the end (docs/adr/0017-eianet.md). "
        f"Of {of} files of ecg-images {read} were read back with all twelve leads"
        + (f"; the others were refused: {why}." if refused else "."),
        "The pages have no patient numbers, so the folds are by page: two pages of one patient may "
        "lie on both sides, and the figures on pages may flatter.",
        "",
    ]


def _main(found: Found) -> list[str]:
    first = found.main[0]
    reached = "reached" if first.estimate.value >= AIM else "missed"
    return [
        "### Acute infarction on pages, out of fold",
        "",
        *_rows(found.main),
        "",
        f"The aim against normal pages was {AIM:.2f}; it is {figure(first.estimate)}: {reached}.",
        "",
    ]


def _erased(found: Found) -> list[str]:
    control = found.erased
    worst = max(row.estimate.value for row in control.flat)
    verdict = "kept" if worst <= ERASED_MAX else "not kept"
    return [
        "### The same pages without their traces",
        "",
        f"As pages go in the service: of {control.of} pages with their traces erased {control.read} "
        "were read back; the others have no score.",
        "",
        "What reading back leaves of the paper: the standard page of each, every trace made flat "
        f"where it is known. No figure was to be above {ERASED_MAX:.2f}: {verdict}.",
        "",
        *_rows(control.flat),
        "",
        "What a network would be shown without reading back: the pipeline on the page's own pixels, "
        "cropped to where the traces were. The classes differ in layout, so the names of the leads "
        "alone may tell them apart. `eianet` never "
        "sees these pixels.",
        "",
        *_rows(control.own),
        "",
    ]


def _across(found: Found) -> list[str]:
    return [
        "### Across sources",
        "",
        "Each line is one network that was pre-trained on simulated ECGs and tuned without the "
        "source on which it is measured. The infarcts of PTB-XL are readings of the trace, most "
        "of them old.",
        "",
        *_rows(found.across),
        "",
    ]


def _simulated(found: Found) -> list[str]:
    rows = [
        [condition, count, percentage_of(above, count)]
        for condition, count, above in found.by_condition
    ]
    return [
        "### Simulated ECGs of generator parameters apart",
        "",
        "The five members together, which saw none of these.",
        "",
        *_rows(found.simulated),
        "",
        "Above the threshold:",
        "",
        *table(["condition", "ECGs", "above"], rows),
        "",
    ]


def _people(found: Found) -> list[str]:
    above = [[name, count, percentage_of(many, count)] for name, count, many in found.above]
    return [
        "### By sex and age",
        "",
        "PTB-XL out of fold, infarct as a cardiologist read it, most of them old, against normal. "
        "The network was never told of these infarcts as positives of its score.",
        "",
        *subgroup_table({"AUROC": found.groups}),
        "",
        "Normal ECGs of PTB-XL above the threshold, out of fold:",
        "",
        *table(["cohort", "normal ECGs", "above"], above),
        "",
    ]


def _beside(found: Found) -> list[str]:
    names = list(found.beside)
    first = found.beside[names[0]]
    rows = [
        [
            row.cohort,
            row.records,
            row.positives,
            *(figure(found.beside[name][k].estimate) for name in names),
        ]
        for k, row in enumerate(first)
    ]
    return [
        "### Beside a plainer network",
        "",
        "`resnet50` has no attention and plain cross-entropy; its budget, its pictures, its draws and "
        "the fitting of its last layer are the same.",
        "",
        *table(["AUROC", "records", "positive", *names], rows),
        "",
        *(_gain(found.beside, name) for name in names[1:]),
        "",
    ]


def _gain(beside: dict[str, list[Row]], name: str) -> str:
    """In words, so that nobody need compare two columns to see it."""
    ours, plain = (beside[one][0].estimate for one in ("eianet", name))
    gain = ours.value - plain.value
    inside = plain.low <= ours.value <= plain.high
    return (
        f"On acute against normal pages the gain over `{name}` is {gain:+.3f}, "
        + ("inside its interval: no difference was shown." if inside else "outside its interval.")
    )


def _calibration(decided: Decided) -> list[str]:
    rows = [
        [f"{one['from']:.1f} to {one['to']:.1f}", one["records"], f"{one['stated']:.3f}", f"{one['observed']:.3f}"]
        for one in calibration_curve(decided.labels, decided.apart)
    ]
    return [
        "### Calibration and threshold",
        "",
        f"On {len(decided.labels)} pages (acute infarct against normal and abnormal beats), out of "
        "fold, each fold's line fitted on the others: expected calibration error "
        f"{figure(decided.calibration_error)}. "
        f"The card's training prevalence is {decided.prevalence}; at a site's own the odds are "
        "shifted.",
        "",
        *table(["stated", "pages", "stated, mean", "observed"], rows),
        "",
        f"At {decided.threshold} (specificity 95 % on these pages): sensitivity "
        f"{percentage(decided.sensitivity)}, specificity {percentage(decided.specificity)}.",
        "",
    ]


def _quantised(found: Found) -> list[str]:
    whole, small, moved, bytes_whole, bytes_small = found.quantised
    loss = whole.estimate.value - small.estimate.value
    return [
        "### Whole numbers of eight bits",
        "",
        f"Out of fold on pages, float32 {figure(whole.estimate)} and int8 {figure(small.estimate)}: "
        f"a loss of {loss:.4f} where {QUANTISED_LOSS_MAX} is allowed. Raw values move by up to "
        f"{moved:.2f}. A member has {bytes_whole / 1e6:.1f} MB in float32 and "
        f"{bytes_small / 1e6:.1f} MB in int8. Float32 ships: all weights stay under 80 MB with it, "
        "and a golden vector holds it to a thousandth on any processor, which int8 cannot keep.",
        "",
    ]


def _withheld(found: Found) -> list[str]:
    rows = [[name, count, percentage_of(many, count)] for name, count, many in found.withheld]
    return [
        "### Withheld",
        "",
        f"By a distance above {found.distance_max} or a spread of the members above "
        f"{found.spread_max} (the spread only where no member saw the ECG):",
        "",
        *table(["cohort", "ECGs", "withheld"], rows),
        "",
    ]


def _rows(rows: list[Row]) -> list[str]:
    return table(
        ["cohort", "records", "positive", "AUROC"],
        [[r.cohort, r.records, r.positives, figure(r.estimate)] for r in rows],
    )




def percentage_of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"
