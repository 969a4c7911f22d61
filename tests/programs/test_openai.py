"""OpenAI's Python client."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
PARTS = ["code", "message", "param", "type"]  # of an error's body, as this client's users know it


@pytest.fixture(scope="module")
def played(performed: Callable[..., Performance]) -> Performance:
    return performed("openai", "openai_speech.py")


def test_speech(played: Performance, check_speech: Callable[[Performance], None]):
    check_speech(played)


def test_streamed_sound_has_its_type(played: Performance):
    assert played.scene("streamed").facts["type"].startswith("audio/")
    facts = played.scene("faster").facts
    assert facts["1.0"] / facts["1.4"] == pytest.approx(1.4, abs=0.2)


def test_files_are_what_was_asked_for(played: Performance):
    facts = played.scene("files").facts
    assert facts == {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "opus": "audio/ogg"}


def test_events_end_with_the_usage(played: Performance):
    facts = played.scene("events").facts
    assert facts["deltas"] > 1
    assert facts["last"] == "speech.audio.done"
    assert facts["usage"] == ["input_tokens", "output_tokens", "total_tokens"]


def test_unknown_voices_are_spoken_with_a_warning(played: Performance):
    facts = played.scene("unknown_voice").facts
    assert 0.3 < facts["seconds"] < 2.0
    assert facts["warned"]


def test_models(played: Performance):
    assert played.scene("models").facts["models"]


def test_errors_become_the_right_exceptions(played: Performance):
    assert played.scene("errors").facts == {
        "format": ["BadRequestError", 400, PARTS],
        "length": ["BadRequestError", 400, PARTS],
        "key": ["AuthenticationError", 401, PARTS],
    }
    assert played.settled
