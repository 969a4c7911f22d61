"""Cartesia's own JavaScript client on Node, over TLS and plain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Performance
from .hearing import check_timestamps

pytestmark = [pytest.mark.clients, pytest.mark.timeout(600)]


@pytest.fixture(scope="module", params=[True, False], ids=["tls", "plain"])
def played(request: pytest.FixtureRequest, performed: Callable[..., Performance]) -> Performance:
    return performed("cartesia-node", "cartesia.cjs", tls=request.param)


def test_speech(played: Performance, check_speech: Callable[[Performance], None]):
    check_speech(played)


@pytest.mark.parametrize("name", ["turns", "concurrent"])
def test_each_context_ends_once(played: Performance, name: str):
    scene = played.scene(name)
    assert scene.facts == {"faults": [], "done": [1] * len(scene.turns)}
    for turn in scene.turns:
        check_timestamps(turn)


def test_flush_ends_a_part_and_not_the_context(played: Performance):
    assert played.scene("generate").turns
    assert played.scene("flush").facts == {"faults": [], "flushed": [1]}


def test_nothing_of_a_cancelled_turn_reaches_the_next(played: Performance):
    scene = played.scene("cancel")
    assert scene.facts == {"faults": [], "done": [1]}
    check_timestamps(scene.turns[0])
    assert played.ended["cancelled"] == 1


def test_a_failed_turn_says_why_and_the_next_is_spoken(played: Performance):
    scene = played.scene("error")
    assert scene.facts["message"] == "A transcript may have 50000 characters."
    assert scene.facts["faults"] == ["text_too_long"]
    assert scene.facts["done"] == [1]


def test_http(played: Performance):
    facts = played.scene("http").facts
    assert facts["types"][-1] == "done"
    assert len(facts["voices"]) == len(set(facts["voices"])) > 4
    assert facts["localized"] == ["Mine", "british"]
    assert facts["missing"] == ["NotFoundError", 404]


def test_it_leaves_nothing_behind(played: Performance):
    sockets = len(played.scenes) - 1
    requests = 2  # the client keeps one or two connections
    assert sockets < played.connections <= sockets + requests
    assert played.settled
