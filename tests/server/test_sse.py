"""`/tts/sse`: the socket's messages as server-sent events."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .conftest import Running
from .harness import solo
from .test_bytes import utterance


def post(server: Running, body: Any, **headers: str) -> list[tuple[str, dict[str, Any]]]:
    """Events in order, as (event, data)."""
    status, found, answer = server.get("/tts/sse", "POST", json.dumps(body).encode(), **headers)
    assert status == 200
    assert found["content-type"].startswith("text/event-stream")
    events = []
    *blocks, rest = answer.decode().split("\n\n")
    assert rest == ""
    for block in blocks:
        event, data = block.split("\n")
        assert event.startswith("event: ")
        assert data.startswith("data: ")
        events.append((event[7:], json.loads(data[6:])))
    return events


# §14.76
def test_events_are_the_socket_s_messages_and_end_with_done(running: Running) -> None:
    events = post(running, utterance(add_timestamps=True))
    assert all(kind == data["type"] for kind, data in events)
    assert all({"done", "status_code"} <= data.keys() for _, data in events)
    assert [data["done"] for _, data in events] == [False] * (len(events) - 1) + [True]
    assert events[-1][0] == "done"
    assert {kind for kind, _ in events} == {"timestamps", "chunk", "done"}
    assert not any({"context_id", "flush_id", "error"} & data.keys() for _, data in events)
    sound = b"".join(base64.b64decode(data["data"]) for kind, data in events if kind == "chunk")
    assert sound == solo("Hello there.")
    assert all(isinstance(data["step_time"], float) for kind, data in events if kind == "chunk")
    words = [word for kind, data in events if kind == "timestamps" for word in data["word_timestamps"]["words"]]
    assert words == ["Hello", "there."]


# §14.76
def test_a_context_id_is_echoed_only_if_given(running: Running) -> None:
    for _, data in post(running, utterance(context_id="mine", add_phoneme_timestamps=True)):
        assert data["context_id"] == "mine"


def test_nothing_to_say_is_just_done(running: Running) -> None:
    assert [kind for kind, _ in post(running, utterance(" "))] == ["done"]


def test_resampled_sound_is_complete(running: Running) -> None:
    form = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}
    sound = b"".join(base64.b64decode(d.get("data", "")) for _, d in post(running, utterance(output_format=form)))
    assert abs(len(sound) - len(solo("Hello there.")) // 3) <= 4


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"output_format": {"container": "mp3", "sample_rate": 44100}}, 400, "invalid_output_format"),
        ({"voice": "nobody"}, 404, "voice_not_found"),
        ({"transcript": ...}, 400, "invalid_request"),
        ({"transcript": "boom-text"}, 500, "internal_error"),
    ],
    ids=str,
)
def test_faults_before_the_first_event_are_plain_answers(
    running: Running, change: dict[str, Any], status: int, code: str
) -> None:
    answer = running.ask("POST", "/tts/sse", utterance(**{"text": change.get("transcript", "Hello."), **change}))
    assert (answer[0], answer[1]["error_code"]) == (status, code)


# §14.76
def test_a_fault_midway_is_the_last_event(running: Running) -> None:
    events = post(running, utterance("word " * 100 + "boom-sound"))
    assert events[0][0] == "chunk"
    kind, data = events[-1]
    assert kind == data["type"] == "error"
    assert data["done"] is True
    assert (data["status_code"], data["error_code"]) == (500, "internal_error")
    assert {"title", "message", "request_id"} <= data.keys()
