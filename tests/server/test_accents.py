"""`/accents`, and voices that read with another accent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from larksong.model.text import front_end
from larksong.server.speech.resolve import find_front_end

from .conftest import Running
from .fake_synthesizer import VOICES
from .test_voices import mixed


@pytest.fixture
def server(launch: Callable[..., Running]) -> Running:
    return launch()


def localized(server: Running, **fields: Any) -> tuple[int, Any]:
    return server.ask("POST", "/voices/localize", {"voice_id": "af_heart", "name": "Over there", **fields})


def locales(voice: Any) -> list[tuple[str, bool]]:
    return [(each["locale"], each["is_native"]) for each in voice["locales"]]


def test_accents_are_listed_by_id(running: Running) -> None:
    british, american = running.ask("GET", "/accents")[1]["accents"]
    assert british == {
        "id": "british",
        "name": "British English",
        "language": "en",
        "locale": "en-GB",
        "is_localizable": True,
        "is_locale_default": True,
    }
    assert (american["id"], american["locale"]) == ("general-american", "en-US")


def test_every_voice_speaks_every_accent_of_its_language_its_own_first(running: Running) -> None:
    voice = running.ask("GET", "/voices/af_heart")[1]
    assert locales(voice) == [("en-US", True), ("en-GB", False)]


def test_a_localized_voice_sounds_the_same_and_reads_with_the_accent(server: Running) -> None:
    status, made = localized(server, accent="british")
    assert status == 200
    assert (made["name"], made["accent"], made["is_owner"]) == ("Over there", "british", True)
    assert locales(made) == [("en-GB", True), ("en-US", False)]
    source, kept = VOICES.default, server.services.library.get(made["id"])
    assert np.array_equal(kept.style, source.style)
    assert (kept.gender, kept.middle_hz, kept.description) == (source.gender, source.middle_hz, source.description)
    # The front ends that a server has besides its voice: the accent of a voice decides which one reads.
    real = replace(server.services.backend, front_end=front_end)
    here, there = (find_front_end(None, voice, real).words("The last dance.") for voice in (source, kept))
    assert [word.phonemes for word in here] != [word.phonemes for word in there]


@pytest.mark.parametrize(
    ("fields", "accent"),
    [
        ({"accent": "general-american"}, "general-american"),
        ({"language": "en", "original_speaker_gender": "female", "dialect": "uk"}, "british"),
        ({"language": "en", "original_speaker_gender": "female", "dialect": "us"}, "general-american"),
        ({"language": "en", "original_speaker_gender": "female", "dialect": None}, "general-american"),
        ({"accent": "british", "language": "en", "dialect": "us"}, "british"),
    ],
)
def test_older_versions_name_an_accent_by_language_and_dialect(server: Running, fields: Any, accent: str) -> None:
    status, made = localized(server, description="Told.", **fields)
    assert (status, made["accent"], made["description"]) == (200, accent, "Told.")
    assert server.ask("GET", f"/voices/{made['id']}")[1] == made


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "invalid_request"),
        ({"accent": "martian"}, 400, "invalid_request"),
        ({"accent": "British English"}, 400, "invalid_request"),
        ({"accent": "british", "name": ""}, 400, "invalid_request"),
        ({"accent": "british", "voice_id": "nobody"}, 404, "voice_not_found"),
        ({"language": "es", "dialect": "pe"}, 400, "language_not_supported"),
        ({"language": "en", "dialect": "au"}, 400, "language_not_supported"),
    ],
)
def test_what_cannot_be_localized_is_told(running: Running, fields: Any, status: int, code: str) -> None:
    before = running.ask("GET", "/voices")[1]
    answer = localized(running, **fields)
    assert (answer[0], answer[1]["error_code"]) == (status, code)
    assert running.ask("GET", "/voices")[1] == before


def test_accents_of_an_own_voice_can_be_asked_for_and_not_be_taken_away(server: Running) -> None:
    own = f"/voices/{mixed(server)['id']}"
    status, voice = server.ask("PATCH", f"{own}/accents", {"accents": ["british", "general-american"]})
    assert (status, locales(voice)) == (200, [("en-US", True), ("en-GB", False)])
    for bad in ({"accents": []}, {"accents": ["martian"]}, {"accents": ["british"] * 11}, {}):
        assert server.ask("PATCH", f"{own}/accents", bad)[1]["error_code"] == "invalid_request"
    for accent in ("british", "general-american", "martian"):
        status, error = server.ask("DELETE", f"{own}/accents/{accent}")
        assert (status, error["error_code"]) == (400, "invalid_request")
    assert server.ask("GET", own)[1] == voice


def test_accents_of_other_voices_are_not_the_caller_s_to_change(running: Running) -> None:
    for method, path, body in (("PATCH", "", {"accents": ["british"]}), ("DELETE", "/british", None)):
        status, error = running.ask(method, f"/voices/af_heart/accents{path}", body)
        assert (status, error["error_code"]) == (403, "forbidden")
