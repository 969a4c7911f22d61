"""The protocol without I/O: frames to send come out, received frames go in, events are fetched."""

from __future__ import annotations

import json
import logging
import uuid
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .events import Done, Event, Failed, LarksongError, parse_event

MAX_PENDING = 4096  # events kept for one context that nobody reads
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """What stays the same throughout a context. None leaves the choice to the server."""

    voice: str = "af_heart"  # name or UUID
    model_id: str = "sonic-3"
    language: str | None = None  # the voice's own
    encoding: str = "pcm_s16le"  # or pcm_f32le, pcm_mulaw, pcm_alaw
    sample_rate: int = 24000  # Hz
    speed: float | None = None  # 0.6 to 1.5
    volume: float | None = None  # 0.5 to 2.0
    emotion: str | None = None
    timestamps: bool = False
    phoneme_timestamps: bool = False
    max_buffer_delay_ms: int | None = None  # 0: speak each piece of text at once
    extra: Mapping[str, Any] = field(default_factory=dict)  # further request fields, sent as they are

    def request(self) -> dict[str, Any]:
        """The request fields that do not vary within a context."""
        controls = {"speed": self.speed, "volume": self.volume, "emotion": self.emotion}
        fields = {
            "model_id": self.model_id,
            "voice": {"mode": "id", "id": self.voice},
            "output_format": {
                "container": "raw",
                "encoding": self.encoding,
                "sample_rate": self.sample_rate,
            },
            "language": self.language,
            "generation_config": {k: v for k, v in controls.items() if v is not None} or None,
            "add_timestamps": self.timestamps or None,
            "add_phoneme_timestamps": self.phoneme_timestamps or None,
            "max_buffer_delay_ms": self.max_buffer_delay_ms,
        }
        return {name: value for name, value in fields.items() if value is not None} | dict(self.extra)


@dataclass
class _State:
    request: dict[str, Any]
    inbox: deque[Event] = field(default_factory=deque)  # at most MAX_PENDING, and a last one
    started: bool = False  # the server knows of it
    input_open: bool = True  # more text may be sent
    over: bool = False  # nothing more will come

    def finish(self, last: Event | None) -> None:
        self.over, self.input_open = True, False
        if last is not None:
            self.inbox.append(last)


class Core:
    """The contexts of one connection. Not thread-safe: one thread or event loop calls it."""

    def __init__(self) -> None:
        self._contexts: dict[str, _State] = {}
        self._lost: Failed | None = None  # set once the connection is gone

    def open(self, settings: Settings, context_id: str | None = None) -> str:
        """Register a context and return its id. Raises LarksongError if the id is in use."""
        context_id = context_id or uuid.uuid4().hex
        if context_id in self._contexts:
            raise LarksongError("context_in_use", context_id)
        self._contexts[context_id] = state = _State(settings.request())
        if self._lost:
            state.finish(self._lost)
        return context_id

    def accepts_text(self, context_id: str) -> bool:
        state = self._contexts.get(context_id)
        return state is not None and state.input_open

    def is_over(self, context_id: str) -> bool:
        state = self._contexts.get(context_id)
        return state is None or state.over

    def next_event(self, context_id: str) -> Event | None:
        state = self._contexts.get(context_id)
        return state.inbox.popleft() if state and state.inbox else None

    def forget(self, context_id: str) -> None:
        self._contexts.pop(context_id, None)

    def send(self, context_id: str, text: str, *, more: bool, flush: bool = False) -> str:
        """The frame that adds text. Raises LarksongError if the context takes no more."""
        state = self._contexts.get(context_id)
        if state is None or not state.input_open:
            raise LarksongError("context_closed", "this context takes no more text")
        state.started, state.input_open = True, more
        request = state.request | {"context_id": context_id, "transcript": text, "continue": more}
        return json.dumps(request | {"flush": True} if flush else request)

    def cancel(self, context_id: str) -> str | None:
        """Drop what is pending, ignore what still comes. Returns the frame to send, if one is needed."""
        state = self._contexts.get(context_id)
        if state is None:
            return None
        state.inbox.clear()
        return self._stop(context_id, state, None)

    def fail(self, context_id: str, failure: Failed) -> str | None:
        """End a context with an error of ours, after the events that were received before it."""
        state = self._contexts.get(context_id)
        return self._stop(context_id, state, failure) if state else None

    def receive(self, frame: str | bytes) -> str | None:
        """Take one frame; returns one to send back when the context it names had to be stopped.

        Raises LarksongError (`bad_frame`) when no context can be named: the peer is not to be trusted then.
        """
        try:
            message = json.loads(frame) if isinstance(frame, str) else {}
            context_id, kind = message["context_id"], message["type"]
            state = self._contexts.get(context_id)
        except (ValueError, TypeError, KeyError):
            raise LarksongError("bad_frame", f"not a message of this protocol: {frame[:80]!r}") from None
        if state is None or state.over:  # late frames of a context that was cancelled
            if kind == "error":
                log.warning("error for a context that is not open: %s", message)
            return None
        try:
            event = parse_event(message)
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            failure = Failed("bad_frame", f"malformed {kind!r}: {fault!r}", cause=fault)
            return self._stop(context_id, state, failure)
        if isinstance(event, Done | Failed):
            state.finish(event)
            return None
        if len(state.inbox) >= MAX_PENDING:
            failure = Failed("reader_too_slow", f"{MAX_PENDING} events were not read")
            return self._stop(context_id, state, failure)
        state.inbox.append(event)
        return None

    def connection_lost(self, failure: Failed) -> None:
        """Every context that was not over fails, and so does every one opened later."""
        self._lost = self._lost or failure
        for state in self._contexts.values():
            if not state.over:
                state.finish(self._lost)

    def _stop(self, context_id: str, state: _State, last: Failed | None) -> str | None:
        if state.over:
            return None
        state.finish(last)
        return json.dumps({"context_id": context_id, "cancel": True}) if state.started else None
