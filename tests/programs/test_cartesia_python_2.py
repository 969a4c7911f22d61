"""Cartesia's Python client of the second generation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance
from .hearing import check_timestamps

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def played(performed: Callable[..., Performance]) -> Performance:
    return performed("cartesia-2", "cartesia_2.py")


def test_speech(played: Performance, check_speech: Callable[[Performance], None]):
    check_speech(played)


def test_whole_streamed_and_generated_turns(played: Performance):
    scene = played.scene("turns")
    check_timestamps(scene.turns[0])
    check_timestamps(scene.turns[2])
    assert scene.facts["pieces"] > 2


def test_errors_are_told_in_words_and_the_next_turn_is_spoken(played: Performance):
    for name in ("error", "cancel"):
        scene = played.scene(name)
        assert "Text too long" in scene.facts["message"]
        assert len(scene.turns) == 1


def test_concurrent_contexts_are_closed_afterwards(played: Performance):
    assert played.scene("concurrent").facts["closed"] == [True, True]


def test_each_flush_has_its_own_sound(played: Performance):
    assert len(played.scene("flush").turns) == 3


def test_http(played: Performance):
    scene = played.scene("http")
    check_timestamps(scene.turns[1])
    assert scene.facts["events"][-1] == "done"
    assert len(scene.facts["voices"]) == len(set(scene.facts["voices"])) > 4
    assert scene.facts["localized"] == ["Mine", "Mine"]


def test_it_reconnects_only_after_its_own_errors(played: Performance):
    sockets = 5 + 1  # one for each scene but the last, and another one after the error
    requests = 1  # kept alive
    assert played.connections == sockets + requests
    assert played.settled
