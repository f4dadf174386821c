"""Shapes, what stands for unknown, the attention, and that an export says what the network says."""

from pathlib import Path

import numpy as np
import pytest
import torch

from leadwire_models import golden
from leadwire_models.ami import attention
from leadwire_models.ami.exported import OUTPUTS, Exported, export_member
from leadwire_models.ami.inputs import AGE_SEX, WAVEFORM, masked, unknown
from leadwire_models.ami.labels import READINGS, territory
from leadwire_models.ami.logistic import cross_fitted
from leadwire_models.ami.run import NETWORKS
from leadwire_models.ami.sources import Source
from leadwire_models.ami.stages import ami_loss, draw_from, network
from leadwire_models.cohort import TWELVE
from leadwire_models.distance import Distance
from leadwire_models.export import run_onnx, session
from leadwire_models.networks.ami import AGE_UNKNOWN, SAMPLES, STEPS
from leadwire_models.scorecam import score_cam


def ecgs(rows: int, samples: int = SAMPLES) -> torch.Tensor:
    return torch.randn(rows, 12, samples, generator=torch.Generator().manual_seed(3)) * 0.3


@pytest.mark.parametrize("name", list(NETWORKS))
def test_every_network_reads_twelve_leads_and_gives_every_reading(name: str) -> None:
    made = NETWORKS[name]().eval()
    for samples in (320, SAMPLES):
        assert made(ecgs(3, samples), torch.zeros(3, 2))[0].shape == (3, len(READINGS))


def test_attention_is_a_share_of_every_lead_and_time() -> None:
    _, shown, _ = network().eval()(ecgs(4), torch.zeros(4, 2))
    assert shown.shape == (4, 12, STEPS)
    assert (shown >= 0).all()
    assert torch.allclose(shown.sum(dim=(1, 2)), torch.ones(4))


def test_what_a_lead_was_multiplied_by_does_not_change_its_shape() -> None:
    made = network().eval()
    one = ecgs(1)
    first, second = (made.scale(ecg)[0] for ecg in (one, one * 3))
    assert torch.allclose(first, second, atol=0.02)
    assert torch.allclose(
        made.scale(one * 3)[1] - made.scale(one)[1], torch.tensor(3.0).log(), atol=0.02
    )


def test_an_unknown_age_is_no_age() -> None:
    """Where the age is unknown, nothing of the value that stands for it gets in."""
    made = network().eval()
    ecg = ecgs(1)

    def at(age: float) -> torch.Tensor:
        return made(ecg, torch.tensor([[1.0, age]]))[0]

    assert torch.equal(at(AGE_UNKNOWN), at(AGE_UNKNOWN - 5))
    assert not torch.equal(at(AGE_UNKNOWN), at(0.0))
    assert not torch.equal(at(0.0), at(1.0))


def test_age_and_sex_as_the_card_says_them() -> None:
    given = AGE_SEX.prepare(np.array([61.9, np.nan, 81.4]), np.array([1.0, 0.0, np.nan]))
    assert given.tolist() == [[1, 0], [-1, AGE_UNKNOWN], [0, pytest.approx(1)]]
    fields = {one["field"]: one for one in AGE_SEX.card()["fields"]}
    assert fields["age"]["whenUnknown"] == AGE_UNKNOWN
    assert fields["male"]["whenUnknown"] == 0
    assert unknown(2, of=given[:2]).tolist() == [[0, AGE_UNKNOWN]] * 2
    assert unknown(1, age=False, of=given[:1]).tolist() == [[0, 0]]


def test_training_hides_age_and_sex_as_often_as_asked() -> None:
    given = np.ones((4000, 2), dtype=np.float32)
    hidden = masked(given, np.random.default_rng(1), 0.25)
    assert ((hidden[:, 0] == 0).mean(), (hidden[:, 1] == AGE_UNKNOWN).mean()) == pytest.approx(
        (0.25, 0.25), abs=0.03
    )


def read(**said: float) -> np.ndarray:
    return np.array([[said.get(name, 0.0) for name in READINGS]], dtype=np.float32)


def test_the_leads_of_a_territory() -> None:
    inferior = territory(read(mi=1, inferior=1))[0]
    assert [name for name, yes in zip(TWELVE, inferior) if yes] == ["II", "III", "aVF"]
    assert not territory(read(mi=0, inferior=1)).any()
    assert not territory(read(mi=1)).any()


def test_the_loss_wants_attention_in_the_territory_and_passes_over_the_unsaid() -> None:
    said = torch.from_numpy(read(mi=1, anterior=1))
    targets = {"readings": said, "territory": torch.from_numpy(territory(said.numpy()))}
    raw = torch.zeros(1, len(READINGS))
    inside, outside = (torch.full((1, 12, 4), 1e-4) for _ in range(2))
    inside[0, TWELVE.index("V2")] = 0.2
    outside[0, TWELVE.index("aVF")] = 0.2
    assert ami_loss((raw, inside), targets) < ami_loss((raw, outside), targets)
    said[0, 1:] = float("nan")
    wrong = raw.clone()
    wrong[0, 1:] = 50
    nothing = {"readings": said, "territory": torch.zeros(1, 12, dtype=torch.bool)}
    assert torch.equal(ami_loss((raw, inside), nothing), ami_loss((wrong, inside), nothing))


def test_a_batch_is_the_same_for_the_same_draw() -> None:
    rows = 6
    source = Source(
        ecgs(rows).numpy(),
        np.zeros((rows, 2), np.float32),
        np.repeat(read(mi=1), rows, axis=0),
        np.ones(rows),
        np.arange(rows) % 5,
    )
    assert (source.unseen(2).fold != 2).all()
    draw = draw_from([(source, 4)], 320)
    first, second = (draw(np.random.default_rng(9)) for _ in range(2))
    assert first.inputs[0].shape == (4, 12, 320)
    assert torch.equal(first.inputs[0], second.inputs[0])


def test_an_export_says_what_the_network_says(tmp_path: Path) -> None:
    made = network().eval()
    features = made(ecgs(1), torch.zeros(1, 2))[2].shape[1]
    member = Exported(made, Distance(features)).eval()
    export_member(member, tmp_path / "member.onnx")
    given = {"ecg": ecgs(5).numpy(), "age_sex": np.full((5, 2), AGE_UNKNOWN, np.float32)}
    found = run_onnx(session(tmp_path / "member.onnx"), given)
    theirs = member(*(torch.from_numpy(one) for one in given.values()))
    assert list(found) == OUTPUTS
    for mine, other in zip(found.values(), theirs):
        assert np.abs(mine - other.detach().numpy()).max() < 1e-4


def test_regression_is_fitted_on_the_other_folds_alone() -> None:
    """A column that gives each fold's labels away only within that fold is worth nothing."""
    rng = np.random.default_rng(2)
    labels, fold = rng.integers(0, 2, 500), np.arange(500) % 5
    private = np.where(np.arange(5) == fold[:, None], labels[:, None], np.nan)
    good = labels[:, None] + rng.normal(0, 0.5, (500, 1))
    assert np.corrcoef(cross_fitted(good, labels, fold, 0.01), labels)[0, 1] > 0.6
    assert abs(np.corrcoef(cross_fitted(private, labels, fold, 0.01), labels)[0, 1]) < 0.3


def test_score_cam_finds_the_stretch_that_makes_the_score() -> None:
    ecg = torch.zeros(1, 2, 80)
    ecg[0, 1, 40:50] = 1
    channels = torch.zeros(3, 2, 8)
    channels[0, 1, 4] = channels[1, 0, 1] = channels[2, 0, 6] = 1
    found = score_cam(ecg, channels, lambda given: 20 * given[:, 1, 40:50].mean(dim=1))
    assert np.unravel_index(found.argmax(), found.shape) == (1, 4)
    assert found[0].max() < 0.1


BEATS_MS = [450 + 780 * k for k in range(12)]


@pytest.mark.parametrize("group", list(attention.GROUPS))
def test_st_is_raised_after_the_qrs_in_the_leads_of_the_group(group: str) -> None:
    changed = attention.inject(np.zeros((12, 5000)), 500, BEATS_MS, group)
    middle = changed.microvolts[:, round((0.45 + 0.15) * 500)]
    assert np.abs(middle[changed.leads]).min() > 0.45 * attention.MICROVOLTS
    assert np.abs(changed.microvolts[:, :200]).max() < 5
    assert np.allclose(middle[2], middle[1] - middle[0])


SHIPPED = Path(__file__).resolve().parents[2] / "ami"


@pytest.mark.parametrize("group", ["anterior", "inferior"])
def test_the_shipped_attention_moves_to_the_leads_that_changed(
    group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the formula's ECG with a level ST, QRS-ST-T of the leads whose ST is raised gains."""
    files = sorted(SHIPPED.glob("member-*.onnx"))
    if not files:
        pytest.skip("models/ami is not there")
    level = {name: (70, 0, abs(w[2]), w[3], abs(w[4]), 0) for name, w in golden.WAVES.items()}
    monkeypatch.setattr(golden, "WAVES", level)
    ecg = golden.prepared_golden(WAVEFORM, AGE_SEX)["ecg"]
    raised = attention.inject(np.zeros((12, golden.RATE_HZ * 10)), golden.RATE_HZ, BEATS_MS, group)
    both = np.concatenate([ecg, ecg + attention.prepared(raised.microvolts, golden.RATE_HZ)])
    given = {"ecg": both, "age_sex": np.zeros((2, 2), np.float32)}
    maps = np.mean([run_onnx(session(one), given)["attention"] for one in files], axis=0)
    inside = attention.in_complex(BEATS_MS, STEPS, 10_000)
    before, after = (attention.lies_on(one, raised.leads, inside) for one in maps)
    assert after > before + 0.1
    assert after > 1.5 * raised.leads.mean() * inside.mean()
