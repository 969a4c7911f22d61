"""Pipecat's Cartesia services."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance
from .hearing import check_timestamps

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def played(performed: Callable[..., Performance]) -> Performance:
    return performed("pipecat", "pipecat_turns.py")


def test_speech(played: Performance, check_speech: Callable[[Performance], None]):
    check_speech(played)


@pytest.mark.parametrize("name", ["sentences", "tokens"])
def test_turns_begin_and_end_once(played: Performance, name: str):
    scene = played.scene(name)
    assert scene.facts == {"errors": [], "started and stopped": [[1, 1], [1, 1]]}
    for turn in scene.turns:
        check_timestamps(turn)


def test_after_an_interruption_only_the_new_answer_is_heard(played: Performance):
    scene = played.scene("interruption")
    assert scene.facts["errors"] == []
    check_timestamps(scene.turns[0])
    assert played.ended["cancelled"] == 1


def test_after_an_error_in_mid_turn_the_next_is_spoken(played: Performance):
    scene = played.scene("error")
    assert len(scene.facts["fault"]) == 1
    assert "text_too_long" in scene.facts["fault"][0]
    assert scene.facts["errors"] == []
    check_timestamps(scene.turns[0])
    assert played.errors == {"text_too_long": 1}


def test_http(played: Performance):
    assert played.scene("http").facts["errors"] == []


def test_no_socket_was_opened_twice(played: Performance):
    assert played.connections == len(played.scenes)
    assert played.settled
