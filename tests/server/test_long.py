"""A hundred thousand characters in one context, and arrivals far beyond the capacity, on a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from larksong.server.engine.capacity import HEADROOM
from larksong.server.engine.outbox import Audio, Finished

from .fake_synthesizer import FRAME, RATE, FakeStream, FakeSynthesizer, frames_of, load
from .harness import TEXTS, Bench, Client

SENTENCE = "Every word of this sentence is one of many that wait to be spoken. "
LONG = (SENTENCE * (100_000 // len(SENTENCE) + 1))[:100_000]
WORDS = LONG.split()
EDGE_S = 500.0  # of speech, at the beginning and at the end, that are compared
#: A context's text as one request, and in pieces of a token's size, sent at once.
WAYS: dict[str, list[str]] = {"whole": [LONG], "tokens": [LONG[at : at + 5] for at in range(0, len(LONG), 5)]}


class Listener(Client):
    """Counts what it hears and keeps none of it."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "2026-03-01", reads=True)
        self.seconds = 0.0
        self.heard_at: list[tuple[float, int]] = []  # seconds heard, and steps of the model until then
        self.over = False
        self.started: float | None = None
        self.most_ahead = 0.0

    def read(self) -> None:
        while (event := self.outbox.get()) is not None:
            self.over = self.over or isinstance(event, Finished)
            if isinstance(event, Audio) and len(event.samples):
                self.started = self.bench.now if self.started is None else self.started
                self.seconds += len(event.samples) / RATE
                self.heard_at.append((self.seconds, len(self.bench.synthesizer.steps)))
                self.most_ahead = max(self.most_ahead, self.seconds - (self.bench.now - self.started))

    def steps_between(self, begin_s: float, end_s: float) -> int:
        steps = [steps for heard, steps in self.heard_at if begin_s <= heard < end_s]
        return steps[-1] - steps[0]


@pytest.mark.parametrize("way", WAYS)
def test_a_text_of_100_000_characters_is_spoken_in_real_time_at_a_constant_cost(way: str) -> None:
    bench = Bench()
    listener = Listener(bench)
    for number, piece in enumerate(WAYS[way]):
        listener.send(piece, more=True, max_buffer_delay_ms=None)
        if number % 500 == 0:  # a socket is not read from while more than that waits for the engine
            bench.tick()
    listener.send("", more=False, max_buffer_delay_ms=None)
    most_planned = 0
    while not listener.over:
        wait = bench.tick()
        for job in bench.engine._jobs.values():
            most_planned = max(most_planned, job.stream.ready if job.stream else 0)
            assert len(job.words) < 200
        bench.now += wait or 0.0
    spoken = sum(map(frames_of, WORDS))
    assert listener.seconds == pytest.approx(spoken * FRAME / RATE)
    assert [word for text in bench.synthesizer.texts for word in text] == WORDS
    limits = bench.engine.limits
    assert listener.most_ahead < limits.lead_s + 1.0  # real time, not faster
    assert bench.metrics.underruns._value.get() == 0  # and not slower
    assert most_planned * FRAME / RATE < limits.plan_ahead_s + 30.0  # one sentence more than asked for
    first = listener.steps_between(30.0, EDGE_S)
    last = listener.steps_between(listener.seconds - EDGE_S, listener.seconds - 30.0)
    assert last == pytest.approx(first, rel=0.05)
    assert bench.slots.used == 0


def test_beyond_the_limit_a_text_is_refused_whether_whole_or_in_pieces() -> None:
    def whole(client: Client, text: str) -> None:
        client.send(text, more=True)

    def in_pieces(client: Client, text: str) -> None:
        for at in range(0, len(text), 1000):
            client.send(text[at : at + 1000], more=True)

    ways: list[Callable[[Client, str], None]] = [whole, in_pieces]
    for way in ways:
        bench = Bench()
        client, other = bench.client(), bench.client()
        other.send(TEXTS[0])
        way(client, "x" * (bench.config.max_text_chars + 1))
        bench.run(1.0)
        assert [frame["error_code"] for frame in client.frames] == ["text_too_long"]
        assert client.frames[0]["status_code"] == 413
        assert other.types() == ["chunk", "done"]
        assert bench.slots.used == 0


class SlowVoice(FakeSynthesizer):
    """Takes time for its sound, on the bench's clock."""

    def __init__(self, frame_cost_s: float) -> None:
        super().__init__()
        self.frame_cost_s = frame_cost_s
        self.bench: Bench | None = None

    def step(self, streams: Sequence[FakeStream], frames: int) -> list[np.ndarray]:
        assert self.bench
        self.bench.now += len(streams) * frames * self.frame_cost_s
        return super().step(streams, frames)


def test_at_three_times_the_capacity_refusals_are_instant_and_the_accepted_hear_no_gap() -> None:
    slots, seconds = 40, 20.0
    voice = SlowVoice(FRAME / RATE * HEADROOM / slots)  # so fast that a server would promise so many slots
    bench = voice.bench = Bench(slots=slots, backend=replace(load(), synthesizer=voice))
    rng = np.random.default_rng(0)
    texts = [" ".join(TEXTS[: 1 + at % len(TEXTS)]) for at in range(8)]
    turn_s = np.mean([sum(map(frames_of, text.split())) * FRAME / RATE for text in texts])
    accepted: list[tuple[Client, str]] = []
    refused = 0
    at, end = bench.now, bench.now + seconds
    while (at := at + rng.exponential(turn_s / (3 * slots))) < end:
        while bench.now < at:
            bench.run(at - bench.now)
        client, text = bench.client(), texts[rng.integers(len(texts))]
        client.send(text)
        if client.frames:  # without a tick in between
            assert client.frames[0]["error_code"] == "concurrency_limited"
            assert client.frames[0]["retry_after"] > 0
            refused += 1
        else:
            accepted.append((client, text))
        assert bench.slots.used <= slots
    bench.run()
    assert refused > len(accepted) / 4
    assert len(accepted) > slots * seconds / turn_s  # the machine was not idle for all the refusals
    for client, text in accepted:
        assert client.types() == ["chunk", "done"]
        assert len(client.samples()) == sum(map(frames_of, text.split())) * FRAME
    assert bench.metrics.underruns._value.get() == 0
    assert bench.slots.used == 0
