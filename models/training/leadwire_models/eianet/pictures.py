"""What the network is shown: the product's own command draws it, so training and service agree."""

import json
import subprocess
from pathlib import Path

import numpy as np

from ..cohort import Cohort

PIXELS_PER_MM = 1.28
WIDTH, HEIGHT = 320, 128


def pictured(folder: Path, product: Path) -> np.ndarray:
    """uint8 [n, height, width] of the ECGs of a folder of arrays; drawn where not yet there."""
    return drawn(folder / "pictures.u8", product, "--arrays", folder)


def pictured_cohort(cohort: Cohort, folder: Path, product: Path) -> np.ndarray:
    """The same of any cohort in microvolts, which is written beside as arrays first."""
    if not (folder / "meta.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        steps = np.rint(cohort.signals * cohort.microvolts_a_step).clip(-32767, 32767)
        steps.astype("<i2").tofile(folder / "ecg.i16")
        meta = {
            "count": len(cohort),
            "samples": int(cohort.signals.shape[2]),
            "sampleRateHz": cohort.rate_hz,
            "leads": list(cohort.leads),
        }
        (folder / "meta.json").write_text(json.dumps(meta))
    return pictured(folder, product)


def drawn(
    target: Path, product: Path, kind: str, source: Path, more: list[str] | None = None
) -> np.ndarray:
    about = target.with_name(target.name + ".json")
    if not about.exists():
        command = ["node", str(product / "bin" / "leadwire.js"), "pictures", kind, str(source)]
        scale = ["--pixels-per-mm", str(PIXELS_PER_MM)]
        subprocess.run(
            [*command, "--out", str(target), *scale, *(more or [])],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    said = json.loads(about.read_text())
    if (said["height"], said["width"]) != (HEIGHT, WIDTH):
        raise ValueError(f"{target} has other sides than {HEIGHT} x {WIDTH}; remove it")
    if said["count"] == 0:
        return np.zeros((0, HEIGHT, WIDTH), dtype=np.uint8)
    return np.memmap(target, dtype=np.uint8, mode="r", shape=(said["count"], HEIGHT, WIDTH))
