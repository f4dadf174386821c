"""The last layer, fitted anew once the network is trained.

Trained together with all the others it learns by heart which ECGs it was shown. Fitted at the end,
on the features of as many ECGs of each source and with a ridge, it says more of ECGs that the network
never saw. Only `surrogate` is fitted: the other heads taught, and are not shipped.
"""

import numpy as np
import torch

from ..ami.logistic import fit_logistic
from ..networks.eianet import EiaNet
from .predicted import look
from .sources import SEED, Source

RIDGE = 3.0
ROWS_EACH = 1500


def read_out(network: EiaNet, sources: list[Source]) -> EiaNet:
    """Every source weighs the same, however many ECGs it has."""
    rng = np.random.default_rng(SEED)
    features, labels, weights = [], [], []
    for source in sources:
        known = np.flatnonzero(~np.isnan(source.labels[:, 0]))
        rows = np.sort(rng.permutation(known)[:ROWS_EACH])
        features.append(look(network, source.pictures[rows])[1])
        labels.append(source.labels[rows, 0])
        weights.append(np.full(len(rows), 1 / len(rows)))
    fitted = fitted_line(*(np.concatenate(one) for one in (features, labels, weights)))
    with torch.no_grad():
        network.heads.weight[0] = torch.from_numpy(fitted[:-1].astype(np.float32))
        network.heads.bias[0] = float(fitted[-1])
    return network


def fitted_line(features: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of features as they are: their weights, the intercept last."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = (features - mean) / deviation
    line = fit_logistic(scaled, labels, RIDGE, weights)
    # The ridge draws every value towards the middle: a slope without one sets the scale again.
    along = scaled @ line[:-1] + line[-1]
    slope, offset = fit_logistic(along[:, None], labels, 0.0, weights)
    inner = slope * line[:-1] / deviation
    return np.append(inner, slope * line[-1] + offset - inner @ mean)
