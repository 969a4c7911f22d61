"""Buffering, flush and cancel as a client sees them, tick by tick."""

from __future__ import annotations

import base64

import pytest
from larksong.server.engine.outbox import Audio

from .fake_synthesizer import FRAME, frames_of
from .harness import FORMAT, WHOLE, Bench, expected_frames, speak


# §14.47 §14.48
def test_submissions_without_buffer_are_planned_at_once_and_apart() -> None:
    client = Bench().client()
    client.send("Hello there.", more=True)
    client.bench.tick()
    client.send("How are you?", more=True)
    client.bench.tick()
    assert client.bench.synthesizer.texts == [["Hello", "there."], ["How", "are", "you?"]]


# §14.40 §14.49
def test_tokens_of_a_language_model_start_to_sound_after_a_few_words() -> None:
    client = Bench().client()
    for token in ("Sure", ",", " I", " can", " help", " you", " with", " th", "at"):
        client.send(token, more=True, max_buffer_delay_ms=None)
        client.bench.run(0.033)
        if client.frames:
            break
    assert token == " I"
    for token in (" can", " help", " th", "at", "."):
        client.send(token, more=True, max_buffer_delay_ms=None)
        client.bench.run(0.033)
    client.send("", more=False)
    client.bench.run()
    assert [word for text in client.bench.synthesizer.texts for word in text] == ["Sure,", "I", "can", "help", "that."]


# §14.50
def test_buffered_text_is_spoken_after_its_delay() -> None:
    client = Bench().client()
    client.send("Never", more=True, max_buffer_delay_ms=200)
    client.bench.run(0.19)
    assert client.frames == []
    client.bench.run(0.05)
    assert client.types() == ["chunk"]


# §14.51
def test_a_flush_speaks_everything_and_keeps_the_context_open() -> None:
    client = Bench().client()
    client.send("half a sent", more=True, max_buffer_delay_ms=None)
    client.send("", more=True, flush=True)
    client.bench.run(2.0)
    assert client.types() == ["chunk", "flush_done"]
    assert len(client.samples()) >= expected_frames("half", "a", "sent") * FRAME
    client.send("ence.", more=False)
    client.bench.run()
    assert client.types() == ["chunk", "flush_done", "chunk", "done"]


# §14.52 §14.53
@pytest.mark.parametrize(("version", "first"), [("2025-04-16", 1), ("2024-11-13", 0), ("2024-06-10", 0)])
def test_flush_ids_count_from_the_version_s_first(version: str, first: int) -> None:
    client = Bench().client(version)
    for text in ("One more.", "Two more."):
        client.send(text, more=True, flush=True)
        client.bench.run(3.0)
    client.send("Three more.", more=False)
    client.bench.run()
    ids = [(frame["type"], frame["flush_id"]) for frame in client.frames if "flush_id" in frame]
    runs = [each for each, before in zip(ids, [None, *ids], strict=False) if each != before]
    assert runs == [
        ("chunk", first),
        ("flush_done", first),
        ("chunk", first + 1),
        ("flush_done", first + 1),
        ("chunk", first + 2),
    ]


def test_flushes_sent_together_part_the_sound_exactly() -> None:
    client = Bench().client("2025-04-16")
    client.send("One.", more=True, flush=True)
    client.send("Two.", more=True, flush=True)
    client.send("Three.", more=False)
    client.bench.run()
    assert client.types() == ["chunk", "flush_done"] * 2 + ["chunk", "done"]
    for number, word in enumerate(("One.", "Two.", "Three."), 1):
        chunks = [frame["data"] for frame in client.frames if frame["type"] == "chunk" and frame["flush_id"] == number]
        assert abs(sum(len(base64.b64decode(data)) for data in chunks) // 2 - frames_of(word) * FRAME) <= FRAME


# §14.52
def test_without_an_explicit_flush_new_versions_see_no_ids() -> None:
    assert not any("flush_id" in frame for frame in speak(WHOLE, "2025-04-16").frames)


# §14.54 §14.55
@pytest.mark.parametrize("ticks", [0, 1, 2, 5])
def test_nothing_comes_after_a_cancel_and_its_work_stops_within_a_tick(ticks: int) -> None:
    client = Bench().client()
    client.send(WHOLE, more=True)
    for _ in range(ticks):
        client.bench.tick()
    before = len(client.frames)
    client.cancel()
    steps = len(client.bench.synthesizer.steps)
    client.bench.run()
    assert len(client.frames) == before
    assert len(client.bench.synthesizer.steps) == steps
    assert client.bench.slots.used == 0


# §14.54
def test_what_waits_for_a_slow_reader_is_dropped_by_a_cancel() -> None:
    client = Bench().client(reads=False)
    client.send(WHOLE)
    client.bench.run()
    client.cancel()
    client.read()
    assert client.frames == []


# §14.54
def test_a_cancel_between_the_frames_of_one_chunk_stops_the_rest() -> None:
    client = Bench().client(reads=False)
    client.send(WHOLE, add_timestamps=True, output_format={**FORMAT, "encoding": "pcm_f32le", "sample_rate": 48000})
    for _ in range(12):
        client.bench.tick()
    cut = 0
    while (event := client.outbox.get()) is not None:
        frames = client.session.render(event, client.bench.now)
        first = next(frames, None)
        if isinstance(event, Audio) and len(event.samples) == 16 * FRAME and first:
            client.cancel()
            assert not [frame for frame in frames if b'"chunk"' in frame]
            cut += 1
    assert cut == 1


def test_a_cancel_can_be_acknowledged_with_what_was_sent() -> None:
    client = Bench().client()
    client.send(WHOLE)
    for _ in range(3):
        client.bench.tick()
    sent = len(client.samples())
    client.cancel(ack=True)
    client.bench.run()
    last = client.frames[-1]
    assert (last["type"], last["done"], last["samples"]) == ("cancelled", True, sent)
    assert last["word"] == WHOLE.split()[last["word_index"]]
    assert last["seconds"] == pytest.approx(sent / 24000, abs=1e-3)


# §14.56
def test_a_cancel_of_an_unknown_context_is_ignored() -> None:
    client = Bench().client()
    client.cancel("never")
    client.cancel("never", ack=True)
    client.bench.run()
    assert client.frames == []


# §14.59
def test_a_name_can_be_used_again_after_done_and_after_cancel() -> None:
    client = speak("Once.")
    client.send("Once.")
    client.bench.run()
    assert client.types() == ["chunk", "done", "chunk", "done"]
    client.send("Once.", more=True)
    client.cancel()
    client.send("Once.")
    client.bench.run()
    assert client.types() == ["chunk", "done"] * 3


def test_a_request_for_a_closing_context_waits_its_turn() -> None:
    client = Bench().client()
    client.send("First here.", add_timestamps=True)
    client.send("Second there.", add_timestamps=True)
    client.bench.run()
    assert [frame["type"] for frame in client.frames].count("done") == 2
    assert client.words() == ["First", "here.", "Second", "there."]


def test_requests_that_wait_are_dropped_by_a_cancel() -> None:
    client = Bench().client()
    client.send("First here.")
    client.send("Second there.")
    client.cancel()
    client.bench.run()
    assert client.frames == []


# §14.57
def test_closing_the_socket_ends_all_its_contexts() -> None:
    client = Bench().client()
    other = client.bench.client()
    for name in ("a", "b"):
        client.send(WHOLE, context=name)
    other.send(WHOLE)
    client.bench.tick()
    client.session.close()
    client.bench.tick()
    assert client.bench.slots.used == 1
    client.bench.run()
    assert other.types() == ["chunk", "done"]


# §14.41
def test_gaps_stay_short_while_text_is_pending() -> None:
    client = Bench().client()
    client.send(" ".join(["word"] * 300))
    last, widest = client.bench.now, 0.0
    while client.types()[-1:] != ["done"]:
        count = len(client.frames)
        wait = client.bench.tick()
        assert wait is not None or client.types()[-1:] == ["done"]
        if len(client.frames) > count:
            widest, last = max(widest, client.bench.now - last), client.bench.now
        client.bench.now += min(wait or 0.0, 1.0)
    assert widest < 3.0
