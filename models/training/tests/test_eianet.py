"""BRLoss, the attention, what may happen to a picture, and that an export says what PyTorch says."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from leadwire_models.cohort import EIGHT, Cohort
from leadwire_models.distance import Distance
from leadwire_models.eianet import beside, sources
from leadwire_models.eianet.erased import GRID, SIZE, TRACES, erase
from leadwire_models.eianet.exported import OUTPUTS, STRIDE, Exported, export_member
from leadwire_models.eianet.labels import of_pages
from leadwire_models.eianet.loss import SMOOTHING, br_loss, cross_entropy
from leadwire_models.eianet.page import BEGIN, END
from leadwire_models.eianet.pages import CLASSES
from leadwire_models.eianet.pictures import HEIGHT, MEASURES, OF_A_LEAD, WIDTH
from leadwire_models.eianet.simulation import BENIGN, MALIGNANT, OCCLUDED
from leadwire_models.eianet.stages import NETWORKS, loss_of, network
from leadwire_models.eianet.vary import vary
from leadwire_models.export import run_onnx, session
from leadwire_models.networks.eianet import HEADS, EiaNet, SpatialAttention

NARROW = 4


def pictures(rows: int) -> np.ndarray:
    rng = np.random.default_rng(5)
    return (rng.random((rows, HEIGHT, WIDTH)) < 0.08).astype(np.uint8) * 255


def of_signals(signals: np.ndarray) -> Cohort:
    nobody, unknown = np.array([""] * len(signals)), np.full(len(signals), np.nan)
    return Cohort("made", EIGHT, signals, 500, nobody, nobody, unknown, unknown, nobody)


def shown(rows: int) -> torch.Tensor:
    return torch.from_numpy(pictures(rows)[:, None].astype(np.float32) / 255)


def test_br_loss_is_cross_entropy_where_nothing_is_missed_and_nothing_false() -> None:
    labels = torch.tensor([1.0, 1.0, 0.0, 0.0])
    raw = torch.tensor([30.0, 30.0, -30.0, -30.0])
    assert torch.allclose(br_loss(raw, labels), cross_entropy(raw, labels), rtol=1e-4)


def test_br_loss_is_the_formula_of_its_page() -> None:
    labels = torch.tensor([1.0, 1.0, 0.0, 0.0, 0.0])
    raw = torch.tensor([2.0, -1.0, 0.5, -2.0, -3.0])
    p = torch.sigmoid(raw)
    recall = (1 + (labels * p).sum()) / (1 + labels.sum())
    precision = (1 + (labels * p).sum()) / (1 + p.sum())
    smooth = labels * (1 - 2 * SMOOTHING) + SMOOTHING
    plain = binary_cross_entropy_with_logits(raw, smooth, reduction="none")
    weights = torch.where(labels == 1, 2 - recall, 2 - precision)
    assert torch.allclose(br_loss(raw, labels), (weights * plain).mean())


def test_a_missed_positive_and_a_false_alarm_both_weigh_more_than_in_cross_entropy() -> None:
    for raw, labels in (([-3.0, -3.0], [1.0, 0.0]), ([3.0, 3.0], [1.0, 0.0])):
        found = torch.tensor(raw, requires_grad=True)
        wrong = 0 if raw[0] < 0 else 1
        br_loss(found, torch.tensor(labels)).backward()
        ours = found.grad[wrong].abs().item()
        again = torch.tensor(raw, requires_grad=True)
        cross_entropy(again, torch.tensor(labels)).backward()
        assert ours > 1.2 * again.grad[wrong].abs().item()


def test_what_nobody_said_teaches_nothing() -> None:
    classes = np.array(["mi", "abn", "norm"])
    measures = np.zeros((3, len(MEASURES)), dtype=np.float32)
    measures[1, 7] = np.nan
    said = {
        "labels": torch.from_numpy(of_pages(classes)),
        "beside": torch.from_numpy(beside.of_pages(classes)),
        "measures": torch.from_numpy(measures),
    }
    raw = [torch.ones(one.shape, requires_grad=True) for one in said.values()]
    loss_of(br_loss)(raw, said).backward()
    for found, one in zip(raw, said.values()):
        assert ((found.grad == 0) == torch.isnan(one)).all()


def test_each_lead_is_measured_where_it_stands() -> None:
    taught = network("eianet").eval()
    page = torch.zeros(1, 1, HEIGHT, WIDTH)
    seen = torch.zeros(1, taught.network.heads.in_features, 4, 4)
    # Row 1, column 2: V2.
    seen[0, :, 1, 2] = 1
    taught.network.seen = lambda _: (seen, [])
    with torch.no_grad():
        measures = taught(page)[2][0, : 12 * len(OF_A_LEAD)].reshape(12, -1)
    apart = [k for k in range(12) if not torch.allclose(measures[k], measures[0])]
    assert [MEASURES[k * len(OF_A_LEAD)] for k in apart] == ["V2.q"]


def test_an_ecg_moved_on_shows_other_quarters_of_the_same_leads() -> None:
    quarters = np.repeat(np.arange(4), 5)
    cohort = of_signals(np.broadcast_to(quarters, (2, 8, 20)))
    found = sources.moved_on(cohort).signals[1, 3].reshape(4, 5)
    assert found[:, 0].tolist() == [2, 3, 0, 1]


def test_heights_that_are_not_known_are_varied_and_the_limb_leads_together() -> None:
    cohort = of_signals(np.full((3, 8, 20), 100))
    heights = sources.varied_heights(cohort).signals[:, :, 0]
    assert (heights[:, 0] == heights[:, 1]).all()
    assert len(np.unique(heights)) == 3 * 7


def test_what_was_gathered_is_read_again_as_it_was(tmp_path: Path) -> None:
    def some(rows: int) -> sources.Source:
        kinds = np.array(["mi", "norm"] * (rows // 2))
        measures = np.full((rows, len(MEASURES)), 0.5, dtype=np.float32)
        labels, said = of_pages(kinds), beside.of_pages(kinds)
        ids = np.array([f"{k}" for k in range(rows)])
        return sources.Source(
            pictures(rows), labels, said, measures, np.arange(rows) % 5, np.ones(rows), ids, kinds
        )

    whole = sources.Sources(some(4), some(6), some(2), some(8))
    whole.keep(tmp_path / "sources.npz")
    again = sources.kept_sources(tmp_path / "sources.npz")
    assert again.records == 8
    for name, one in vars(whole).items():
        for part, values in vars(one).items():
            found = getattr(getattr(again, name), part)
            assert found.dtype == values.dtype and np.array_equal(found, values, equal_nan=found.dtype.kind == "f")


def test_attention_is_a_mask_of_each_place() -> None:
    x = torch.randn(2, 8, 6, 10)
    weighed, mask = SpatialAttention()(x)
    assert mask.shape == (2, 1, 6, 10)
    assert ((mask > 0) & (mask < 1)).all()
    assert torch.allclose(weighed, x * mask)


@pytest.mark.parametrize("name", list(NETWORKS))
def test_attention_stands_after_each_of_the_four_layers_or_nowhere(name: str) -> None:
    attends = NETWORKS[name][0]
    raw, masks, _ = EiaNet(NARROW, attention=attends).eval()(shown(2))
    assert raw.shape == (2, len(HEADS))
    sides = [(HEIGHT // s, WIDTH // s) for s in (4, 8, 16, 32)] if attends else []
    assert [tuple(mask.shape[2:]) for mask in masks] == sides


def test_an_export_says_what_the_network_says(tmp_path: Path) -> None:
    network = EiaNet(NARROW).eval()
    member = Exported(network, Distance(NARROW * 8 * 4)).eval()
    export_member(member, tmp_path / "member.onnx")
    page = shown(3)
    found = run_onnx(session(tmp_path / "member.onnx"), {"page": page.numpy()})
    with torch.no_grad():
        expected = member(page)
    assert list(found) == OUTPUTS
    for name, one in zip(OUTPUTS, expected):
        assert np.abs(found[name] - one.numpy()).max() < 1e-4
    assert found["attention"].shape == (3, HEIGHT // STRIDE, WIDTH // STRIDE)
    assert (found["attention"] >= 0).all()


def test_bare_paper_is_no_evidence() -> None:
    member = Exported(EiaNet(NARROW).eval(), Distance(NARROW * 8 * 4)).eval()
    page = shown(1)
    page[:, :, : HEIGHT // 2] = 0
    with torch.no_grad():
        seen = member(page)[1]
    assert seen[:, : HEIGHT // 2 // STRIDE - 1].abs().max() == 0


def test_a_varied_picture_is_still_a_picture_and_the_same_for_the_same_draw() -> None:
    first, second = (
        vary(torch.from_numpy(pictures(4)), np.random.default_rng(9)) for _ in range(2)
    )
    assert first.shape == (4, 1, HEIGHT, WIDTH)
    assert first.min() >= 0 and first.max() <= 1
    assert torch.equal(first, second)
    assert not torch.equal(first, shown(4))


def test_no_condition_is_of_two_kinds() -> None:
    names = [*MALIGNANT, *OCCLUDED, *BENIGN]
    assert len(names) == len(set(names))


def test_an_erased_page_keeps_its_margins_and_letters_and_loses_its_traces(tmp_path: Path) -> None:
    from PIL import Image

    page = np.full((SIZE[1], SIZE[0], 3), 255, dtype=np.uint8)
    page[20:24, 40:60] = 0
    page[300, TRACES[0] : TRACES[0] + TRACES[2]] = 0
    page[200:210, 100:108] = 0
    (tmp_path / "pages").mkdir()
    Image.fromarray(page).save(tmp_path / "pages" / "mi-000.jpg", quality=100)
    (tmp_path / "pages" / "index.csv").write_text("file,class\nmi-000.jpg,mi\n")
    erase(tmp_path / "pages", tmp_path / "erased")
    left = np.array(Image.open(tmp_path / "erased" / "mi-000.jpg").convert("L")) < 128
    assert left[20:24, 40:60].mean() > 0.9
    assert left[200:210, 100:108].mean() > 0.9
    assert not left[280:320, GRID[0] : GRID[2]].any()


def test_the_section_leaves_what_others_wrote(tmp_path: Path) -> None:
    from leadwire_models.eianet import page

    path = tmp_path / "pictures.md"
    path.write_text("# Pictures\n\nbefore\n")
    original = page._section
    try:
        page._section = lambda found: [found]
        page.write_section(path, "one")
        path.write_text(path.read_text() + "\nafter\n")
        page.write_section(path, "two")
    finally:
        page._section = original
    text = path.read_text()
    assert "before" in text and "after" in text and "two" in text and "one" not in text
    assert text.count(BEGIN) == text.count(END) == 1


def test_a_page_keeps_its_fold_when_others_are_not_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ecg-images"
    folder.mkdir()
    rows = [f"{name}-{k:03}.jpg,{name}" for name in CLASSES for k in range(12)]
    (folder / "index.csv").write_text("\n".join(["file,class", *rows]))
    files = np.array([row.split(",")[0] for row in rows])
    classes = np.array([row.split(",")[1] for row in rows])

    def folds_of(read: np.ndarray) -> dict[str, int]:
        pictures = np.zeros((read.sum(), 2, 2), dtype=np.uint8)
        found = (pictures, np.zeros((read.sum(), 2)), files[read], classes[read])
        monkeypatch.setattr(sources, "pictured_pages", lambda *_: found)
        source = sources.read_pages(tmp_path, tmp_path, tmp_path)
        return dict(zip(source.ids.tolist(), source.fold.tolist()))

    whole = folds_of(np.ones(len(files), dtype=bool))
    some = folds_of(np.arange(len(files)) % 5 != 0)
    assert some == {name: whole[name] for name in some}
    assert len(set(whole.values())) > 1
