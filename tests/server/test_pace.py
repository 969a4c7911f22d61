"""How far ahead the engine works, for whom it waits, and whole files."""

from __future__ import annotations

import asyncio

import pytest
from larksong.server.config import EngineLimits
from larksong.server.engine.outbox import Audio
from larksong.server.errors import SpeechError
from larksong.server.speech.whole import speak

from .fake_synthesizer import FRAME, frames_of
from .harness import TEXTS, Bench, solo, some_settings


# §14.58
def test_a_live_stream_runs_no_further_ahead_than_its_lead() -> None:
    limits = EngineLimits(lead_s=5.0)
    client = Bench(limits=limits).client()
    client.send(" ".join(["word"] * 400))
    started = client.bench.now
    client.bench.run(10.0)
    heard = client.bench.now - started
    ahead = len(client.samples()) / 24000 - heard
    assert limits.lead_s - 0.5 < ahead < limits.lead_s + 0.5


def test_a_last_word_waits_for_the_next_while_that_is_expected() -> None:
    client = Bench().client()
    for text in ("Surely ", "words ", "come "):  # each just before the one before it has been said
        client.send(text, more=True, max_buffer_delay_ms=None)
        client.bench.run(0.19)
    client.send("soon.", more=False)
    client.bench.run()
    assert client.audio() == solo("Surely words come soon.")  # no silence between


def test_a_last_word_that_nothing_follows_goes_out_before_the_listener_runs_dry() -> None:
    client = Bench().client()
    client.send("Surely ", more=True, max_buffer_delay_ms=None)
    client.bench.run(frames_of("surely") * FRAME / 24000)
    assert len(client.samples()) >= frames_of("surely") * FRAME
    assert client.bench.metrics.underruns._value.get() == 0


# §14.58
def test_a_slow_reader_s_stream_waits_and_nobody_else_notices() -> None:
    bench = Bench()
    slow, fast = bench.client(reads=False), bench.client()
    slow.send(" ".join(["word"] * 400))
    fast.send(" ".join(["word"] * 400))
    bench.run(10.0)
    limit = int(bench.engine.limits.outbox_s * 24000)
    assert limit <= slow.outbox.unread <= limit + 16 * FRAME
    assert len(fast.samples()) / 24000 > 20
    slow.reads = True
    slow.read()
    bench.run()
    assert slow.audio() == fast.audio()


def test_a_reader_that_has_stopped_loses_its_context_and_frees_its_slot() -> None:
    bench = Bench(limits=EngineLimits(stall_s=30.0))
    client = bench.client(reads=False)
    client.send(" ".join(["word"] * 100))
    bench.run(29.0)
    assert bench.slots.used == 1
    bench.run(5.0)
    assert bench.slots.used == 0
    client.read()
    assert client.frames[-1]["error_code"] == "reader_stalled"


def test_a_whole_file_is_made_at_once_and_without_a_lead_limit() -> None:
    bench = Bench(limits=EngineLimits(outbox_s=1e9))
    outbox = bench.engine.outbox(lambda: None)
    job = bench.engine.open(some_settings(bench), outbox, live=False)
    bench.engine.push(job, "word " * 400, close=True)
    ticks = 0
    while bench.slots.used:
        assert bench.tick() == 0.0  # never waits
        ticks += 1
    frames = 400 * frames_of("word")
    assert outbox.unread == frames * FRAME
    assert ticks < 1.3 * frames / bench.engine.limits.max_frames


def test_a_whole_file_leaves_the_time_to_live_streams() -> None:
    bench = Bench()
    outbox = bench.engine.outbox(lambda: None)
    job = bench.engine.open(some_settings(bench), outbox, live=False)
    bench.engine.push(job, "word " * 400, close=True)
    for _ in range(5):
        bench.tick()
    live = bench.client()
    live.send(TEXTS[3])
    bench.tick()
    assert live.types() == ["chunk"]


def test_an_underrun_is_counted_when_the_machine_is_too_slow() -> None:
    bench = Bench(limits=EngineLimits(first_frames=4))
    client = bench.client()
    client.send(TEXTS[3])
    for _ in range(5):
        bench.tick()
        bench.now += 1.0
    assert bench.metrics.underruns._value.get() >= 3


def test_waiting_for_text_is_no_underrun() -> None:
    client = Bench().client()
    for text in TEXTS:
        client.send(text, more=True)
        client.bench.run(20.0)
    assert client.bench.metrics.underruns._value.get() == 0


def test_text_that_piles_up_unspoken_is_refused() -> None:
    bench = Bench(max_text_chars=100)
    client = bench.client()
    for _ in range(30):
        client.send("a few more words ", more=True)
    bench.run(1.0)
    assert client.frames[-1]["error_code"] == "text_too_long"


def test_text_without_end_is_fine_when_it_is_spoken() -> None:
    bench = Bench(max_text_chars=100)
    client = bench.client()
    for _ in range(30):
        client.send("a few more words ", more=True)
        bench.run(5.0)
    client.send("", more=False)
    bench.run()
    assert client.types() == ["chunk", "done"]


def test_planning_stays_a_bounded_time_ahead() -> None:
    bench = Bench()
    client = bench.client()
    client.send("A short sentence. " * 500)
    for _ in range(200):
        bench.tick()
    planned = sum(frames_of(word) for text in bench.synthesizer.texts for word in text) * 0.025
    assert planned < bench.engine.limits.lead_s + 3 * bench.engine.limits.plan_ahead_s


async def test_whole_texts_for_the_http_api_come_as_an_iterator() -> None:
    bench = Bench()
    loop = asyncio.get_running_loop()
    bench.engine._notify = lambda outboxes: [loop.call_soon_threadsafe(each.wake) for each in outboxes]
    bench.engine.start()
    try:
        events = [event async for event in speak(bench.engine, some_settings(bench), TEXTS[0])]
        count = sum(len(event.samples) for event in events if isinstance(event, Audio))
        assert count == sum(map(frames_of, TEXTS[0].split())) * FRAME
        with pytest.raises(SpeechError) as caught:
            async for _ in speak(bench.engine, some_settings(bench), "boom-text"):
                pass
        assert caught.value.code == "internal_error"
        left = speak(bench.engine, some_settings(bench), "word " * 4000)
        await anext(left)
        await left.aclose()
        for _ in range(200):
            await asyncio.sleep(0.01)
            if not bench.slots.used:
                break
        assert bench.slots.used == 0
    finally:
        bench.engine.stop()
