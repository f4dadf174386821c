import numpy as np
import pytest

from leadwire_models import augment

RNG = np.random.default_rng


def ecg(rows: int = 6, samples: int = 400) -> np.ndarray:
    return RNG(0).standard_normal((rows, 8, samples), dtype=np.float32)


def test_the_same_draw_gives_the_same_ecg_and_another_draw_another():
    vary = augment.usual(400, first_chest=2)
    assert (vary(ecg(), RNG(1)) == vary(ecg(), RNG(1))).all()
    assert (vary(ecg(), RNG(1)) != vary(ecg(), RNG(2))).any()


def test_what_is_varied_keeps_its_shape_and_precision():
    found = augment.usual(400, first_chest=2)(ecg(), RNG(3))
    assert found.shape == (6, 8, 400) and found.dtype == np.float32


def test_a_wave_has_the_frequency_and_at_most_the_height_asked_for():
    wave = augment.mains(np.zeros((20, 8, 4000), np.float32), RNG(4), rate_hz=400, most=0.5)
    assert np.abs(wave).max() <= 0.5
    spectrum = np.abs(np.fft.rfft(wave, axis=-1))
    found = np.fft.rfftfreq(4000, 1 / 400)[spectrum.argmax(-1)]
    assert set(found.ravel().round(3)) == {50.0, 60.0}


def test_two_chest_leads_change_places_and_no_limb_lead_does():
    before = ecg()
    after = augment.swap_chest(before, RNG(5), share=1.0, first=2)
    assert (after[:, :2] == before[:, :2]).all()
    for one, other in zip(before, after):
        moved = [k for k in range(8) if (one[k] != other[k]).any()]
        assert len(moved) == 2 and moved[1] == moved[0] + 1
        assert (one[moved] == other[moved[::-1]]).all()


def test_a_lost_lead_is_flat_and_the_others_stay():
    after = augment.lose_lead(ecg(), RNG(6), share=1.0)
    assert ((after == 0).all(-1).sum(-1) == 1).all()


def test_smoothing_is_a_running_mean():
    ramp = np.arange(50, dtype=np.float32)[None, None].repeat(8, 1)
    after = augment.smooth(ramp, RNG(7), share=1.0, widest=3)
    assert after[0, 0, 10:40] == pytest.approx(ramp[0, 0, 10:40], abs=1e-4)


def test_a_piece_is_cut_out_of_the_whole():
    whole = np.arange(1000, dtype=np.float32)[None, None].repeat(8, 1).repeat(3, 0)
    pieces = augment.crop(whole, 100, RNG(8))
    assert pieces.shape == (3, 8, 100)
    assert (np.diff(pieces, axis=-1) == 1).all()
    assert len(set(pieces[:, 0, 0])) > 1
