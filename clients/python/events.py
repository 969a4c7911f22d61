"""What a context tells its reader: typed events, and the parser that makes them from messages."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class LarksongError(Exception):
    """`code` is stable and meant for programs, the message for people, `status` is HTTP-like.

    `retry_after` is in seconds, when the server said how long it will be busy.
    """

    def __init__(self, code: str, message: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Chunk:
    """Whole mono samples, in the encoding and rate that the context asked for."""

    audio: bytes
    step_time_ms: float = 0.0  # what the server spent on it
    flush_id: int | None = None


@dataclass(frozen=True)
class Timestamps:
    """When each label is heard, in seconds from the context's first sample."""

    unit: str  # "word", "phoneme", or another unit that the server knows
    labels: tuple[str, ...]
    start: tuple[float, ...]
    end: tuple[float, ...]


@dataclass(frozen=True)
class FlushDone:
    """The audio of everything sent before the flush has been received."""

    flush_id: int


@dataclass(frozen=True)
class Done:
    """All audio has been received. The last event of a context that went well."""


@dataclass(frozen=True)
class Failed:
    """The last event of a context that went wrong, on the server's side or on ours."""

    code: str
    message: str
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None  # seconds
    cause: Exception | None = None

    def error(self) -> LarksongError:
        error = LarksongError(self.code, self.message, self.status, self.retry_after)
        error.__cause__ = self.cause
        return error


@dataclass(frozen=True)
class Other:
    """A message of a type that this client does not know."""

    type: str
    fields: Mapping[str, Any]


Event = Chunk | Timestamps | FlushDone | Done | Failed | Other


def parse_event(message: Mapping[str, Any]) -> Event:
    """One server message as an event. Raises KeyError, TypeError or ValueError if it is malformed."""
    kind: str = message["type"]
    if kind == "chunk":
        audio = base64.b64decode(message["data"], validate=True)
        return Chunk(audio, float(message.get("step_time", 0.0)), message.get("flush_id"))
    if kind == "timestamps":
        return _timestamps("word", message)
    if kind.endswith("_timestamps"):
        return _timestamps(kind.removesuffix("_timestamps"), message)
    if kind == "flush_done":
        return FlushDone(int(message["flush_id"]))
    if kind == "done":
        return Done()
    if kind == "error":
        # Newer versions send the structured fields, older ones only `error`.
        text = message.get("message") or message.get("error") or "the server gave no reason"
        code = message.get("error_code") or "server_error"
        return Failed(code, text, message.get("status_code"), message.get("request_id"), message.get("retry_after"))
    return Other(kind, dict(message))


def _timestamps(unit: str, message: Mapping[str, Any]) -> Timestamps:
    table = message[f"{unit}_timestamps"]
    labels = tuple(str(label) for label in table[f"{unit}s"])
    start = tuple(float(second) for second in table["start"])
    end = tuple(float(second) for second in table["end"])
    if not len(labels) == len(start) == len(end):
        raise ValueError(f"{len(labels)} labels, {len(start)} starts, {len(end)} ends")
    return Timestamps(unit, labels, start, end)
