"""The protocol without I/O: literal frames in, events out; frames out."""

import json
import logging

import pytest
from larksong.clients.python import (
    Chunk,
    Core,
    Done,
    Failed,
    FlushDone,
    LarksongError,
    Other,
    Settings,
    Timestamps,
)
from larksong.clients.python.core import MAX_PENDING

CHUNK = '{"type":"chunk","context_id":"a","done":false,"status_code":206,"data":"AAECAw==","step_time":1.5}'
DONE = '{"type":"done","context_id":"a","done":true,"status_code":200}'


@pytest.fixture
def core():
    core = Core()
    core.open(Settings(), "a")
    core.send("a", "Hello.", more=False)
    return core


BAD_ID = '{"type":"done","context_id":[]}'


def drain(core, context_id="a"):
    events = []
    while event := core.next_event(context_id):
        events.append(event)
    return events


def test_first_request_repeats_what_the_context_was_opened_with():
    core = Core()
    core.open(Settings(voice="am_michael", sample_rate=8000, speed=1.2, timestamps=True), "a")
    assert json.loads(core.send("a", "Hello ", more=True)) == {
        "model_id": "sonic-3",
        "voice": {"mode": "id", "id": "am_michael"},
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 8000},
        "generation_config": {"speed": 1.2},
        "add_timestamps": True,
        "context_id": "a",
        "transcript": "Hello ",
        "continue": True,
    }
    assert json.loads(core.send("a", "", more=True, flush=True))["flush"] is True
    assert json.loads(core.send("a", "", more=False))["continue"] is False


def test_extra_fields_go_out_as_they_are():
    core = Core()
    core.open(Settings(extra={"add_visemes": True}), "a")
    assert json.loads(core.send("a", "x", more=False))["add_visemes"] is True


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (CHUNK, Chunk(b"\x00\x01\x02\x03", 1.5)),
        (
            '{"type":"chunk","context_id":"a","data":"","step_time":2,"flush_id":1,"new":0}',
            Chunk(b"", 2.0, 1),
        ),
        (
            '{"type":"timestamps","context_id":"a","word_timestamps":'
            '{"words":["Hi","there."],"start":[0,0.25],"end":[0.25,0.5]}}',
            Timestamps("word", ("Hi", "there."), (0.0, 0.25), (0.25, 0.5)),
        ),
        (
            '{"type":"phoneme_timestamps","context_id":"a","phoneme_timestamps":'
            '{"phonemes":["h"],"start":[0],"end":[0.1]}}',
            Timestamps("phoneme", ("h",), (0.0,), (0.1,)),
        ),
        ('{"type":"flush_done","context_id":"a","flush_done":true,"flush_id":1}', FlushDone(1)),
        (DONE, Done()),
        (
            '{"type":"error","context_id":"a","done":true,"status_code":404,"error_code":"voice_not_found",'
            '"title":"Not found","message":"no voice x","request_id":"r1","error":"Not found: no voice x"}',
            Failed("voice_not_found", "no voice x", 404, "r1"),
        ),
        (
            '{"type":"error","context_id":"a","done":true,"status_code":429,"retry_after":0.5,'
            '"error_code":"concurrency_limited","message":"full"}',
            Failed("concurrency_limited", "full", 429, retry_after=0.5),
        ),
        (
            '{"type":"error","context_id":"a","done":true,"status_code":500,"error":"Oops: it broke"}',
            Failed("server_error", "Oops: it broke", 500),
        ),
        (
            '{"type":"news","context_id":"a","x":1}',
            Other("news", {"type": "news", "context_id": "a", "x": 1}),
        ),
    ],
)
def test_frame_becomes_event(core, frame, event):
    assert core.receive(frame) is None
    assert drain(core) == [event]
    assert core.is_over("a") == isinstance(event, Done | Failed)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"a"',
        '{"type":"chunk"}',
        '{"context_id":"a"}',
        b"\x00",
        '{"type":"done","context_id":[]}',
    ],
)
def test_frame_that_names_no_context_is_refused(core, frame):
    with pytest.raises(LarksongError) as caught:
        core.receive(frame)
    assert caught.value.code == "bad_frame"


@pytest.mark.parametrize(
    "fields",
    [
        '"type":"chunk"',
        '"type":"chunk","data":null',
        '"type":"chunk","data":"!!"',
        '"type":"chunk","data":"AAE=","step_time":"soon"',
        '"type":7',
        '"type":"timestamps"',
        '"type":"timestamps","word_timestamps":{"words":["a"],"start":[],"end":[1]}',
        '"type":"timestamps","word_timestamps":[]',
        '"type":"flush_done"',
    ],
)
def test_malformed_frame_stops_only_its_context(core, fields):
    core.open(Settings(), "b")
    core.send("b", "x", more=True)
    core.receive(CHUNK)
    answer = core.receive("{" + fields + ',"context_id":"a"}')
    assert json.loads(answer) == {"context_id": "a", "cancel": True}
    chunk, failure = drain(core)
    assert isinstance(chunk, Chunk)
    assert failure.code == "bad_frame"
    assert not core.is_over("b")
    assert core.receive('{"type":"done","context_id":"b"}') is None
    assert drain(core, "b") == [Done()]


def test_contexts_are_kept_apart(core):
    core.open(Settings(), "b")
    core.receive('{"type":"chunk","context_id":"b","data":"Yg=="}')
    core.receive('{"type":"chunk","context_id":"a","data":"YQ=="}')
    core.receive('{"type":"done","context_id":"b"}')
    assert drain(core, "b") == [Chunk(b"b"), Done()]
    assert drain(core) == [Chunk(b"a")]
    assert not core.is_over("a")


def test_nothing_comes_after_cancel(core):
    core.receive(CHUNK)
    assert json.loads(core.cancel("a")) == {"context_id": "a", "cancel": True}
    core.receive(CHUNK)
    core.receive(DONE)
    assert drain(core) == []
    assert core.is_over("a")
    assert core.cancel("a") is None


def test_cancel_of_a_context_the_server_never_heard_of_sends_nothing():
    core = Core()
    core.open(Settings(), "a")
    assert core.cancel("a") is None
    with pytest.raises(LarksongError, match="context_closed"):
        core.send("a", "x", more=True)


def test_text_after_the_end_is_refused(core):
    with pytest.raises(LarksongError, match="context_closed"):
        core.send("a", "more", more=True)


def test_id_may_be_used_again_only_when_forgotten(core):
    with pytest.raises(LarksongError, match="context_in_use"):
        core.open(Settings(), "a")
    core.forget("a")
    assert core.open(Settings(), "a") == "a"


def test_lost_connection_fails_open_contexts_and_later_ones_but_not_finished_ones(core):
    core.receive(DONE)
    core.open(Settings(), "b")
    core.connection_lost(Failed("connection_closed", "gone"))
    core.connection_lost(Failed("other", "second reason"))
    core.open(Settings(), "c")
    assert drain(core, "a") == [Done()]
    assert drain(core, "b") == drain(core, "c") == [Failed("connection_closed", "gone")]


def test_unread_context_is_bounded(core):
    for _ in range(MAX_PENDING):
        assert core.receive(CHUNK) is None
    assert json.loads(core.receive(CHUNK)) == {"context_id": "a", "cancel": True}
    events = drain(core)
    assert len(events) == MAX_PENDING + 1
    assert events[-1].code == "reader_too_slow"


def test_error_without_a_reader_is_logged(core, caplog):
    with caplog.at_level(logging.WARNING):
        core.receive('{"type":"error","context_id":"nobody","error":"Lost: and found"}')
    assert "Lost: and found" in caplog.text
