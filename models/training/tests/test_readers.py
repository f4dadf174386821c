import csv
from pathlib import Path

import numpy as np
import pytest
import wfdb

import made
from leadwire_models.amplitude import limb_heights, restore_amplitude
from leadwire_models.cohort import EIGHT, TWELVE, adults
from leadwire_models.folds import broken
from leadwire_models.readers.chongqing import artery_of, read_chongqing
from leadwire_models.readers.ptbxl import read_ptbxl
from leadwire_models.readers.shared_npz import read_raw, read_zscored
from leadwire_models.readers.simulated import read_simulated
from leadwire_models.readers.site_export import read_site_export


def record(folder: Path, name: str, rate_hz: int = 500) -> np.ndarray:
    folder.mkdir(parents=True, exist_ok=True)
    millivolts = np.round(np.random.default_rng(len(name)).uniform(-1, 1, (5000, 12)), 3)
    wfdb.wrsamp(
        name,
        fs=rate_hz,
        units=["mV"] * 12,
        sig_name=list(TWELVE),
        p_signal=millivolts,
        fmt=["16"] * 12,
        adc_gain=[1000.0] * 12,
        baseline=[0] * 12,
        write_dir=str(folder),
    )
    return np.round(millivolts.T * 1000).astype(int)


def write(path: Path, rows: list[list]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


def test_ptbxl_as_it_is_published(tmp_path):
    expected = record(tmp_path / "records500" / "00000", "00001_hr")
    head = "ecg_id patient_id age sex scp_codes strat_fold filename_hr infarction_stadium1 site".split()
    path = "records500/00000/00001_hr"
    write(tmp_path / "ptbxl_database.csv", [head, [1, "15709.0", 300, 1, "{'NORM': 100.0, 'SR': 0.0}", 3, path, "", 0]])
    found = read_ptbxl(tmp_path)
    assert found.patients[0] == "ptbxl-15709" and found.male[0] == 0 and found.age_years[0] == 90
    assert found.columns["NORM"][0] and found.columns["fold"][0] == 3
    assert np.abs(found.signals[0] - expected).max() <= 1


def test_an_occlusion_cohort_in_the_chongqing_layout(tmp_path):
    record(tmp_path, "a1")
    record(tmp_path, "a2")
    head = ["record", "OMI", "STEMI", "NSTEMI", "Culprit segment", "Patient_id", "Age", "Gender"]
    rows = [["a1", 1, 0, 1, "pLAD", "p7", 61, "M"], ["a2", 0, 0, 0, "", "p7", 61, "M"]]
    write(tmp_path / "labels.csv", [head, *rows])
    found = read_chongqing(tmp_path)
    assert found.columns["omi"].tolist() == [True, False]
    assert found.columns["culprit"].tolist() == ["LAD", ""]
    assert found.patients.tolist() == ["chongqing-p7"] * 2
    assert broken(found.patients, np.array([0, 1])) == ["chongqing-p7"]


@pytest.mark.parametrize(
    ("segment", "artery"),
    [
        ("pLAD", "LAD"),
        ("mid-RCA", "RCA"),
        ("dLCX", "LCX"),
        ("OM1", "LCX"),
        ("LM", "LM"),
        ("D1", "LAD"),
        ("distal circumflex", "LCX"),
        ("graft", ""),
    ],
)
def test_a_segment_belongs_to_an_artery(segment, artery):
    assert artery_of(segment) == artery


def test_a_record_of_another_rate_is_refused_by_name(tmp_path):
    record(tmp_path, "slow", rate_hz=250)
    write(tmp_path / "labels.csv", [["record", "OMI", "STEMI", "NSTEMI", "Patient_id", "age"], ["slow", 1, 1, 0, "p", 50]])
    with pytest.raises(ValueError, match="slow has 250"):
        read_chongqing(tmp_path)


def test_a_table_without_its_column_is_refused_by_name(tmp_path):
    write(tmp_path / "labels.csv", [["record", "STEMI"], ["a", 1]])
    with pytest.raises(ValueError, match="none of the columns"):
        read_chongqing(tmp_path)


def test_of_two_words_about_an_ecg_the_register_counts_over_the_board(tmp_path):
    record(tmp_path, "e1")
    write(tmp_path / "ecgs.csv", [["ecg_id", "record", "patient", "site", "age_years", "sex"], ["e1", "e1", "p1", "north", 70, "female"]])
    said = [["e1", "omi", "present", "file", 5], ["e1", "omi", "absent", "board", 9], ["e1", "lbbb", "absent", "board", 2]]
    write(tmp_path / "outcomes.csv", [["ecg_id", "finding_id", "says", "source", "at_ms"], *said])
    found = read_site_export(tmp_path, 500)
    assert found.columns["omi"].tolist() == [1.0] and found.columns["lbbb"].tolist() == [0.0]
    assert found.sites.tolist() == ["north"]


def test_a_simulated_batch_reads_as_it_was_written(tmp_path):
    made.simulated(tmp_path / "s", "training", 9, 4)
    found = read_simulated(tmp_path / "s")
    assert found.signals.shape == (9, 12, 5000) and found.columns["occluded"].sum() == 4
    raw = np.fromfile(tmp_path / "s" / "ecg.i16", dtype="<i2")
    assert (found.signals[1, 2] == raw[14 * 5000 : 15 * 5000]).all()


def test_differences_add_up_to_microvolts_and_limb_leads_follow(tmp_path):
    made.ptbxl(tmp_path, raw=12, scaled=9)
    found = read_raw(tmp_path)
    steps = np.load(tmp_path / "ptbxl_raw.npz")["dx500_uV"]
    assert (np.diff(found.signals[3, 5]) == steps[3, 5, 1:]).all()
    first, second, third = found.microvolts(slice(0, 1), ("I", "II", "III"))[0]
    assert (third == second - first).all()
    assert len(adults(found)) == 12


def test_the_ratio_of_scaled_limb_leads_is_found_again(tmp_path):
    rng = np.random.default_rng(2)
    first, second = 300 * rng.standard_normal(1000), 100 * rng.standard_normal(1000)
    third = second - first
    heights = limb_heights(first / 300, second / 100, third / third.std())
    assert heights[0] / heights[1] == pytest.approx(3, rel=1e-3)
    made.ptbxl(tmp_path, raw=12, scaled=9)
    restored = restore_amplitude(read_zscored(tmp_path))
    assert restored.leads == EIGHT and restored.signals.shape == (9, 8, 1250)
