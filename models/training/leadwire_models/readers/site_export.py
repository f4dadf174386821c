"""A site's own ECGs with what was true in the end.

The folder holds WFDB records, `ecgs.csv` (ecg_id, record, patient, site, age_years, sex) and
`outcomes.csv` (ecg_id, finding_id, says, source, at_ms), one line a word that somebody said, as
the service's ledger keeps it.
"""

from pathlib import Path

import numpy as np

from ..cohort import TWELVE, Cohort
from .table import Table, male_of
from .wfdb_signals import read_signals

# Whose word counts when two disagree: the later in this list; of one source, the latest word.
SOURCES = ("board", "fhir", "file")


def read_site_export(folder: Path, rate_hz: int) -> Cohort:
    ecgs = Table(folder / "ecgs.csv")
    ids = ecgs.text("ecg_id")
    return Cohort(
        name=f"site-{folder.name}",
        leads=TWELVE,
        signals=read_signals([folder / one for one in ecgs.text("record")], rate_hz),
        rate_hz=rate_hz,
        ids=ids,
        patients=ecgs.text("patient"),
        age_years=ecgs.number("age_years"),
        male=male_of(ecgs.text("sex", otherwise="")),
        sites=ecgs.text("site", otherwise=folder.name),
        columns=outcomes_of(Table(folder / "outcomes.csv"), ids),
    )


def outcomes_of(said: Table, ids: np.ndarray) -> dict[str, np.ndarray]:
    """A column a finding: 1 present, 0 absent, NaN where nobody said anything."""
    place = {one: row for row, one in enumerate(ids)}
    findings = said.text("finding_id")
    columns = {name: np.full(len(ids), np.nan) for name in sorted(set(findings))}
    rank = [SOURCES.index(one) if one in SOURCES else -1 for one in said.text("source")]
    for k in np.lexsort((said.number("at_ms"), rank)):
        row = place.get(said.text("ecg_id")[k])
        if row is not None:
            columns[findings[k]][row] = float(said.text("says")[k] == "present")
    return columns
