"""Who speaks in a clip, how high, and which blend sounds like it."""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import soundfile
from larksong.model.cloning import BadClip, Cloner, Heard, Search, _blends
from larksong.model.pitch import f0_track, middle_hz
from larksong.model.speaker import HOP, RATE, SPAN, WINDOW, spectra, speech_of

CLIPS = Path(__file__).parents[1] / "fixtures" / "clips"
WEIGHTS = Path(str(files("larksong.model") / "weights" / "clone"))


@pytest.fixture(scope="module")
def cloner() -> Cloner:
    return Cloner(WEIGHTS)


def clip(name: str) -> np.ndarray:
    sound, rate = soundfile.read(io.BytesIO((CLIPS / f"{name}.ogg").read_bytes()), dtype="float32")
    return speech_of(sound, rate)


@pytest.mark.parametrize("hertz", [75.0, 110.0, 197.0, 330.0])
def test_the_pitch_of_a_buzz_is_found_and_noise_has_none(hertz: float) -> None:
    time = np.arange(2 * RATE) / RATE
    buzz = sum(np.cos(2 * np.pi * hertz * k * time) / k for k in range(1, int(3000 / hertz)))
    noise = np.random.default_rng(0).standard_normal(2 * RATE)
    assert middle_hz(f0_track((buzz + 0.1 * noise).astype(np.float32), RATE)) == pytest.approx(hertz, rel=0.01)
    assert np.mean(f0_track(noise.astype(np.float32), RATE) > 0) < 0.02
    assert f0_track(np.zeros(10, np.float32), RATE).size == 0
    assert middle_hz(f0_track(np.zeros(RATE, np.float32), RATE)) == 0.0


def test_silence_is_left_out_and_soft_speech_raised() -> None:
    speech = clip("am_michael")
    pause = np.zeros(2 * RATE, np.float32)
    heard = speech_of(0.05 * np.concatenate([pause, speech, pause]), RATE)
    assert len(heard) == pytest.approx(len(speech), abs=0.5 * RATE)
    assert np.sqrt(np.mean(heard**2)) > 0.02
    assert not speech_of(pause, RATE).size
    assert not speech_of(pause[:5], RATE).size


def test_spectra_are_those_of_their_places() -> None:
    sound = np.random.default_rng(1).standard_normal(4 * RATE).astype(np.float32)
    found = spectra(sound)
    hann = np.sin(np.pi * np.arange(WINDOW) / WINDOW) ** 2
    for part, frame in ((0, 3), (2, 100)):
        middle = (part * 77 + frame) * HOP
        expected = np.abs(np.fft.rfft(sound[middle - WINDOW // 2 : middle + WINDOW // 2] * hann)) ** 2
        assert np.allclose(found[part, frame], expected, rtol=1e-4, atol=1e-4)
    assert spectra(sound[:RATE]).shape == (1, SPAN, WINDOW // 2 + 1)


def test_a_speaker_is_like_himself_and_unlike_another(cloner: Cloner) -> None:
    man, woman = clip("am_michael"), clip("af_bella")
    halves = [cloner.hear(half, RATE).embedding for half in np.array_split(man, 2)]
    assert halves[0] @ halves[1] > 0.8
    assert halves[0] @ cloner.hear(woman, RATE).embedding < 0.7
    assert cloner.hear(man, RATE).middle_hz < 150 < cloner.hear(woman, RATE).middle_hz


def test_rows_become_the_nearest_blends() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(50, 6)).astype(np.float32)
    found = _blends(rows)
    assert (found >= 0).all()
    assert np.allclose(found.sum(1), 1, atol=1e-5)
    others = rng.dirichlet(np.ones(6), 500)
    for row, mine in zip(rows, found, strict=True):
        assert np.sum((row - mine) ** 2) <= np.min(np.sum((row - others) ** 2, axis=1)) + 1e-6
    assert np.allclose(_blends(found), found, atol=1e-5)


def test_the_search_finds_a_blend_that_sounds_as_expected(cloner: Cloner) -> None:
    weights = np.zeros(len(cloner.voices), np.float32)
    weights[[3, 14, 22]] = 0.5, 0.3, 0.2
    expected = cloner.expected(weights)
    wanted = expected / np.linalg.norm(expected)
    search = Search(cloner, Heard(wanted, 5.0, 0.6, 150.0))
    guess = search.next()
    reached = cloner.expected(guess.weights)
    assert reached @ wanted / np.linalg.norm(reached) > 0.998
    assert next(iter(guess.parts)) == cloner.voices[3]
    assert sum(guess.parts.values()) == pytest.approx(1, abs=1e-4)


def test_a_search_keeps_the_best_and_learns_from_what_it_hears(cloner: Cloner) -> None:
    man, woman = clip("am_michael"), clip("af_bella")
    both = cloner.hear(man, RATE).embedding + cloner.hear(woman, RATE).embedding
    search = Search(cloner, Heard(both / np.linalg.norm(both), 5.0, 0.6, 150.0))
    first = search.next()
    search.tried(first, man, RATE)
    best = search.best
    assert best is not None
    assert best.middle_hz < 150
    second = search.next()
    assert not np.allclose(second.weights, first.weights, atol=0.01)
    search.tried(second, 0.5 * man[: 2 * RATE], RATE)  # less of him, and so less like him
    assert search.best is best


@pytest.mark.parametrize("heard", [(2.9, 0.5), (30.1, 0.5), (5.0, 0.05)])
def test_too_little_speech_is_refused(heard: tuple[float, float]) -> None:
    with pytest.raises(BadClip):
        Heard(np.zeros(256, np.float32), *heard, 120.0).check()


@pytest.mark.slow
def test_the_exported_encoder_is_resemblyzer_s(cloner: Cloner) -> None:
    from resemblyzer import VoiceEncoder, preprocess_wav

    net = VoiceEncoder("cpu", verbose=False)
    for name in ("am_michael", "af_bella"):
        sound, rate = soundfile.read(CLIPS / f"{name}.ogg", dtype="float32")
        theirs = preprocess_wav(sound, source_sr=rate)
        assert np.abs(net.embed_utterance(theirs) - cloner._encoder.embed(theirs)).max() < 5e-4
        assert net.embed_utterance(theirs) @ cloner.hear(sound, rate).embedding > 0.98
