"""Markdown of the validation pages: every figure with its interval, its records and positives."""

from collections.abc import Iterable, Sequence

from .metrics import Estimate

NONE = "too few"


def figure(estimate: Estimate | None, digits: int = 3) -> str:
    """`0.912 (0.894 to 0.929)`, or that there were too few records to say."""
    if estimate is None or estimate.value != estimate.value:
        return NONE
    value, low, high = (f"{x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def percentage(estimate: Estimate | None) -> str:
    if estimate is None or estimate.value != estimate.value:
        return NONE
    value, low, high = (f"{100 * x:.1f}" for x in (estimate.value, estimate.low, estimate.high))
    return f"{value} % ({low} to {high})"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under a head of {len(header)}")
        lines.append("| " + " | ".join(_cell(cell) for cell in row) + " |")
    return lines


def subgroup_table(columns: dict[str, list[dict]]) -> list[str]:
    """Rows of `metrics.by_subgroup`, one column a measure, under one count of records."""
    names = list(columns)
    rows = []
    for row in zip(*columns.values(), strict=True):
        counts = {(one["cohort"], one["records"], one["positives"]) for one in row}
        if len(counts) != 1:
            raise ValueError(f"measures of unlike cohorts side by side: {sorted(counts)}")
        cohort, records, positives = counts.pop()
        rows.append([cohort, records, positives, *(figure(one["estimate"]) for one in row)])
    return table(["cohort", "records", "positive", *names], rows)


def _cell(value: object) -> str:
    if isinstance(value, Estimate):
        return figure(value)
    return str(value).replace("|", "\\|").replace("\n", " ")
