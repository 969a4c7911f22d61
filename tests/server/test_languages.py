"""The languages that are not finished: refused by default, spoken by the real model when asked for."""

from __future__ import annotations

import numpy as np
import pytest
from larksong.server.engine.backend import Backend, local, with_experimental_languages
from larksong.server.errors import SpeechError
from larksong.server.speech.resolve import find_front_end


@pytest.fixture(scope="module")
def backend() -> Backend:
    return with_experimental_languages(None)


def test_they_are_refused_by_default() -> None:
    plain = local(None)
    assert {voice.language for voice in plain.voices} == {"en"}
    with pytest.raises(SpeechError) as caught:
        find_front_end("es", plain.voices.default, plain)
    assert caught.value.code == "language_not_supported"


def test_every_voice_says_a_sentence_of_its_own_language(backend: Backend) -> None:
    for voice in backend.voices:
        words = find_front_end(None, voice, backend).words("Taxi 25, radio.")
        stream = backend.synthesizer.open(voice)
        backend.synthesizer.add([(stream, words)])
        backend.synthesizer.finish(stream)
        chunks = []
        while not stream.finished:
            chunks += backend.synthesizer.step([stream], min(16, stream.ready))
        sound = np.concatenate(chunks)
        assert 0.5 < len(sound) / 24000 < 8, voice.slug
        assert 0.05 < np.abs(sound).max() < 2, voice.slug


def test_two_voices_at_least_for_each_language_and_both_genders(backend: Backend) -> None:
    genders: dict[str, set[str]] = {}
    for voice in backend.voices:
        genders.setdefault(voice.language, set()).add(voice.gender)
    assert genders == {code: {"feminine", "masculine"} for code in ("en", "ja", "es", "fr", "it", "pt", "hi")}


@pytest.mark.parametrize(("slug", "language"), [("af_heart", "es"), ("ef_luz", "en"), ("if_sara", "pt-BR")])
def test_a_voice_asked_for_another_language_is_refused_with_the_reason(
    backend: Backend, slug: str, language: str
) -> None:
    with pytest.raises(SpeechError, match="does not speak") as caught:
        find_front_end(language, backend.voices.get(slug), backend)
    assert caught.value.code == "language_not_supported"
