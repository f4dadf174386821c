"""The files of the model: float members, their int8 twins, and which of the two is worth shipping."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..distance import Distance
from ..export import quantise, run_onnx, session
from ..golden import prepared_golden
from ..metrics import auroc
from ..networks.omi import Omi
from .calibration import REAL
from .exported import Exported, export_member
from .measure import Real
from .pools import WAVEFORM
from .predicted import FIELDS, Raw, findings_of, rows_of
from .sources import AGE_SEX, Source

# What rounding to int8 may cost of any AUROC.
LOSS_MAX = 0.003
# And of the raw values of the golden ECG, by which the service knows the right files.
ROUNDING_MAX = 0.04
EXAMPLES, PORTION = 48, 16
TIMED_RUNS = 12


@dataclass(frozen=True)
class Precision:
    name: str
    files: list[Path]
    bytes: int
    # Milliseconds of one thread for one ECG through all members, by the clock of the process.
    cpu_ms: float
    auroc: dict[str, float]
    # The greatest difference to PyTorch's raw values on the golden ECG.
    rounding: float


def exported(members: list[Omi], distance: list[Distance], folder: Path) -> list[Path]:
    paths = [folder / f"member-{k + 1}.onnx" for k in range(len(members))]
    for network, own, path in zip(members, distance, paths):
        export_member(network, own, path)
    return paths


def quantised(floats: list[Path], folder: Path, real: Source) -> list[Path]:
    """Ranges from ECGs that the member was trained on."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for held, path in enumerate(floats):
        pool = real.pool.only(np.flatnonzero(real.fold != held)[:: max(1, len(real.fold) // EXAMPLES)])
        ecg = rows_of(pool)
        examples = [
            {
                "ecg": ecg[slice(k, k + PORTION)].astype(np.float32),
                "age_sex": pool.age_sex[k : k + PORTION],
            }
            for k in range(0, len(ecg), PORTION)
        ]
        quantise(path, folder / path.name, examples)
        paths.append(folder / path.name)
    return paths


def examined(
    name: str, paths: list[Path], modules: list[Exported], real: Source, labels_of: Real
) -> Precision:
    """The files themselves, run out of fold."""
    parts: list[Raw] = []
    places: list[np.ndarray] = []
    cpu = 0.0
    for held, path in enumerate(paths):
        rows = np.flatnonzero(real.fold == held)
        pool = real.pool.only(rows)
        running = session(path)
        found = run_onnx(running, {"ecg": rows_of(pool), "age_sex": pool.age_sex})
        parts.append(Raw(*(found[one] for one in FIELDS)))
        places.append(rows)
        cpu += _cpu_ms(running, pool)
    order = np.argsort(np.concatenate(places))
    raw = Raw(*(np.concatenate([getattr(p, one) for p in parts])[order] for one in FIELDS))
    probabilities = findings_of(raw)
    scores = {}
    for finding in REAL:
        kept, labels, _, _ = labels_of.of(finding)
        scores[finding] = auroc(labels, probabilities[finding][kept])
    size = sum(path.stat().st_size for path in paths)
    rounding = max(_rounding(path, module) for path, module in zip(paths, modules))
    return Precision(name, paths, size, cpu, scores, rounding)


@torch.no_grad()
def _rounding(path: Path, module: Exported) -> float:
    inputs = prepared_golden(WAVEFORM, AGE_SEX)
    found = run_onnx(session(path), inputs)
    expected = module.eval()(*(torch.from_numpy(one) for one in inputs.values()))
    differences = [np.abs(one - two.numpy()).max() for one, two in zip(found.values(), expected)]
    return float(max(differences))


def _cpu_ms(running, pool) -> float:
    one = {"ecg": rows_of(pool)[slice(0, 1)], "age_sex": pool.age_sex[:1]}
    run_onnx(running, one)
    times = []
    for _ in range(TIMED_RUNS):
        before = time.process_time()
        run_onnx(running, one)
        times.append(time.process_time() - before)
    return 1000 * float(np.median(times))


def better(floats: Precision, ints: Precision) -> Precision:
    """int8 where no AUROC loses more than it may and the files are smaller and no slower."""
    loss = max(floats.auroc[one] - ints.auroc[one] for one in floats.auroc)
    worth = ints.bytes < floats.bytes and ints.cpu_ms <= floats.cpu_ms
    told = ints.rounding <= ROUNDING_MAX
    return ints if loss <= LOSS_MAX and worth and told else floats
