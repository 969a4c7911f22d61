"""The engine: batches, faults that stay where they belong, capacity. Counted in ticks and chunks."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import numpy as np
import pytest
from larksong.server.config import EngineLimits
from larksong.server.engine.outbox import Audio, Event, Failed, Finished
from larksong.server.errors import SpeechError

from .fake_synthesizer import FRAME, frames_of
from .harness import TEXTS, Bench, solo, some_settings


def test_first_sound_takes_one_tick_alone_and_with_others_running() -> None:
    bench = Bench()
    others = [bench.client() for _ in range(20)]
    for other in others:
        other.send(TEXTS[3])
    for _ in range(30):
        bench.tick()
    newcomer = bench.client()
    newcomer.send(TEXTS[0])
    bench.tick()
    assert newcomer.types() == ["chunk"]


def test_streams_that_start_together_share_their_batches() -> None:
    limits = EngineLimits(tick_texts=8, tick_frames=128)
    bench = Bench(limits=limits)
    for name in range(8):
        bench.client().send(TEXTS[0], context=str(name))
    bench.run()
    assert bench.synthesizer.steps[0] == (8, limits.first_frames)
    assert len(bench.synthesizer.texts) == 8
    alone = Bench()
    alone.client().send(TEXTS[0])
    alone.run()
    assert len(bench.synthesizer.steps) == len(alone.synthesizer.steps)


def test_a_tick_encodes_no_more_texts_than_allowed() -> None:
    bench = Bench(limits=EngineLimits(tick_texts=3))
    for name in range(7):
        bench.client().send(TEXTS[0], context=str(name))
    counts = []
    for _ in range(3):
        bench.tick()
        counts.append(len(bench.synthesizer.texts))
    assert counts == [3, 6, 7]


def test_text_for_a_listener_about_to_run_out_is_encoded_before_that_of_newcomers() -> None:
    bench = Bench(limits=EngineLimits(tick_texts=1))
    client = bench.client()
    client.send("Early.", more=True)
    bench.run(30.0)
    planned = len(bench.synthesizer.texts)
    client.send("Then more. ", more=True)
    for name in range(20):
        bench.client().send(TEXTS[0], context=str(name))
    bench.tick()
    assert bench.synthesizer.texts[planned] == ["Then", "more."]


# §14.39
@pytest.mark.parametrize("seed", range(5))
def test_in_a_crowd_every_stream_sounds_as_it_does_alone(seed: int) -> None:
    chance = random.Random(seed)
    bench = Bench(limits=EngineLimits(tick_frames=32, tick_texts=2))
    clients = [bench.client() for _ in range(12)]
    texts = [chance.choice(TEXTS) for _ in clients]
    voices = [chance.choice(["af_heart", "am_michael"]) for _ in clients]
    waiting = list(range(12))
    cancelled = set(chance.sample(waiting, 3))
    while waiting:
        for _ in range(chance.randrange(3)):
            if waiting:
                number = waiting.pop(chance.randrange(len(waiting)))
                clients[number].send(texts[number], voice=voices[number])
        for number in cancelled & set(range(12)) - set(waiting):
            if chance.random() < 0.2:
                clients[number].cancel()
        bench.tick()
    bench.run()
    assert max(width for width, _ in bench.synthesizer.steps) > 1
    for number, client in enumerate(clients):
        if number not in cancelled:
            assert client.audio() == solo(texts[number], voice=voices[number])
            assert client.types()[-1] == "done"


# §14.49
@pytest.mark.parametrize("seed", range(5))
def test_text_in_random_pieces_sounds_like_text_in_one(seed: int) -> None:
    chance = random.Random(seed)
    text = "we hold that all of this was said before by others and will be said again"
    client = Bench().client()
    at = 0
    while at < len(text):
        size = chance.randrange(1, 9)
        client.send(text[at : at + size], more=True, max_buffer_delay_ms=None)
        client.bench.run(0.01)  # faster than the fake voice says it
        at += size
    client.send("", more=False)
    client.bench.run()
    assert [word for part in client.bench.synthesizer.texts for word in part] == text.split()
    assert client.audio() == solo(text)


# §14.64
def test_a_text_that_cannot_be_planned_fails_alone() -> None:
    bench = Bench()
    good, bad = bench.client(), bench.client()
    good.send(TEXTS[0])
    bad.send("Then boom-text comes.")
    bench.run()
    assert bad.frames[-1]["error_code"] == "internal_error"
    assert bad.frames[-1]["status_code"] == 500
    assert good.audio() == solo(TEXTS[0])
    assert bench.slots.used == 0


# §14.64
def test_a_stream_that_cannot_be_decoded_fails_alone() -> None:
    bench = Bench()
    good, bad = bench.client(), bench.client()
    good.send(TEXTS[0])
    bad.send("Then boom-sound comes.")
    bench.run()
    assert bad.types() == ["error"]
    assert good.audio() == solo(TEXTS[0])
    assert good.types() == ["chunk", "done"]


def test_a_fault_of_the_engine_itself_ends_contexts_with_an_error_and_not_the_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    client = bench.client()
    client.send(TEXTS[0])
    bench.tick()
    with monkeypatch.context() as patch:
        patch.setattr(bench.engine._scheduler, "pick", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bench.tick()
        bench.engine._give_up()
    assert client.types() == ["chunk", "error"]
    client.send(TEXTS[0], context="next")
    bench.run()
    assert client.types("next") == ["chunk", "done"]


def test_beyond_capacity_a_context_is_refused_at_once_and_others_go_on() -> None:
    bench = Bench(slots=2)
    clients = [bench.client() for _ in range(3)]
    for client in clients:
        client.send(TEXTS[0])
    assert clients[2].frames[0]["error_code"] == "concurrency_limited"
    assert clients[2].frames[0]["retry_after"] > 0
    bench.run()
    assert [client.types() for client in clients[:2]] == [["chunk", "done"]] * 2
    clients[2].send(TEXTS[0], context="again")
    bench.run()
    assert clients[2].types("again") == ["chunk", "done"]


def test_pushes_beyond_the_inbox_are_refused_and_free_their_slot() -> None:
    bench = Bench(limits=EngineLimits(inbox=2))
    client = bench.client()
    for name in "abc":
        client.send(TEXTS[0], context=name)
    assert client.of("c")[0]["error_code"] == "overloaded"
    bench.run()
    assert client.types("a") == client.types("b") == ["chunk", "done"]
    assert bench.slots.used == 0


async def test_the_thread_speaks_and_stops() -> None:
    bench = Bench()
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    bench.engine._notify = lambda outboxes: [loop.call_soon_threadsafe(each.wake) for each in outboxes]
    outbox = bench.engine.outbox(news.set)
    bench.engine.start()
    try:
        job = bench.engine.open(some_settings(bench), outbox)
        bench.engine.push(job, TEXTS[0], close=True)
        found: list[Event] = []
        while not found or not isinstance(found[-1], Finished | Failed):
            news.clear()
            event = outbox.get()
            if event is None:
                await asyncio.wait_for(news.wait(), 10)
            else:
                found.append(event)
        sound = np.concatenate([event.samples for event in found if isinstance(event, Audio)])
        assert len(sound) == sum(map(frames_of, TEXTS[0].split())) * FRAME
    finally:
        bench.engine.stop()


def test_a_full_inbox_of_cancels_still_cancels() -> None:
    bench = Bench(limits=EngineLimits(inbox=1))
    client = bench.client()
    client.send(TEXTS[0])
    client.cancel()
    bench.run()
    assert client.frames == []
    assert bench.slots.used == 0


def test_no_new_context_while_shutting_down() -> None:
    bench = Bench()
    client = bench.client()
    client.send(TEXTS[0], more=True)
    bench.tick()
    bench.slots.closed = True
    client.send(TEXTS[1], context="late")
    client.send("", more=False)
    bench.run()
    assert client.of("late")[0]["error_code"] == "shutting_down"
    assert client.types() == ["chunk", "done"]


def test_limits_can_be_changed() -> None:
    assert replace(EngineLimits(), lead_s=3.0).lead_s == 3.0
    with pytest.raises(SpeechError):
        Bench(slots=0).slots.take()
