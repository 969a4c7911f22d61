"""Any order of any messages: no crash, no hang, nothing after a cancel, exactly one end for each turn."""

from __future__ import annotations

import json
import math
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from larksong.server.config import EngineLimits
from larksong.server.doors.cartesia import protocol
from larksong.server.doors.cartesia.session import Session

from .harness import Bench, Client, Frame, request
from .oracle import Oracle

NAMES = ["a", "b", "c"]  # more than there are slots
VERSIONS = ["2024-06-10", "2025-04-16", "2026-03-01"]
LONG = "and so on " * 5
TEXTS = ["", " ", "Hi.", "Hel", "lo", " there, you all. ", "😀", "<speed", ' ratio="2"/>']
BAD_TEXTS = ["boom-text", "boom-sound", LONG, None]
LIMITS = EngineLimits(expiry_s=60.0, stall_s=5.0)


class Caller(Client):
    """A client that knows what it may receive."""

    def __init__(self, bench: Bench, version: str) -> None:
        super().__init__(bench, version, reads=True)
        self.oracle = Oracle(bench, version, self._has_ended)
        self._reading = False

    def _has_ended(self, name: str) -> bool:
        context = self.session._contexts.get(name)
        return context is not None and context.turn.gone

    def read(self) -> None:
        if self._reading:  # what is read has led to news, which come in their turn
            return
        self._reading = True
        while (event := self.outbox.get()) is not None:
            for data in self.session.render(event, self.bench.now):
                self.oracle.received(json.loads(data))
        self._reading = False

    def frame(self, frame: Frame | str) -> None:
        data = frame if isinstance(frame, str) else json.dumps(frame)
        self.oracle.sent(data)
        super().frame(data)

    def listen(self, reads: bool) -> None:
        self.reads = reads
        if reads:
            self.read()
        self.oracle.unread_since = None if reads else self.oracle.unread_since or self.bench.now

    def wait(self, seconds: float) -> None:
        self.bench.run(seconds)

    def leave(self, _: None) -> None:
        self.session.close()
        self.oracle.closed()

    def finish(self) -> None:
        """Say the last word of every turn, and wait for its end."""
        self.listen(True)
        self.bench.run()
        while names := self.oracle.open_names():
            for name in names:
                self.send("", context=name)
            self.bench.run()
        self.oracle.check_over()
        assert not self.session._contexts.all()
        assert not self.session._by_turn


#: What a frame or an act may be made of; what stands there several times is so much likelier.
REQUEST = {
    "text": [*TEXTS, *TEXTS, *BAD_TEXTS],
    "context": NAMES,
    "more": [True, True, False],
    "flush": [None, None, True],
    "max_buffer_delay_ms": [0, 200, None],
    "add_timestamps": [False, True],
    "voice": [{"id": "af_heart"}] * 9 + [{"id": "nobody"}],
}
CANCEL = {"context_id": NAMES, "cancel": [True], "ack": [None, True]}
WRONG = {"context_id": NAMES, "transcript": [1], "continue": [True, False]}
NAMELESS = {"frame": ["{", request("Hi.", context=None)]}
KINDS = [*[(request, REQUEST)] * 18, (dict, CANCEL), (dict, CANCEL), (dict, WRONG), (lambda frame: frame, NAMELESS)]
ACTS = [
    *[(Caller.frame, None)] * 10,
    *[(Caller.wait, seconds) for seconds in (0.05, 1.0, 31.0, 200.0)],
    *[(Caller.listen, reads) for reads in (True, False)],
    (Caller.leave, None),
]


def act(number: int) -> tuple[int, Any, Any]:
    """Who does what, chosen by the digits of a number: drawing each choice by itself takes longer than the act."""

    def choose(choices: list[Any]) -> Any:
        nonlocal number
        number, digit = divmod(number, len(choices))
        return choices[digit]

    do, value = choose(ACTS)
    who = choose([0, 1])
    if do is Caller.frame:
        make, fields = choose(KINDS)
        value = make(**{name: choose(choices) for name, choices in fields.items()})
    return who, do, value


LARGEST = len(ACTS) * 2 * len(KINDS) * math.prod(map(len, REQUEST.values())) - 1
acts = st.integers(0, LARGEST).map(act)


# §14.33 §14.35 §14.54 §14.63 §14.64
@given(
    acts=st.one_of(st.lists(acts, max_size=8), st.lists(acts, min_size=8, max_size=40)),
    version=st.sampled_from(VERSIONS),
)
def test_any_order_of_messages(acts: list[tuple[int, Any, Any]], version: str) -> None:
    """On two sockets that share two slots."""
    bench = Bench(slots=2, limits=LIMITS, max_text_chars=40)
    callers = [Caller(bench, version), Caller(bench, version)]
    for who, do, value in acts:
        do(callers[who], value)
        if do is Caller.leave:
            callers[who] = Caller(bench, version)
    for caller in callers:
        caller.finish()
    assert bench.slots.used == 0
    assert not bench.engine._jobs


# §14.33
@given(texts=st.lists(st.sampled_from(TEXTS), min_size=1, max_size=12), delay=st.sampled_from([0, 100, None]))
def test_every_turn_that_is_closed_is_done_once(texts: list[str], delay: int | None) -> None:
    client = Bench().client()
    for text in texts:
        client.send(text, more=True, max_buffer_delay_ms=delay)
        client.bench.run(0.05)
    client.send("", more=False)
    client.bench.run()
    assert [frame["type"] for frame in client.frames if frame["done"]] == ["done"]
    assert client.frames[-1]["done"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [*request("x"), "flush", "cancel", "ack", "language", "generation_config", "speed", "add_timestamps"]


# §14.61
@given(fields=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=5))
def test_any_value_in_any_field_is_served_or_answered_with_an_error(fields: dict[str, Any]) -> None:
    client = Bench().client()
    client.frame(request("Hi.") | fields)
    client.bench.run(6.0)
    client.send("Still here.", context="next")
    client.bench.run(5.0)
    assert client.types("next") == ["chunk", "done"]
    assert all(frame["type"] != "error" or frame["status_code"] < 500 for frame in client.frames)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A frame with a piece of it cut out, doubled or put elsewhere."""
    whole = json.dumps(request("Hi.", flush=True, generation_config={"speed": 1.5})).encode()
    places = st.integers(0, len(whole))
    (start, end), source, new = sorted((draw(places), draw(places))), draw(places), draw(st.binary(max_size=4))
    return whole[:start] + new + whole[source : source + end - start] + whole[end:]


# §14.61
@given(data=st.one_of(st.text(max_size=200), st.binary(max_size=200), damaged()))
def test_any_frame_is_parsed_or_refused(data: str | bytes) -> None:
    with suppress(protocol.BadFrame):  # and nothing else is raised
        assert isinstance(protocol.parse(data), protocol.Request)
        assert isinstance(protocol.parse_opening(data), protocol.Opening)


def test_a_session_never_raises_for_what_a_client_sends() -> None:
    client = Bench().client()
    assert isinstance(client.session, Session)
    for data in ("\ud800", b"\xff\xfe", '{"transcript":"\\udc00"}', json.dumps({"context_id": "\ud83d"})):
        client.session.receive(data, 0.0)
    assert all(frame["type"] in ("error", "done") for frame in client.frames)
