"""PTB-XL as it is published: ptbxl_database.csv beside records500/."""

import ast
from pathlib import Path

import numpy as np

from ..cohort import TWELVE, Cohort
from .shared_npz import AGE_OVER_89, RAW_RATE_HZ
from .table import Table
from .wfdb_signals import read_signals


def read_ptbxl(folder: Path, most: int | None = None) -> Cohort:
    table = Table(folder / "ptbxl_database.csv")
    table.rows = table.rows[:most]
    statements = [ast.literal_eval(text) for text in table.text("scp_codes")]
    codes = sorted({code for one in statements for code in one})
    columns = {code: np.array([code in one for one in statements]) for code in codes}
    columns["fold"] = table.number("strat_fold").astype(int)
    columns["stadium1"] = table.text("infarction_stadium1", otherwise="")
    age = table.number("age")
    return Cohort(
        name="ptbxl",
        leads=TWELVE,
        signals=read_signals([folder / one for one in table.text("filename_hr")], RAW_RATE_HZ),
        rate_hz=RAW_RATE_HZ,
        ids=table.text("ecg_id"),
        patients=np.array([f"ptbxl-{number:.0f}" for number in table.number("patient_id")]),
        age_years=np.where(age > 89, AGE_OVER_89, age),
        # PTB-XL writes 0 for male and 1 for female.
        male=1.0 - table.number("sex"),
        sites=table.text("site", otherwise="ptbxl"),
        columns=columns,
    )
