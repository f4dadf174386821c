"""Columns of a CSV by name, whatever their case and spacing."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

TRUE = ("1", "1.0", "true", "yes", "y", "present")


class Table:
    def __init__(self, path: Path) -> None:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
        self.path = path
        self.names = [_plain(name) for name in rows[0]]
        self.rows = [row for row in rows[1:] if row]

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, *names: str, otherwise: str | None = None) -> np.ndarray:
        """The first of these columns that the table has."""
        for name in names:
            if _plain(name) in self.names:
                place = self.names.index(_plain(name))
                return np.array([row[place].strip() for row in self.rows], dtype=str)
        if otherwise is None:
            raise ValueError(f"{self.path} has none of the columns {', '.join(names)}")
        return np.full(len(self.rows), otherwise)

    def number(self, *names: str) -> np.ndarray:
        return np.array([_number(value) for value in self.text(*names, otherwise="")])

    def flag(self, *names: str) -> np.ndarray:
        return np.array([value.lower() in TRUE for value in self.text(*names)])


def male_of(sex: Sequence[str]) -> np.ndarray:
    """1 male, 0 female, NaN unknown, from words or letters."""
    known = {"m": 1.0, "male": 1.0, "f": 0.0, "female": 0.0}
    return np.array([known.get(value.strip().lower(), np.nan) for value in sex])


def _plain(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")
