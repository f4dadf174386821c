"""The one command from data to card, at a size that takes seconds."""

import json

import numpy as np
import pytest

import made
from leadwire_models.export import run_onnx, session, sha256
from leadwire_models.golden import prepared_golden
from leadwire_models.networks.omi import CLASSES
from leadwire_models.omi.run import run
from leadwire_models.preprocess import AgeSex, Waveform


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    folder = tmp_path_factory.mktemp("omi")
    made.ptbxl(folder)
    work = folder / "work"
    for seed, name in enumerate(("training-all", "calibration-mixed", "mixed-test", "test-all")):
        made.simulated(work / "simulated" / name, "training", 42, seed)
    verdicts = [{"id": k, "verdicts": {"stemi": ("positive", "negative")[k % 2]}} for k in range(120)]
    (work / "verdicts.jsonl").write_text("\n".join(map(json.dumps, verdicts)))
    arguments = ["--data", folder, "--out", folder / "omi", "--work", work, "--page", folder / "omi.md"]
    common = [*map(str, arguments), "--recipe", "tiny"]
    for only in ("pretrain", "member-1", "member-2", "member-3", "member-4", "member-5", "report"):
        assert run([*common, "--only", only]) == 0
    return folder


def test_the_card_names_the_files_as_they_are(shipped):
    card = json.loads((shipped / "omi" / "card.json").read_text())
    assert len(card["members"]) == 5
    for one in card["members"]:
        assert sha256(shipped / "omi" / one["file"]) == one["sha256"]
    outputs = {one["tensor"]: one["classes"] for one in card["outputs"]}
    assert outputs["classes"] == list(CLASSES)
    for finding in card["findings"]:
        assert set(finding["classes"]) <= set(outputs[finding["output"]])
        assert finding["decisionPoints"]


def test_no_finding_claims_a_disease_by_its_code(shipped):
    card = json.loads((shipped / "omi" / "card.json").read_text())
    for finding in card["findings"]:
        assert finding["code"]["system"] == "https://leadwire.dev/fhir/CodeSystem/finding"
        assert "pattern" in finding["code"]["display"].lower()
        assert finding["labelProvenance"] in finding["code"]["display"].replace(" ", "-")[-30:] or (
            finding["labelProvenance"] == "trace-reading"
        )


def test_every_estimate_lies_in_its_interval(shipped):
    card = json.loads((shipped / "omi" / "card.json").read_text())
    for row in card["evaluation"]:
        low, value, high = (row["estimate"][k] for k in ("low", "value", "high"))
        assert low <= value <= high, row
    assert len(card["evaluation"]) <= 200


def test_the_golden_vector_is_what_the_files_say(shipped):
    golden = json.loads((shipped / "omi" / "golden" / "golden.json").read_text())
    card = json.loads((shipped / "omi" / "card.json").read_text())
    inputs = prepared_golden(Waveform(), AgeSex())
    for member, one in enumerate(card["members"]):
        found = run_onnx(session(shipped / "omi" / one["file"]), inputs)
        for name, expected in golden["outputs"].items():
            difference = np.abs(found[name][0] - np.array(expected[member])).max()
            assert difference <= card["golden"]["tolerance"], name


def test_the_page_says_that_no_angiography_stands_behind_it(shipped):
    text = (shipped / "omi.md").read_text()
    assert "No angiography stands behind any figure here" in text
    assert "Beside the millimetre criteria" in text
