"""What the network is shown: the product's own command draws it, so training and service agree."""

import json
import subprocess
from pathlib import Path

import numpy as np

from ..cohort import TWELVE, Cohort

PICTURES = "pictures.u8"
PIXELS_PER_MM = 1.28
WIDTH, HEIGHT = 320, 128
# What the service measures of each lead and of each ECG, in its order, and what counts as one there.
# Heights in microvolts are told by their inverse hyperbolic sine: a tall R must not drown an ST level.
OF_A_LEAD = ("q", "qMs", "r", "s", "j", "j60", "j80", "t", "tOpposite", "p")
OF_ALL = ("rateBpm", "irregularity", "prMs", "qrsMs", "qtcFridericiaMs")
MEASURES = [*(f"{lead}.{name}" for lead in TWELVE for name in OF_A_LEAD), *OF_ALL]
UNITS = {"qMs": 20, "rateBpm": 30, "irregularity": 0.2, "prMs": 40, "qrsMs": 30, "qtcFridericiaMs": 50}
MICROVOLTS = 100


def pictured(folder: Path, product: Path) -> np.ndarray:
    """uint8 [n, height, width] of the ECGs of a folder of arrays; drawn where not yet there."""
    return drawn(folder / PICTURES, product, "--arrays", folder)


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
    if said["measures"] not in ([], MEASURES):
        raise ValueError(f"{target} was measured in another order; remove it")
    if said["count"] == 0:
        return np.zeros((0, HEIGHT, WIDTH), dtype=np.uint8)
    return np.memmap(target, dtype=np.uint8, mode="r", shape=(said["count"], HEIGHT, WIDTH))


def measured(pictures: Path) -> np.ndarray:
    """float32 [n, measures] of what `drawn` wrote beside its pictures; NaN where nothing was."""
    values = np.fromfile(pictures.with_name(pictures.name + ".f32"), "<f4").reshape(-1, len(MEASURES))
    for k, name in enumerate(MEASURES):
        unit = UNITS.get(name.split(".")[-1])
        values[:, k] = values[:, k] / unit if unit else np.arcsinh(values[:, k] / MICROVOLTS)
    return values
