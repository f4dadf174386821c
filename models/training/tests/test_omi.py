import numpy as np
import torch

from leadwire_models.cohort import EIGHT, Cohort
from leadwire_models.distance import Distance, fit_distance
from leadwire_models.export import run_onnx, session
from leadwire_models.networks.omi import CLASSES, PAPER, Omi, Shape
from leadwire_models.omi.exported import Exported, export_member, outputs_of
from leadwire_models.omi.labels import READINGS, mask, of_ptbxl, of_simulated
from leadwire_models.omi.loss import mass_outside, omi_loss, where_known
from leadwire_models.omi.sources import fold_of
from leadwire_models.folds import broken

SMALL = Shape((4, 6, 8, 10, 12), 4, 0.1, "mean", READINGS)


def cohort(columns: dict, count: int) -> Cohort:
    words = np.array([str(k) for k in range(count)])
    numbers = np.full(count, 60.0)
    return Cohort(
        "made", EIGHT, np.zeros((count, 8, 10)), 500, words, words, numbers, numbers * 0, words, columns
    )


def exported_equals(network: Omi, path) -> float:
    torch.manual_seed(2)
    features = network.shape.filters[-1]
    distance = fit_distance(np.random.default_rng(1).standard_normal((300, features)))
    ecg, age_sex = torch.randn(3, 8, 4096), torch.randn(3, 2)
    export_member(network, distance, path)
    with torch.no_grad():
        expected = Exported(network.eval(), distance)(ecg, age_sex)
    found = run_onnx(session(path), {"ecg": ecg.numpy(), "age_sex": age_sex.numpy()}, portion=2)
    assert list(found) == outputs_of(network)
    return max(
        float(np.abs(found[name] - one.numpy()).max()) for name, one in zip(found, expected)
    )


def test_the_published_shape_is_exported_at_full_width_and_equals_pytorch(tmp_path):
    assert exported_equals(Omi(PAPER), tmp_path / "paper.onnx") < 1e-4
    assert outputs_of(Omi(PAPER)) == ["classes", "lbbb", "distance"]


def test_our_own_shape_is_exported_with_an_open_batch_and_equals_pytorch(tmp_path):
    assert exported_equals(Omi(SMALL), tmp_path / "ours.onnx") < 1e-4


def test_any_length_gives_the_same_outputs_where_the_mean_is_taken():
    found = Omi(SMALL).eval()(torch.randn(2, 8, 1024), torch.zeros(2, 2))
    assert [tuple(one.shape) for one in found] == [(2, 10), (2, 1), (2, 3)]


def test_the_loss_is_cross_entropy_where_one_class_is_possible():
    raw = torch.randn(5, 10)
    classes = torch.randint(0, 10, (5,))
    allowed = torch.nn.functional.one_hot(classes, 10).bool()
    expected = torch.nn.functional.cross_entropy(raw, classes)
    assert torch.allclose(mass_outside(raw, allowed), expected, atol=1e-5)


def test_a_mask_asks_only_for_the_mass_on_it():
    raw = torch.zeros(1, 10)
    allowed = torch.tensor([[True] * 5 + [False] * 5])
    assert torch.allclose(mass_outside(raw, allowed), torch.tensor(2.0).log())
    assert mass_outside(raw, torch.ones(1, 10, dtype=torch.bool)).abs() < 1e-6


def test_what_is_not_known_teaches_nothing():
    raw = torch.zeros(3, requires_grad=True)
    where_known(raw, torch.tensor([1.0, float("nan"), float("nan")])).backward()
    assert raw.grad[0] != 0 and raw.grad[1] == 0
    assert where_known(raw, torch.full((3,), float("nan"))) == 0


def test_both_heads_and_the_readings_count_in_the_loss():
    found = Omi(SMALL)(torch.randn(2, 8, 512), torch.zeros(2, 2))
    allowed = torch.ones(2, 10, dtype=torch.bool)
    unknown = {"allowed": allowed, "lbbb": torch.full((2,), torch.nan)}
    readings = torch.full((2, 3), torch.nan)
    assert omi_loss(found, unknown | {"readings": readings}).abs() < 1e-5
    assert omi_loss(found, unknown | {"readings": torch.ones(2, 3)}) > 0
    assert omi_loss(found, unknown | {"lbbb": torch.ones(2), "readings": readings}) > 0


def test_a_territory_leaves_the_arteries_that_feed_it():
    codes = {name: np.zeros(5, dtype=bool) for name in ("NORM", "AMI", "IMI", "ISC_", "INJAS", "CLBBB")}
    for row, name in enumerate(("NORM", "AMI", "IMI", "ISC_", "INJAS")):
        codes[name][row] = True
    labels = of_ptbxl(cohort(codes, 5))

    def possible(row: int) -> set[str]:
        return {name for name, is_allowed in zip(CLASSES, labels.allowed[row]) if is_allowed}

    assert possible(0) == {"control_nomyoperi"}
    assert {name[-4:] for name in possible(1) if "_omi_" in name} == {"_lad"}
    assert {name[-4:] for name in possible(2) if "_omi_" in name} == {"_lcx", "_rca"}
    assert possible(3) == {"control_nomyoperi", "control_myoperi", "mi_nstemi_nonomi"}
    assert "mi_stemi_omi_lmca_lad" not in possible(4)
    assert labels.readings.tolist()[1] == [1, 1, 0]
    assert labels.readings.tolist()[3] == [0, 0, 0]


def test_a_simulated_occlusion_is_one_class_and_an_old_infarct_no_occlusion():
    columns = {
        "condition": np.array(["omi-rca", "old-anterior-infarct", "pericarditis", "lbbb"]),
        "culprit": np.array(["RCA", "", "", ""]),
        "occluded": np.array([True, False, False, False]),
        "stemi_criteria": np.array([False, True, True, False]),
    }
    labels = of_simulated(cohort(columns, 4))
    assert (labels.allowed[0] == mask(("mi_nstemi_omi_rca",))).all()
    assert (labels.allowed[1] == mask(("mi_nstemi_nonomi", "mi_stemi_nonomi"))).all()
    assert (labels.allowed[2] == mask(("control_myoperi",))).all()
    assert labels.lbbb.tolist() == [0, 0, 0, 1]


def test_no_patient_is_dealt_to_two_members():
    rng = np.random.default_rng(4)
    patients = rng.integers(0, 200, 500)
    published = np.where(patients < 60, patients % 9 + 1, 10)
    made = cohort({"fold": published, "AMI": rng.random(500) < 0.2}, 500)
    fold = fold_of(made.take(np.arange(500)))
    assert set(fold) == {0, 1, 2, 3, 4}
    whole = Cohort(**{**made.__dict__, "patients": patients.astype(str)})
    assert broken(whole.patients, fold_of(whole)) == []


def test_an_ecg_like_the_training_ones_is_near_and_another_far():
    rng = np.random.default_rng(5)
    mix = rng.standard_normal((20, 20))
    training = rng.standard_normal((2000, 20)) @ mix
    distance: Distance = fit_distance(training)
    near = distance(torch.from_numpy((rng.standard_normal((500, 20)) @ mix).astype(np.float32)))
    far = distance(torch.from_numpy((training[:500] + 8 * mix.sum(0)).astype(np.float32)))
    assert 0.8 < near.mean() < 1.2
    assert far.min() > near.max()
