"""The figures beside scikit-learn's, on scores with and without ties."""

import numpy as np
import pytest

from leadwire_models import metrics
from leadwire_models.report import figure, subgroup_table, table

sk = pytest.importorskip("sklearn.metrics")


def drawn(ties: bool) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    labels = (rng.random(400) < 0.25).astype(int)
    scores = np.clip(0.3 * labels + rng.random(400) * 0.7, 0, 1)
    return labels, np.round(scores, 1) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
def test_areas_and_errors_equal_those_of_scikit_learn(ties: bool) -> None:
    labels, scores = drawn(ties)
    assert metrics.auroc(labels, scores) == pytest.approx(sk.roc_auc_score(labels, scores))
    assert metrics.auprc(labels, scores) == pytest.approx(
        sk.average_precision_score(labels, scores)
    )
    assert metrics.brier(labels, scores) == pytest.approx(sk.brier_score_loss(labels, scores))


@pytest.mark.parametrize("ties", [False, True])
def test_thresholds_lie_where_the_curve_of_scikit_learn_has_them(ties: bool) -> None:
    labels, scores = drawn(ties)
    false, found, _ = sk.roc_curve(labels, scores, drop_intermediate=False)
    positive = scores >= metrics.youden_threshold(labels, scores)
    reached = metrics.sensitivity(labels, positive) + metrics.specificity(labels, positive) - 1
    assert reached == pytest.approx(np.max(found - false))
    at = metrics.sensitivity_at_specificity(labels, scores, 0.9)
    assert at == pytest.approx(np.max(found[false <= 0.1 + 1e-12]))


def test_decisions_equal_those_of_scikit_learn() -> None:
    labels, scores = drawn(False)
    positive = scores >= 0.5
    assert metrics.weighted_f1(labels, positive) == pytest.approx(
        sk.f1_score(labels, positive, average="weighted")
    )
    assert metrics.sensitivity(labels, positive) == pytest.approx(sk.recall_score(labels, positive))
    assert metrics.specificity(labels, positive) == pytest.approx(
        sk.recall_score(labels, positive, pos_label=0)
    )
    assert metrics.predictive_value(labels, positive) == pytest.approx(
        sk.precision_score(labels, positive)
    )
    assert metrics.negative_predictive_value(labels, positive) == pytest.approx(
        sk.precision_score(labels, positive, pos_label=0)
    )


def test_calibration_error_is_the_gap_and_nothing_where_there_is_none() -> None:
    labels = np.array([0, 0, 0, 1] * 25)
    assert metrics.expected_calibration_error(labels, np.full(100, 0.25)) == pytest.approx(0)
    assert metrics.expected_calibration_error(labels, np.full(100, 0.65)) == pytest.approx(0.4)


def test_one_class_has_no_area() -> None:
    assert np.isnan(metrics.auroc(np.zeros(5, dtype=int), np.arange(5.0)))
    assert np.isnan(metrics.auprc(np.zeros(5, dtype=int), np.arange(5.0)))


def test_an_interval_resamples_patients_and_not_records() -> None:
    """A hundred copies of each of twenty patients tell no more than the twenty."""
    rng = np.random.default_rng(1)
    labels, scores = (rng.random(20) < 0.5).astype(int), rng.random(20)
    patients = np.arange(20)

    def width(estimate: metrics.Estimate) -> float:
        return estimate.high - estimate.low

    once = metrics.with_interval(metrics.brier, patients, labels, scores)
    copied = (np.repeat(column, 100) for column in (patients, labels, scores))
    assert width(metrics.with_interval(metrics.brier, *copied)) == pytest.approx(width(once))
    as_if = metrics.with_interval(
        metrics.brier, np.arange(2000), np.repeat(labels, 100), np.repeat(scores, 100)
    )
    assert width(as_if) < width(once) / 5


def test_an_interval_is_the_same_for_the_same_seed_and_holds_its_value() -> None:
    labels, scores = drawn(False)
    first, second = (
        metrics.with_interval(metrics.auroc, np.arange(400), labels, scores, seed=3)
        for _ in range(2)
    )
    assert first == second
    assert first.low <= first.value <= first.high
    assert 0.02 < first.high - first.low < 0.2


def test_subgroups_leave_the_unknown_out_and_say_where_there_are_too_few() -> None:
    age = np.array([30.0, 55, 70, 85, np.nan] * 20)
    male = np.array([0.0, 1, 0, 1, np.nan] * 20)
    groups = metrics.subgroups(age, male)
    assert {name: int(used.sum()) for name, used in groups.items()} == {
        "all": 100,
        "women": 40,
        "men": 40,
        "18 to 49 years": 20,
        "50 to 64 years": 20,
        "65 to 79 years": 20,
        "80 years and older": 20,
    }
    labels = np.zeros(100, dtype=int)
    labels[:12] = 1
    rows = metrics.by_subgroup(metrics.auroc, groups, np.arange(100), labels, np.arange(100.0))
    assert rows[0]["estimate"] is not None
    assert all(row["estimate"] is None for row in rows[3:])


def test_fewer_doubtful_records_leave_a_better_measure() -> None:
    labels, scores = drawn(False)
    doubt = -np.abs(scores - 0.45)
    points = metrics.selective_risk(metrics.auroc, np.arange(400), labels, scores, doubt)
    values = [point["estimate"].value for point in points]
    assert values[-1] > values[0]
    assert [point["records"] for point in points] == [400, 380, 360, 320, 280, 200]


def test_a_table_refuses_ragged_rows_and_unlike_cohorts() -> None:
    with pytest.raises(ValueError):
        table(["a", "b"], [["1"]])
    one = {"cohort": "all", "records": 5, "positives": 1, "estimate": None}
    with pytest.raises(ValueError):
        subgroup_table({"AUROC": [one], "Brier": [{**one, "records": 6}]})
    assert figure(None) == "too few"
    assert subgroup_table({"AUROC": [one]})[-1] == "| all | 5 | 1 | too few |"
