"""What the members say of ECGs they never saw, kept on disk so that reports cost no second run."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from ..calibrate import sigmoid, softmax
from ..distance import Distance, fit_distance
from ..export import run_onnx, session
from ..networks.omi import CLASSES, Omi
from ..training import predict
from .exported import export_member
from .labels import NON_OMI, OMI, READINGS, mask
from .pools import Pool
from .sources import Source
from .stages import unseen

# Of the simulated ECGs every n-th is enough to say where the features of the training ECGs lie.
DISTANCE_EVERY = 20
CULPRITS = {"culprit-lm-lad": "lmca_lad", "culprit-lcx": "lcx", "culprit-rca": "rca"}
READ = dict(zip(("infarct-pattern", "anterior-pattern", "inferior-pattern"), READINGS))


@dataclass(frozen=True)
class Raw:
    """Raw values of one network, or the mean of several; rows are ECGs."""

    classes: np.ndarray
    lbbb: np.ndarray
    distance: np.ndarray
    readings: np.ndarray

    def take(self, rows: np.ndarray) -> "Raw":
        return Raw(*(getattr(self, name)[rows] for name in FIELDS))


FIELDS = ("classes", "lbbb", "distance", "readings")


def findings_of(raw: Raw, temperature: float = 1.0) -> dict[str, np.ndarray]:
    """The probability of each finding before its own calibration, as the service sums it up."""
    p = softmax(raw.classes / temperature)
    found = {"omi": p[:, mask(OMI)].sum(1)}
    for name, artery in CULPRITS.items():
        found[name] = p[:, [one.endswith(artery) for one in CLASSES]].sum(1)
    found["non-occlusive-mi"] = p[:, mask(NON_OMI)].sum(1)
    for k, name in enumerate(READ):
        found[name] = sigmoid(raw.readings[:, k])
    return found | {"lbbb": sigmoid(raw.lbbb[:, 0])}


def distance_of(
    held: int, network: Omi, raw: Source, simulation: Pool, path: Path
) -> Distance:
    """From the ECGs that the member was trained on; kept in a file."""
    found = Distance(network.shape.filters[-1])
    if path.exists():
        found.load_state_dict(torch.load(path, weights_only=True))
        return found
    thinned = simulation.only(np.arange(0, len(simulation.place), DISTANCE_EVERY))
    features = [_features(network, pool) for pool in (unseen(raw, held), thinned)]
    found = fit_distance(np.concatenate(features))
    torch.save(found.state_dict(), path)
    return found


@torch.no_grad()
def _features(network: Omi, pool: Pool) -> np.ndarray:
    class Pooled(torch.nn.Module):
        def forward(self, ecg: torch.Tensor) -> torch.Tensor:
            return network.trunk(ecg).mean(dim=2)

    return predict(Pooled(), (rows_of(pool),))[0]


class rows_of:
    """The prepared ECGs of a pool as one array that is read portion by portion."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def __len__(self) -> int:
        return len(self.pool.place)

    def __getitem__(self, rows: slice) -> np.ndarray:
        return np.stack([self.pool.ecg[a][r] for a, r in self.pool.place[rows]])


def said_by(network: Omi, distance: Distance, pool: Pool) -> Raw:
    """By the file as it would be shipped, which is also faster than PyTorch."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "member.onnx"
        export_member(network, distance, path)
        found = run_onnx(session(path), {"ecg": rows_of(pool), "age_sex": pool.age_sex})
    return Raw(*(found[name] for name in FIELDS))


def out_of_fold(members: list[Omi], distance: list[Distance], source: Source) -> Raw:
    """Each ECG by the one member that never saw its patient."""
    parts, places = [], []
    for held, (network, own) in enumerate(zip(members, distance)):
        rows = np.flatnonzero(source.fold == held)
        if len(rows):
            parts.append(said_by(network, own, source.pool.only(rows)))
            places.append(rows)
    order = np.argsort(np.concatenate(places))
    return Raw(*(np.concatenate([getattr(p, name) for p in parts])[order] for name in FIELDS))


def mean_of(each: list[Raw]) -> Raw:
    return Raw(*(np.mean([getattr(one, name) for one in each], axis=0) for name in FIELDS))


def kept(path: Path, make) -> Raw:
    """From its file, or made now and put there."""
    if not path.exists():
        made = make()
        np.savez(path, **{name: getattr(made, name) for name in FIELDS})
    loaded = np.load(path)
    return Raw(*(loaded[name] for name in FIELDS))
