"""Any order of any messages: no crash, no hang, nothing after a cancel, at most one end for each turn."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from larksong.server import protocol
from larksong.server.config import EngineLimits
from larksong.server.session import Session

from .harness import Bench, Client, Frame, request

NAMES = ["a", "b"]
TEXTS = ["", " ", "Hi.", "Hel", "lo", " there, you all. ", "😀", "<speed", ' ratio="2"/>', "boom-text", "boom-sound"]

requests = st.builds(
    lambda text, context, more, **fields: ("frame", request(text, context, more, **fields)),
    text=st.sampled_from(TEXTS),
    context=st.sampled_from(NAMES),
    more=st.booleans(),
    flush=st.sampled_from([None, True]),
    max_buffer_delay_ms=st.sampled_from([0, 200, None]),
    add_timestamps=st.booleans(),
    voice=st.sampled_from(["af_heart", "af_heart", "nobody"]),
)
cancels = st.builds(
    lambda name, ack: ("frame", {"context_id": name, "cancel": True, "ack": ack}),
    st.sampled_from(NAMES),
    st.sampled_from([None, True]),
)
broken = st.sampled_from([("frame", "{"), ("frame", '{"context_id":"a","transcript":1,"continue":true}')])
pauses = st.tuples(st.just("run"), st.sampled_from([0.0, 0.05, 1.0, 200.0]))
reading = st.tuples(st.just("reads"), st.booleans())
acts = st.lists(st.one_of(requests, requests, cancels, broken, pauses, reading), max_size=25)


def perform(client: Client, act: tuple[str, Any]) -> None:
    kind, value = act
    if kind == "frame":
        client.frame(value)
    elif kind == "run":
        client.bench.run(value)
    else:
        client.reads = value
        if value:
            client.read()


def openings(acts: list[tuple[str, Any]], name: str) -> int:
    """Requests that could have opened a turn of this name."""
    return sum(
        isinstance(value, dict) and value.get("context_id") == name and not value.get("cancel") for _, value in acts
    )


# §14.33 §14.35 §14.54
@given(acts=acts, version=st.sampled_from(["2024-06-10", "2025-04-16", "2026-03-01"]))
def test_any_order_of_messages(acts: list[tuple[str, Any]], version: str) -> None:
    bench = Bench(slots=2, limits=EngineLimits(expiry_s=60.0, stall_s=5.0))
    client = bench.client(version)
    for act in acts:
        before = len(client.frames)
        perform(client, act)
        if isinstance(act[1], dict) and act[1].get("cancel") and client.session._contexts.get("a") is None:
            name = act[1]["context_id"]
            after = [f for f in client.frames[before:] if f["context_id"] == name]
            assert all(frame["type"] == "cancelled" for frame in after)
    client.reads = True
    client.read()
    for name in NAMES:
        client.frame({"context_id": name, "cancel": True})
    bench.run()
    quiet = len(client.frames)
    bench.run()
    client.read()
    assert len(client.frames) == quiet
    assert bench.slots.used == 0
    assert not bench.engine._jobs
    known = {"chunk", "timestamps", "flush_done", "done", "error", "cancelled"}
    assert {frame["type"] for frame in client.frames} <= known
    ends = Counter(frame["context_id"] for frame in client.frames if frame["done"])
    for name in NAMES:
        assert ends[name] <= openings(acts, name) + sum(act[0] == "frame" for act in acts)
        check_turns(client.of(name))


def check_turns(frames: list[Frame]) -> None:
    """Between two ends there is one turn: its flush ids and word times never go back."""
    last_flush, last_word = -1, 0.0
    for frame in frames:
        if frame["done"]:
            last_flush, last_word = -1, 0.0
        if frame["type"] == "flush_done":
            assert frame["flush_id"] > last_flush
            last_flush = frame["flush_id"]
        if frame["type"] == "timestamps" and frame["word_timestamps"]["start"][0] >= last_word:
            last_word = frame["word_timestamps"]["start"][-1]


# §14.33
@given(texts=st.lists(st.sampled_from(TEXTS[:9]), min_size=1, max_size=12), delay=st.sampled_from([0, 100, None]))
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
    assert client.types("next")[-1] in ("done", "error")
    assert all(frame["type"] != "error" or frame["status_code"] < 500 for frame in client.frames)


@given(data=st.one_of(st.text(max_size=200), st.binary(max_size=200)))
def test_any_frame_is_parsed_or_refused(data: str | bytes) -> None:
    with suppress(protocol.BadFrame):  # and nothing else is raised
        assert isinstance(protocol.parse(data), protocol.Request)


def test_a_session_never_raises_for_what_a_client_sends() -> None:
    client = Bench().client()
    assert isinstance(client.session, Session)
    for data in ("\ud800", b"\xff\xfe", '{"transcript":"\\udc00"}', json.dumps({"context_id": "\ud83d"})):
        client.session.receive(data, 0.0)
    assert all(frame["type"] in ("error", "done") for frame in client.frames)
