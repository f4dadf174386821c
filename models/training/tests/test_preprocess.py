import json

import numpy as np

import made
from leadwire_models.cohort import EIGHT
from leadwire_models.prepared import run
from leadwire_models.preprocess import Waveform, prepare, prepare_cohort
from leadwire_models.readers.simulated import read_simulated


def test_the_ecg_stands_in_the_middle_with_zeros_around():
    fed = prepare(np.random.default_rng(1).normal(0, 300, (8, 5000)), 500, Waveform())
    assert fed.shape == (8, 4096) and fed.dtype == np.float32
    assert (fed[:, :48] == 0).all() and (fed[:, -48:] == 0).all() and (fed[:, 48] != 0).all()


def test_drift_goes_and_the_heart_stays_at_its_time_and_height():
    time = np.arange(5000) / 500
    beats = 1000 * np.exp(-0.5 * ((time % 1 - 0.5) / 0.02) ** 2)
    drift = 800 * np.sin(2 * np.pi * 0.1 * time)
    still = prepare(beats[None], 500, Waveform())[0]
    moved = prepare((beats + drift)[None], 500, Waveform())[0]
    assert np.abs(moved - still)[400:-400].max() < 0.05
    peak = int(still[1600:2000].argmax()) + 1600 - 48
    assert abs(peak / 400 % 1 - 0.5) < 0.005


def test_a_long_recording_is_worked_on_in_its_middle_alone():
    ecg = np.random.default_rng(2).normal(0, 300, (8, 500 * 60))
    outside = ecg.copy()
    outside[:, : 500 * 10] = 0
    assert (prepare(ecg, 500, Waveform()) == prepare(outside, 500, Waveform())).all()


def test_a_cohort_is_prepared_once_and_found_again(tmp_path):
    made.simulated(tmp_path / "s", "training", 5, 1)
    cohort = read_simulated(tmp_path / "s")
    first = prepare_cohort(cohort, Waveform(), tmp_path / "cache")
    direct = prepare(cohort.microvolts(slice(0, 5), EIGHT), 500, Waveform())
    assert np.abs(first - direct).max() < 0.002
    (kept,) = (tmp_path / "cache").iterdir()
    before = kept.stat().st_mtime_ns
    prepare_cohort(cohort, Waveform(), tmp_path / "cache")
    assert kept.stat().st_mtime_ns == before


def test_the_fixture_for_the_service_holds_every_nth_value(tmp_path):
    made.simulated(tmp_path / "s", "test", 2, 6)
    meta = json.loads((tmp_path / "s" / "meta.json").read_text()) | {"seed": 6, "condition": None}
    (tmp_path / "s" / "meta.json").write_text(json.dumps(meta))
    out = tmp_path / "fixture.json"
    assert run(["--simulated", str(tmp_path / "s"), "--out", str(out), "--every", "500"]) == 0
    fixture = json.loads(out.read_text())
    assert [one["sampleRateHz"] for one in fixture["ecgs"]] == [500, 250, 500, 250]
    cohort = read_simulated(tmp_path / "s")
    fed = prepare(cohort.microvolts(slice(0, 1), EIGHT)[0], 500, Waveform()).ravel()
    assert np.abs(np.array(fixture["ecgs"][0]["values"]) - fed[::500]).max() < 1e-6
