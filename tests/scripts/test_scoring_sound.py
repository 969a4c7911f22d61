"""Clicks, pauses and joins: found where they were put, and nowhere else."""

import numpy as np
import pytest
from larksong.model.timing import WordTiming
from scoring.clicks import abruptness, clicks, sensitivity, threshold, with_click
from scoring.joins import Changes, flux, pitch_steps
from scoring.pauses import gap, pause_at, quiet_spans, speech_level_db

RATE = 24_000


def tone(hz: float, seconds: float, size: float = 0.3) -> np.ndarray:
    return (size * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def vowel(hz: float, formants: tuple[float, ...], seconds: float) -> np.ndarray:
    """Harmonics of `hz` up to 4 kHz, loud near the formants, their phases spread so that it is no train of pulses."""
    time = np.arange(round(seconds * RATE)) / RATE
    harmonics = np.arange(1, int(4000 / hz) + 1) * hz
    sizes = sum(np.exp(-(((harmonics - formant) / 300) ** 2)) for formant in formants) + 0.01
    phases = np.pi * np.arange(harmonics.size) ** 2 / harmonics.size
    sound = np.sum(sizes[:, None] * np.cos(2 * np.pi * harmonics[:, None] * time + phases[:, None]), axis=0)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def noise(seconds: float, size: float = 0.05) -> np.ndarray:
    return (size * np.random.default_rng(0).standard_normal(round(seconds * RATE))).astype(np.float32)


def test_a_planted_click_is_found_and_a_clean_sine_has_none():
    clean = tone(200, 2.0)
    limit = threshold([noise(2.0), vowel(120, (600, 1800), 2.0)], RATE)
    assert clicks(clean, RATE, limit) == []
    for at in (0.4, 1.2345):
        (found,) = clicks(with_click(clean, RATE, at, 0.1), RATE, limit)
        assert found == pytest.approx(at, abs=2 / RATE)
    assert len(clicks(with_click(with_click(clean, RATE, 0.5, 0.1), RATE, 1.5, -0.1), RATE, limit)) == 2


@pytest.mark.parametrize("clean", [noise(2.0, 0.02), vowel(100, (600, 1800), 2.0), np.zeros(2 * RATE, np.float32)])
def test_noise_and_voice_and_silence_do_not_click(clean):
    assert clicks(clean, RATE, 7.0) == []
    assert clicks(with_click(clean, RATE, 1.0, 0.5), RATE, 7.0) == pytest.approx([1.0], abs=2 / RATE)


def test_sound_that_begins_or_ends_at_once_is_not_a_click():
    burst = np.concatenate([np.zeros(RATE // 2, np.float32), noise(0.5), np.zeros(RATE // 2, np.float32)])
    assert clicks(burst, RATE, 7.0) == []


def test_a_click_is_measured_against_what_is_around_it():
    clicked = (abruptness(with_click(noise(1.0, size), RATE, 0.5, 0.2), RATE) for size in (0.1, 0.01))
    loud, soft = (found[RATE // 2 - 3 : RATE // 2 + 3].max() for found in clicked)
    assert soft > 3 * loud
    assert abruptness(np.zeros(2, np.float32), RATE).size == 0
    with pytest.raises(ValueError, match="clips"):
        threshold([], RATE)


def test_the_share_of_clicks_that_would_be_found_grows_with_their_size():
    voice = np.concatenate([vowel(120, (600, 1800), 1.0), noise(1.0, 0.02), np.zeros(RATE, np.float32)])
    shares = [sensitivity(voice, RATE, 7.0, size) for size in (1e-5, 0.1, 0.9)]
    assert shares[0] == 0.0
    assert 0.3 < shares[1] < shares[2]
    assert shares[2] > 0.95


def word(text: str, *signs: tuple[str, float, float]) -> WordTiming:
    return WordTiming(text, signs[0][1], signs[-1][2], signs)


def test_the_pause_between_words_is_found_where_it_was_planned():
    wav = np.concatenate([tone(200, 1.0), np.zeros(RATE // 10, np.float32), tone(200, 0.5), 1e-4 * tone(90, 0.4),
                          tone(200, 1.0)])  # fmt: skip
    spans = quiet_spans(wav, RATE)
    assert [pytest.approx(span, abs=0.011) for span in spans] == [(1.0, 1.1), (1.6, 2.0)]
    place = gap(word("on.", ("n", 1.4, 1.55), (".", 1.55, 1.9)), word('"Go', ('"', 1.9, 1.95), ("ɡ", 1.95, 2.1)))
    assert place == (1.55, 1.95)
    pause = pause_at(spans, place)
    assert pause[1] - pause[0] == pytest.approx(0.4, abs=0.02)
    assert pause_at(spans, (0.4, 0.6)) is None
    assert quiet_spans(tone(200, 1.0), RATE) == []
    assert quiet_spans(wav[:10], RATE) == []


def test_level_is_that_of_what_is_not_quiet():
    loud = tone(200, 1.0, 0.5)
    level = 20 * np.log10(0.5 / np.sqrt(2))
    assert speech_level_db(loud, RATE) == pytest.approx(level, abs=0.05)
    assert speech_level_db(np.concatenate([loud, np.zeros(RATE, np.float32)]), RATE) == pytest.approx(level, abs=0.1)
    assert np.isnan(speech_level_db(np.zeros(RATE, np.float32), RATE))


def gliding(splice: bool) -> np.ndarray:
    """Two vowels, one fading into the other over 0.4 s around 1 s, or with a cut from one to the other there."""
    first, second = vowel(120, (600, 1100), 2.0), vowel(120, (300, 2300), 2.0)
    time = np.arange(first.size) / RATE
    part = (time > 1.0).astype(np.float32) if splice else np.clip((time - 0.8) / 0.4, 0, 1).astype(np.float32)
    return first * (1 - part) + second * part


def test_flux_is_high_at_a_planted_splice_and_not_at_a_glide():
    cut, glide = flux(gliding(splice=True), RATE), flux(gliding(splice=False), RATE)
    assert cut.ranks([1.0]) == [1.0]
    assert cut.at([1.0]) > 3 * glide.at([1.0])
    assert cut.ranks([0.5])[0] < 1.0
    # Every second word of a voice may be a join: each is compared with what is no join.
    assert (cut.ranks([0.5, 1.0, 1.5]) > 0.99).tolist() == [False, True, False]


def test_silence_has_no_flux():
    wav = np.concatenate([vowel(120, (600, 1100), 1.0), np.zeros(RATE, np.float32)])
    changes = flux(wav, RATE)
    assert np.isnan(changes.ranks([1.6])[0])
    assert changes.at([1.0]) > 5 * changes.at([0.5])
    assert np.isnan(flux(wav[:100], RATE).ranks([0.0])[0])


def test_ranks_leave_out_what_lies_near_a_moment():
    sizes = np.array([1.0, 2.0, 9.0, 3.0, np.nan, 4.0])
    changes = Changes(np.arange(6) * 0.1, sizes, away_s=0.05)
    assert changes.ranks([0.2]) == [1.0]
    assert changes.ranks([0.3]) == [0.5]  # of 1, 2, 9 and 4
    assert np.isnan(changes.ranks([0.4])[0])
    assert np.isnan(Changes(np.arange(6) * 0.1, sizes, away_s=9.0).ranks([0.2])[0])


def test_a_step_of_pitch_is_found_where_it_is():
    hz = np.where(np.arange(200) < 100, 100.0, 100.0 * 2 ** (4 / 12))
    steps = pitch_steps(hz, seconds=2.0)
    assert steps.at([1.0]) == pytest.approx([4.0])
    assert steps.at([0.5]) == pytest.approx([0.0])
    assert steps.ranks([1.0]) == [1.0]
    hz[90:130] = 0.0  # a pause: nothing to compare
    assert np.isnan(pitch_steps(hz, seconds=2.0).at([1.0])[0])
