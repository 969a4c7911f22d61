"""The server without threads and sockets: a Session and an Engine, run tick by tick on a clock of their own."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
from larksong.server.audio.formats import OutputFormat
from larksong.server.auth import Auth
from larksong.server.config import EngineLimits, ServerConfig
from larksong.server.doors.cartesia.session import Session
from larksong.server.engine.backend import Backend
from larksong.server.engine.engine import Engine
from larksong.server.engine.settings import Settings
from larksong.server.engine.slots import Slots
from larksong.server.metrics import Metrics
from larksong.server.speech.request import Opening
from larksong.server.speech.resolve import resolve
from larksong.server.speech.services import Services
from larksong.server.stores import database
from larksong.server.stores.dictionaries import DictionaryStore
from larksong.server.stores.library import Library
from larksong.server.text.lexicon import Dictionaries
from larksong.server.version import DEFAULT, Version

from .fake_synthesizer import FakeSynthesizer, frames_of, load

TICK_S = 0.002
MAX_TICKS = 20_000  # of one run
FORMAT = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
Frame = dict[str, Any]
WHOLE = "One two three. Four five six."
TEXTS = [
    "Good morning and welcome.",
    "Your code is seven four one. Please write it down now.",
    "Yes.",
    "It was a long way to the sea, and nobody spoke.",
]


def request(text: str | None = None, context: str | None = "c", more: bool = False, **fields: Any) -> Frame:
    """A generation request; fields given as None are left out."""
    frame = {
        "model_id": "sonic-3",
        "transcript": text,
        "voice": {"mode": "id", "id": "af_heart"},
        "output_format": FORMAT,
        "context_id": context,
        "continue": more,
        "max_buffer_delay_ms": 0,
        **fields,
    }
    return {name: value for name, value in frame.items() if value is not None}


class Bench:
    """One engine, any number of clients."""

    def __init__(
        self,
        slots: int = 100,
        limits: EngineLimits | None = None,
        backend: Backend | None = None,
        dictionaries: Dictionaries | None = None,
        **config: Any,
    ) -> None:
        self.now = 1000.0
        store = database.connect(None)
        self.backend = backend or load()
        library = Library(self.backend.voices, store)
        self.backend = replace(self.backend, voices=library)
        self.config = ServerConfig(engine=limits or EngineLimits(), **config)
        self.slots = Slots(slots)
        self.metrics = Metrics()
        self.engine = Engine(
            self.backend.synthesizer,
            self.slots,
            self.metrics,
            self.config.engine,
            self.config.max_text_chars,
            clock=lambda: self.now,
        )
        self.services = Services(
            self.config,
            self.backend,
            self.engine,
            self.slots,
            self.metrics,
            Auth(self.config),
            store,
            library,
            dictionaries or DictionaryStore(store),  # type: ignore[arg-type]
        )

    @property
    def synthesizer(self) -> FakeSynthesizer:
        assert isinstance(self.backend.synthesizer, FakeSynthesizer)
        return self.backend.synthesizer

    def client(self, version: str = "2026-03-01", reads: bool = True) -> Client:
        return Client(self, version, reads)

    def tick(self) -> float | None:
        """One round of the engine, which takes a little time."""
        wait = self.engine.tick()
        self.now += TICK_S
        return wait

    def run(self, seconds: float = 1e9) -> None:
        """Ticks until the engine waits for input, or so many seconds are over."""
        end = self.now + seconds
        ticks = 0
        while self.now < end:
            wait = self.tick()
            ticks += 1
            assert ticks < MAX_TICKS, "the engine does not come to rest"
            if not self.engine._inbox.empty():  # somebody answered at once to what this tick has sent
                continue
            if wait is None or self.now + wait > end:
                self.now = end if seconds < 1e9 else self.now
                return
            self.now += wait


class Client:
    """One socket of a Bench. What it receives is in `frames`."""

    def __init__(self, bench: Bench, version: str, reads: bool) -> None:
        self.bench = bench
        self.reads = reads
        self.frames: list[Frame] = []
        self.outbox = bench.engine.outbox(self._news)
        self.session = Session(bench.services, Version(version), self.outbox)

    def _news(self) -> None:
        if self.reads:
            self.read()

    def read(self) -> None:
        """Take everything that waits."""
        while (event := self.outbox.get()) is not None:
            for data in self.session.render(event, self.bench.now):
                self.frames.append(json.loads(data))

    def send(self, text: str | None = None, context: str | None = "c", **fields: Any) -> None:
        self.frame(request(text, context, **fields))

    def frame(self, frame: Frame | str) -> None:
        data = frame if isinstance(frame, str) else json.dumps(frame)
        self.session.receive(data, self.bench.now)

    def cancel(self, context: str = "c", **fields: Any) -> None:
        self.frame({"context_id": context, "cancel": True, **fields})

    def of(self, context: str = "c") -> list[Frame]:
        return [frame for frame in self.frames if frame["context_id"] == context]

    def types(self, context: str = "c") -> list[str]:
        """Types in order, runs of the same one taken together."""
        found: list[str] = []
        for frame in self.of(context):
            if not found or found[-1] != frame["type"]:
                found.append(frame["type"])
        return found

    def audio(self, context: str = "c") -> bytes:
        return b"".join(base64.b64decode(f["data"]) for f in self.of(context) if f["type"] == "chunk")

    def samples(self, context: str = "c") -> np.ndarray:
        return np.frombuffer(self.audio(context), "<i2")

    def words(self, context: str = "c") -> list[str]:
        return [
            word
            for frame in self.of(context)
            if frame["type"] == "timestamps"
            for word in frame["word_timestamps"]["words"]
        ]


def speak(text: str, version: str = "2026-03-01", **fields: Any) -> Client:
    """One request, spoken to the end."""
    client = Bench().client(version)
    client.send(text, **fields)
    client.bench.run()
    return client


def expected_frames(*words: str) -> int:
    """Frames of a closed context with these words."""
    return sum(map(frames_of, words))


def solo(text: str, **fields: Any) -> bytes:
    """The sound of a text spoken with nobody else there."""
    client = Bench().client()
    client.send(text, **fields)
    client.bench.run()
    return client.audio()


def some_settings(bench: Bench) -> Settings:
    """What a context needs that is opened without a socket."""
    opening = Opening(
        model_id="sonic-3",
        voice="af_heart",
        output_format=OutputFormat("raw", "pcm_s16le", 24000),
        max_buffer_delay_ms=0,
    )
    return resolve(opening, DEFAULT, bench.backend, bench.services.dictionaries)
