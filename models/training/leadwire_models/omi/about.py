"""The words of the `omi` card: what the model is, what it may be called, and what it is not."""

from ..card import PTBXL_CREDIT, local_code
from ..networks.omi import CLASSES, PAPER, Shape
from .labels import NON_OMI, OMI
from .predicted import CULPRITS, READ

COMMAND = "python -m leadwire_models omi --data DATA --out ../omi"
TITLE = "Occlusion-like pattern and its artery (simulated labels), infarct pattern and LBBB (trace reading)"
INTENDED = (
    "Study beside usual care, in adults with a 12-lead ECG of ten seconds: points at ECGs that look "
    "like a simulated coronary occlusion, and at infarct patterns and left bundle branch block as a "
    "cardiologist reads them off a trace."
)
NOT_INTENDED = (
    "Deciding on catheterisation, ruling an occlusion out, children, paced rhythms. No ECG of an "
    "angiographically proven occlusion was seen in training or in testing."
)
SIMULATED_WORDS = {
    "omi": ("occlusion-like-pattern", "Occlusion-like pattern"),
    "culprit-lm-lad": ("culprit-lm-lad-like-pattern", "Pattern as of the left main or LAD"),
    "culprit-lcx": ("culprit-lcx-like-pattern", "Pattern as of the circumflex artery"),
    "culprit-rca": ("culprit-rca-like-pattern", "Pattern as of the right coronary artery"),
    "non-occlusive-mi": (
        "infarct-like-pattern-without-occlusion",
        "Infarct-like pattern without occlusion, old or subendocardial",
    ),
}
READ_WORDS = {
    "infarct-pattern": ("infarct-pattern", "Infarct or injury pattern, old ones included"),
    "anterior-pattern": ("anterior-infarct-pattern", "Anterior infarct or injury pattern"),
    "inferior-pattern": ("inferior-infarct-pattern", "Inferior infarct or injury pattern"),
    "lbbb": ("lbbb-pattern", "Left bundle branch block pattern"),
}
LIMITS = [
    "Occlusion and culprit were learned from this project's simulator alone. Nothing here says how "
    "often a real occlusion would be found: that needs angiography.",
    "The simulator's populations were fitted to the even folds of PTB-XL, so simulated and real "
    "training ECGs are not independent of the PTB-XL ECGs that the figures were measured on.",
    "Infarct, injury, territory and LBBB are readings of the trace, most infarcts of them old.",
    "One source of real ECGs (PTB-XL, one German institute and its recorders); no other hospital, "
    "device or country was measured.",
    "Figures on real ECGs are each by the one member that never saw the patient. The five members "
    "together cannot be measured on these patients, since four of them saw each.",
    "Members 3 to 5 were tuned for fewer steps than members 1 and 2, for want of time on two CPU "
    "cores; all are short of what longer training would reach.",
    "Old infarcts count as infarcts without occlusion, which angiography labels would not do.",
    "Probabilities of occlusion and culprit hold at the simulated department's prevalence; those of "
    "the readings at PTB-XL's. A site sets its own prevalence in its policy.",
]
CREDITS = [
    "The network's shape, its inputs and its ten classes: Gustafsson S, Ribeiro AH, Gedon D, et al. "
    "Nature Communications 2026;17:4336. The weights are ours, not theirs.",
    PTBXL_CREDIT,
]


def shape_words(shape: Shape, weights: int) -> str:
    own, published = (", ".join(map(str, one.filters)) for one in (shape, PAPER))
    last = "one last layer for all time steps" if shape.head == "mean" else "a last layer as published"
    return (
        f"The published network in depth, kernels, strides and streams, with {own} filters (published: "
        f"{published}), {shape.beside} units for age and sex, dropout {shape.dropout} and {last}. "
        f"{weights} weights a member; five members from one pre-training."
    )


def findings(calibration, points: list[dict]) -> list[dict]:
    """The card's findings; each has its own provenance, calibration and decision points."""
    found = []
    for name, (code, words) in (SIMULATED_WORDS | READ_WORDS).items():
        simulated = name in SIMULATED_WORDS
        labels = "simulated labels" if simulated else "trace-reading labels"
        found.append(
            {
                "id": name,
                "title": f"{words} ({labels})",
                "code": local_code(f"{code}-{labels.split()[0]}", f"{words}, {labels}"),
                "beside": [],
                "output": _output(name),
                "classes": _classes(name),
                "labelProvenance": "simulated" if simulated else "trace-reading",
                "besideCriteria": name == "omi",
                "calibration": calibration.lines[name],
                "trainingPrevalence": calibration.prevalence[name],
                "decisionPoints": [one for one in points if one["finding"] == name],
            }
        )
    return found


def _output(name: str) -> str:
    if name in SIMULATED_WORDS:
        return "classes"
    return "lbbb" if name == "lbbb" else "readings"


def _classes(name: str) -> list[str]:
    if name == "omi":
        return list(OMI)
    if name == "non-occlusive-mi":
        return list(NON_OMI)
    if name in CULPRITS:
        return [one for one in CLASSES if one.endswith(CULPRITS[name])]
    return [READ.get(name, name)]
