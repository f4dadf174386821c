import numpy as np
import pytest
import torch

from leadwire_models.folds import broken, deal
from leadwire_models.networks.omi import PAPER, Omi, Shape
from leadwire_models.training import Batch, Plan, fit

SMALL = Shape((4, 6, 8, 10, 12), 4, 0.1, "mean")


def draw(rng: np.random.Generator) -> Batch:
    ecg = torch.from_numpy(rng.standard_normal((4, 8, 1024), dtype=np.float32))
    return Batch((ecg, torch.zeros(4, 2)), {"class": torch.from_numpy(rng.integers(0, 10, 4))})


def loss(found, targets):
    return torch.nn.functional.cross_entropy(found[0], targets["class"])


def test_the_published_shape_has_its_published_size():
    network = Omi(PAPER)
    weights = sum(p.numel() for p in network.parameters())
    assert 6.9e6 < weights < 7.05e6
    assert network.last.in_features == 5184


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(tmp_path):
    plan = Plan(steps=6, seed=3, checkpoint_every=2)
    torch.manual_seed(0)
    first = Omi(SMALL)
    state = {k: v.clone() for k, v in first.state_dict().items()}
    whole = fit(first, draw, loss, plan, say=lambda _: None)

    class Stop(Exception):
        pass

    def stop_after_four(text: str) -> None:
        if text.startswith("step 6"):
            raise Stop

    second = Omi(SMALL)
    second.load_state_dict(state)
    with pytest.raises(Stop):
        fit(second, draw, loss, plan, tmp_path / "c.pt", say=stop_after_four)
    third = Omi(SMALL)
    resumed = fit(third, draw, loss, plan, tmp_path / "c.pt", say=lambda _: None)
    for name, value in whole.state_dict().items():
        assert torch.allclose(value, resumed.state_dict()[name], atol=1e-6), name


def test_a_checkpoint_of_another_plan_is_refused(tmp_path):
    fit(Omi(SMALL), draw, loss, Plan(steps=1, seed=1), tmp_path / "c.pt", say=lambda _: None)
    with pytest.raises(ValueError, match="another plan"):
        fit(Omi(SMALL), draw, loss, Plan(steps=2, seed=1), tmp_path / "c.pt", say=lambda _: None)


def test_a_patient_lies_in_one_fold_and_positives_are_dealt_out_evenly():
    rng = np.random.default_rng(1)
    patients = np.array([f"p{k}" for k in rng.integers(0, 300, 900)])
    positive = rng.random(900) < 0.1
    fold = deal(patients, positive, 5, 7)
    assert broken(patients, fold) == []
    counts = [len(set(patients[(fold == f) & positive])) for f in range(5)]
    assert max(counts) - min(counts) <= 2
    fold[0] = (fold[0] + 1) % 5
    assert broken(patients, fold) != []
