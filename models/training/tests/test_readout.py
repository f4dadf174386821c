"""The last layer of `eianet`, fitted anew."""

import numpy as np
import torch

from leadwire_models.calibrate import sigmoid
from leadwire_models.eianet import beside
from leadwire_models.eianet.labels import of_pages
from leadwire_models.eianet.pictures import HEIGHT, MEASURES, WIDTH
from leadwire_models.eianet.predicted import look
from leadwire_models.eianet.readout import fitted_line, read_out
from leadwire_models.eianet.sources import Source
from leadwire_models.networks.eianet import EiaNet

RNG = np.random.default_rng(4)


def test_it_says_as_many_positives_as_there_are_and_each_source_counts_the_same() -> None:
    labels = np.concatenate([RNG.random(40) < 0.5, RNG.random(400) < 0.1]).astype(float)
    features = RNG.normal(size=(440, 6)) + labels[:, None] * [2, 0, 1, 0, 0, 0]
    weights = np.concatenate([np.full(40, 1 / 40), np.full(400, 1 / 400)])
    line = fitted_line(features * 3 + 1, labels, weights)
    said = sigmoid((features * 3 + 1) @ line[:-1] + line[-1])
    share = (weights * labels).sum() / weights.sum()
    assert abs((weights * said).sum() / weights.sum() - share) < 1e-3
    assert said[labels == 1].mean() > said[labels == 0].mean() + 0.3


def test_it_changes_one_head_and_nothing_else() -> None:
    kinds = np.array(["mi", "norm", "hmi", "norm"] * 3)
    rows = len(kinds)
    pictures = (RNG.random((rows, HEIGHT, WIDTH)) < 0.02 * (1 + (kinds == "mi"))[:, None, None]) * 255
    source = Source(
        pictures.astype(np.uint8), of_pages(kinds), beside.of_pages(kinds),
        np.full((rows, len(MEASURES)), np.nan), np.zeros(rows), np.ones(rows), kinds, kinds,
    )
    torch.manual_seed(2)
    network = EiaNet(4).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    read_out(network, [source])
    moved = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert moved == {"heads.weight", "heads.bias"}
    assert torch.equal(network.heads.weight[1:], before["heads.weight"][1:])
    raw = look(network, source.pictures)[0]
    assert raw[kinds == "mi"].min() > raw[kinds == "norm"].max()
