import numpy as np
import pytest

from leadwire_models.calibrate import (
    apply_platt,
    cross_fitted,
    fit_platt,
    fit_temperature,
    logit,
    sigmoid,
)
from leadwire_models.metrics import expected_calibration_error


def test_a_line_that_was_bent_on_purpose_is_found_again():
    rng = np.random.default_rng(1)
    true = rng.normal(-1, 1.5, 20_000)
    labels = (rng.random(20_000) < sigmoid(true)).astype(int)
    bent = sigmoid((true + 0.7) / 0.5)
    line = fit_platt(bent, labels)
    assert line["slope"] == pytest.approx(0.5, abs=0.03)
    assert line["intercept"] == pytest.approx(-0.7, abs=0.05)
    better = expected_calibration_error(labels, apply_platt(bent, line))
    assert better < 0.01 < expected_calibration_error(labels, bent)


def test_each_fold_is_calibrated_by_the_others_alone():
    rng = np.random.default_rng(2)
    p, labels = rng.uniform(0.1, 0.9, 400), rng.integers(0, 2, 400)
    fold = np.arange(400) % 5
    found = cross_fitted(p, labels, fold)
    changed = labels.copy()
    changed[fold == 0] = 1 - changed[fold == 0]
    again = cross_fitted(p, changed, fold)
    assert (found[fold == 0] == again[fold == 0]).all()
    assert (found[fold == 1] != again[fold == 1]).any()


def test_a_temperature_undoes_what_made_a_softmax_too_sure():
    rng = np.random.default_rng(3)
    raw = rng.normal(0, 1, (20_000, 4))
    p = np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
    drawn = (p.cumsum(1) > rng.random((20_000, 1))).argmax(1)
    allowed = np.eye(4, dtype=bool)[drawn]
    assert fit_temperature(3 * raw, allowed) == pytest.approx(3, rel=0.05)


def test_certainty_stays_finite():
    assert np.isfinite(logit(np.array([0.0, 1.0]))).all()
