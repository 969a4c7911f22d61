"""Cartesia's own Python client, by generation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance
from .hearing import check_timestamps

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]
Performed = Callable[..., Performance]

NEWER = pytest.mark.parametrize("environment", ["cartesia-4", "cartesia-3"])


@NEWER
@pytest.mark.parametrize("program", ["cartesia_sync.py", "cartesia_async.py", "cartesia_http.py"])
def test_speech(performed: Performed, check_speech: Callable[[Performance], None], environment: str, program: str):
    check_speech(performed(environment, program))


@NEWER
def test_turns_one_after_another(performed: Performed, environment: str):
    played = performed(environment, "cartesia_sync.py")
    scene = played.scene("turns")
    for turn in scene.turns:
        check_timestamps(turn)
    assert scene.facts == {"strange": [], "left over": ""}
    assert played.connections == len(played.scenes)
    assert played.settled


@NEWER
def test_nothing_of_a_cancelled_turn_reaches_the_next(performed: Performed, environment: str):
    facts = performed(environment, "cartesia_sync.py").scene("cancel").facts
    assert "done" not in facts["in flight"]
    assert facts["strange"] == []
    assert facts["left over"] == ""


@NEWER
def test_a_failed_turn_says_why_and_the_next_is_spoken(performed: Performed, environment: str):
    facts = performed(environment, "cartesia_sync.py").scene("error").facts
    assert facts["fault"]["title"] == "Text too long"
    assert facts["fault"]["done"] is True
    assert facts["code"] == ["text_too_long", 413]
    assert facts["strange"] == []
    assert facts["left over"] == ""


@NEWER
def test_concurrent_contexts_each_end_once(performed: Performed, environment: str):
    played = performed(environment, "cartesia_async.py")
    scene = played.scene("concurrent")
    assert scene.facts == {"last": ["done"] * 3, "done": [1] * 3}
    assert played.connections == len(played.scenes)
    assert played.settled


@NEWER
def test_flush_ends_a_part_and_not_the_context(performed: Performed, environment: str):
    facts = performed(environment, "cartesia_async.py").scene("flush").facts
    assert facts["flushed"] == [1]
    assert facts["ids"] == [1, 2]
    assert len(facts["parts"]) == 2
    assert min(facts["parts"]) > 24000 * 0.5


@NEWER
def test_cancel_leaves_the_neighbours_alone(performed: Performed, environment: str):
    played = performed(environment, "cartesia_async.py")
    assert len(played.scene("cancel").turns) == 2
    assert played.ended["cancelled"] == 1


@NEWER
def test_errors_stay_in_their_context(performed: Performed, environment: str):
    played = performed(environment, "cartesia_async.py")
    types = played.scene("error").facts["types"]
    assert types[-1] == "error"
    assert "done" not in types
    unknown = played.scene("unknown_voice").facts
    assert unknown == {"types": ["error"], "code": ["voice_not_found", 404]}
    assert played.errors == {"text_too_long": 1, "voice_not_found": 1}


@NEWER
def test_files_events_and_voices_over_http(performed: Performed, environment: str):
    played = performed(environment, "cartesia_http.py")
    played.scene("files")
    events = played.scene("events")
    check_timestamps(events.turns[0])
    assert events.facts["types"].count("done") == 1
    assert events.facts["types"][-1] == "done"
    voices = played.scene("voices").facts
    assert len(voices["ids"]) == len(set(voices["ids"])) > 4
    assert 0 < len(voices["feminine"]) < len(voices["ids"])
    assert voices["name"]


@NEWER
def test_a_cloned_voice_speaks_until_it_is_deleted(performed: Performed, environment: str):
    scene = performed(environment, "cartesia_http.py").scene("clone")
    assert scene.facts == {"name": "Renamed", "owned": True, "owned after": []}


@NEWER
def test_a_localized_voice_has_the_other_accent(performed: Performed, environment: str):
    facts = performed(environment, "cartesia_http.py").scene("localize").facts
    assert (facts.pop("name"), facts.pop("country")) == ("Over there", "GB")
    newest = {
        "accents": ["british", "general-american"],
        "locales": [["en-GB", True], ["en-US", False]],
        "removed": "invalid_request",
    }
    assert facts == (newest if environment == "cartesia-4" else {})


@NEWER
def test_tokens_and_dictionaries(performed: Performed, environment: str):
    played = performed(environment, "cartesia_http.py")
    assert played.scene("token").turns
    assert played.scene("dictionary").facts == {"listed": True}


@NEWER
def test_http_errors_become_the_right_exceptions(performed: Performed, environment: str):
    played = performed(environment, "cartesia_http.py")
    assert played.scene("errors").facts == {
        "voice": ["NotFoundError", 404, "voice_not_found"],
        "format": ["BadRequestError", 400, "invalid_output_format"],
        "lookup": ["NotFoundError", 404, "voice_not_found"],
        "key": ["AuthenticationError", 401, "unauthorized"],
    }
    assert played.settled
