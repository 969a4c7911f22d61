"""LiveKit Agents' Cartesia plugins, in Python and on Node."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance
from .hearing import check_timestamps

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def played(performed: Callable[..., Performance]) -> Performance:
    return performed("livekit", "livekit_turns.py")


def test_speech(played: Performance, check_speech: Callable[[Performance], None]):
    check_speech(played)


@pytest.mark.parametrize("name", ["turns", "interruption", "pause", "tool_call", "error", "http"])
def test_nothing_is_tried_twice_and_nothing_is_complained_about(played: Performance, name: str):
    facts = played.scene(name).facts
    assert facts["warnings"] == []
    assert "errors" not in facts


@pytest.mark.parametrize("name", ["turns", "interruption", "pause", "tool_call"])
def test_each_turn_is_final_and_its_transcript_is_what_was_sent(played: Performance, name: str):
    scene = played.scene(name)
    assert scene.facts["transcripts"] == [turn.text for turn in scene.turns]
    assert scene.facts["final"] == [True] * len(scene.turns)
    assert not scene.facts.get("frames")  # where nothing was said, nothing was heard


def test_a_turn_that_fails_is_over_with_its_text(played: Performance):
    scene = played.scene("error")
    assert scene.facts["waited"] < 5  # of the ten seconds that this client would wait for another frame
    assert scene.facts["transcripts"] == [scene.turns[0].text]
    assert played.errors == {"text_too_long": 1}


def test_the_pooled_socket_is_used_again(played: Performance):
    assert played.scene("turns").facts["reused"] == [False, True]
    assert played.scene("pause").facts["reused"] == [False, True]
    # After an interruption this client drops its socket.
    assert played.scene("interruption").facts["reused"][-1] is True
    extra = 1
    assert played.connections == len(played.scenes) + extra
    assert played.settled


@pytest.fixture(scope="module", params=[True, False], ids=["tls", "plain"])
def on_node(request: pytest.FixtureRequest, performed: Callable[..., Performance]) -> Performance:
    return performed("livekit-node", "livekit.mjs", tls=request.param)


def test_speech_on_node(on_node: Performance, check_speech: Callable[[Performance], None]):
    check_speech(on_node)


@pytest.mark.parametrize("name", ["turns", "interruption"])
def test_each_turn_on_node_is_final_and_has_its_words(on_node: Performance, name: str):
    scene = on_node.scene(name)
    assert scene.facts == {"errors": [], "final": [1] * len(scene.turns)}
    for turn in scene.turns:
        check_timestamps(turn)


def test_a_turn_that_fails_on_node_is_over_with_its_text(on_node: Performance):
    scene = on_node.scene("error")
    assert scene.facts["waited"] < 4  # of the five seconds that this client would wait for another chunk
    assert scene.facts["errors"] == []
    check_timestamps(scene.turns[0])
    assert on_node.errors == {"text_too_long": 1}


def test_whole_answers_on_node(performed: Callable[..., Performance]):
    scene = performed("livekit-node", "livekit.mjs", tls=True).scene("http")
    assert scene.facts["errors"] == []
    assert len(scene.turns) == 1


def test_the_pooled_socket_on_node_is_used_again(on_node: Performance):
    # After an interruption this client may drop its socket.
    assert len(on_node.scenes) <= on_node.connections <= len(on_node.scenes) + 1
    assert on_node.settled
