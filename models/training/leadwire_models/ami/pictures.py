"""Which real ECGs the page shows with their attention: the surest found of each territory, what was
missed, and what was wrongly found."""

import json
from pathlib import Path

import numpy as np

from ..networks.ami import READINGS
from ..omi.labels import INJURY
from .beside import run_script
from .figures import Measured

FOLDER = "ami"


def draw_pictures(
    of: Measured, said: np.ndarray, readings: np.ndarray, work: Path, page: Path, data: Path
) -> list[str]:
    chosen = _chosen(of, readings)
    listed = [
        {
            "id": int(of.cohort.ids[row]),
            "file": f"{name}.png",
            "line": f"MI pattern {of.probability[row]:.2f} (trace-reading labels)",
            "attention": [[round(float(x), 5) for x in lead] for lead in said[row]],
        }
        for name, row in chosen.items()
    ]
    path = work / "pictures.json"
    path.write_text(json.dumps(listed))
    run_script(
        "attention-pictures.ts", [str(path.resolve()), str((page.parent / FOLDER).resolve())], data
    )
    lines = []
    for name, row in chosen.items():
        codes = [
            c
            for c in of.cohort.columns
            if c.isupper() and len(c) <= 6 and of.cohort.columns[c][row]
        ]
        lines += [
            f"**{name.replace('-', ' ')}**: PTB-XL {of.cohort.ids[row]}, probability "
            f"{of.probability[row]:.2f}, read as {', '.join(codes)}",
            "",
            f"![{name}]({FOLDER}/{name}.png)",
            "",
        ]
    return lines


def _chosen(of: Measured, readings: np.ndarray) -> dict[str, int]:
    place = {name: k for k, name in enumerate(READINGS)}
    found, mi = of.positive, of.labels == 1
    alone = readings[:, [place["anterior"], place["inferior"], place["lateral"]]].sum(axis=1) == 1
    groups = {
        "anterior-found": (found & mi & alone & (readings[:, place["anterior"]] == 1), True),
        "inferior-found": (found & mi & alone & (readings[:, place["inferior"]] == 1), True),
        "injury-found": (found & of.cohort.has_any(INJURY), True),
        "missed": (~found & mi, False),
        "wrongly-found": (found & ~mi, True),
    }
    chosen = {}
    for name, (rows, greatest) in groups.items():
        these = np.flatnonzero(rows)
        if len(these):
            order = of.probability[these] * (1 if greatest else -1)
            chosen[name] = int(these[np.argmax(order)])
    return chosen
