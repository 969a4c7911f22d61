"""A turn begins at silence and never clips, whatever its voice, its volume and the size of its chunks."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from larksong.model import synthesizer as module
from larksong.model.edges import FADE, KNEE, fade_in, limit
from larksong.model.stream import Controls
from larksong.model.synthesizer import Synthesizer
from larksong.model.text import front_end
from larksong.model.voice import VoiceCatalogue

WEIGHTS = Path(module.__file__).parent / "weights"


@pytest.fixture(scope="module")
def voice_model() -> Synthesizer:
    return Synthesizer(WEIGHTS)


def sound(model: Synthesizer, voice: str, text: str, volume: float = 1.0, frames: int = 16) -> np.ndarray:
    stream = model.open(VoiceCatalogue.load(WEIGHTS / "voices").get(voice), Controls(volume=volume))
    model.add([(stream, front_end("en").words(text))])
    model.finish(stream)
    chunks = []
    while not stream.finished:
        chunks += model.step([stream], min(frames, stream.ready))
    return np.concatenate(chunks)


@pytest.mark.parametrize("voice", [voice.slug for voice in VoiceCatalogue.load(WEIGHTS / "voices")])
def test_every_voice_begins_at_silence_and_stays_below_full_scale(voice_model: Synthesizer, voice: str) -> None:
    for text in ("Open the door.", "Never mind.", "Other options?"):
        for volume in (1.0, 2.0):
            wave = sound(voice_model, voice, text, volume)
            assert wave[0] == 0
            assert np.abs(wave[:10]).max() < 0.1
            assert np.abs(wave).max() < 1


def test_where_chunks_end_makes_no_difference(voice_model: Synthesizer) -> None:
    large, small = (sound(voice_model, "am_fenrir", "Open the door.", 2.0, frames) for frames in (16, 5))
    assert np.allclose(large, small, atol=2e-3)


def test_a_fade_is_the_same_in_pieces() -> None:
    wave = np.ones(300, np.float32)
    whole = fade_in(wave, 0)
    cuts = [0, 7, 50, 95, 96, 97, 300]
    pieces = [fade_in(wave[a:b], a) for a, b in pairwise(cuts)]
    assert np.array_equal(whole, np.concatenate(pieces))
    assert whole[0] == 0
    assert (np.diff(whole[: FADE + 1]) > 0).all()
    assert (whole[FADE:] == 1).all()
    assert fade_in(wave[:0], 0).size == 0


def test_only_loud_samples_are_bent_and_their_order_stays() -> None:
    wave = np.linspace(-3, 3, 4001, dtype=np.float32)
    out = limit(wave)
    quiet = np.abs(wave) <= KNEE
    assert np.array_equal(out[quiet], wave[quiet])
    assert (np.diff(out) >= 0).all()
    assert np.abs(out).max() <= 1
    assert limit(wave[:0]).size == 0
    assert np.abs(out - limit(wave.copy())).max() == 0
