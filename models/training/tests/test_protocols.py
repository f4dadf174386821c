"""The two protocols: who is learned from, where the threshold comes from, and the table."""

import numpy as np
import pytest

from leadwire_models.protocols import Hospitals, across_hospitals, by_site, leave_one_out


def hospitals(seed: int = 5) -> tuple[Hospitals, np.ndarray]:
    rng = np.random.default_rng(seed)
    patients = np.repeat([f"p{k}" for k in range(300)], 2)
    sites = np.repeat(rng.choice(["east", "north", "west"], 300), 2)
    labels = np.repeat((rng.random(300) < 0.3).astype(int), 2)
    return Hospitals(sites, patients, labels), labels + rng.normal(0, 0.8, 600)


def spying(scores: np.ndarray, seen: list):
    def fit(learned: np.ndarray, asked: np.ndarray) -> np.ndarray:
        seen.append((learned, asked))
        return scores[asked]

    return fit


@pytest.mark.parametrize("protocol", [across_hospitals, leave_one_out])
def test_nobody_is_tried_on_a_patient_who_was_learned_from(protocol) -> None:
    of, scores = hospitals()
    seen: list = []
    tried = protocol(of, spying(scores, seen), 1)
    assert sorted(np.concatenate([one.rows for one in tried]).tolist()) == list(range(600))
    for learned, asked in seen:
        assert not set(of.patients[learned]) & set(of.patients[asked])


def test_a_hospital_that_is_left_out_is_not_learned_from_nor_its_threshold_chosen_on_it() -> None:
    of, scores = hospitals()
    seen: list = []
    tried = leave_one_out(of, spying(scores, seen), 1)
    assert [one.held for one in tried] == ["east", "north", "west"]
    for one, (learned, asked) in zip(tried, seen):
        assert (of.sites[one.rows] == one.held).all()
        chosen = asked[: len(asked) - len(one.rows)]
        assert one.held not in of.sites[learned]
        assert one.held not in of.sites[chosen]


def test_a_patient_of_two_hospitals_cannot_be_left_out() -> None:
    of, scores = hospitals()
    of.sites[:2] = ["east", "west"]
    with pytest.raises(ValueError, match="also be learned from"):
        leave_one_out(of, spying(scores, []), 1)


def test_the_table_holds_every_hospital_with_its_counts() -> None:
    of, scores = hospitals()
    rows = by_site(of, across_hospitals(of, spying(scores, []), 1))
    assert [row["cohort"] for row in rows] == ["east", "north", "west"]
    assert sum(row["records"] for row in rows) == 600
    assert sum(row["positives"] for row in rows) == of.labels.sum()
    for row in rows:
        assert row["figures"]["AUROC"].low <= row["figures"]["AUROC"].value
        assert 0.6 < row["figures"]["AUROC"].value < 0.95
        assert len(row["thresholds"]) == 5
