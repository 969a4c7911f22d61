"""What clients send: frames parsed into typed structs. Pure: no I/O, no clock.

A frame is read twice at most. `Request` holds what matters in every frame; `Opening` holds what the first
frame of a context locks, and is never looked at again, because some clients put placeholders there later.
Unknown fields are ignored, and null means absent.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from .errors import SpeechError

T = TypeVar("T", bound=msgspec.Struct)
MAX_ID_CHARS = 512


class Request(msgspec.Struct, rename={"continues": "continue"}):
    """The part of a frame that is read every time."""

    context_id: str | None = None
    transcript: str | None = None
    continues: bool | None = None  # `continue`: more text of this context will follow
    flush: bool | None = None
    cancel: bool | None = None
    ack: bool | None = None  # own extension: answer a cancel with what had been sent by then


class Experimental(msgspec.Struct):
    """`__experimental_controls` of 2024-11-13, inside the voice."""

    speed: float | str | None = None
    emotion: list[str] | str | None = None


class VoiceSpec(msgspec.Struct, rename={"experimental": "__experimental_controls"}):
    """A voice by id, with or without `mode`, or as an embedding."""

    mode: str | None = None
    id: str | None = None
    embedding: list[float] | None = None
    experimental: Experimental | None = None


class OutputFormat(msgspec.Struct):
    """`output_format`; the socket speaks `raw` only."""

    container: str | None = None
    encoding: str | None = None
    sample_rate: int | None = None
    bit_rate: int | None = None


class GenerationConfig(msgspec.Struct):
    """`generation_config`: factors for speed and volume, and an emotion's name."""

    speed: float | None = None
    volume: float | None = None
    emotion: str | list[str] | None = None


class Opening(msgspec.Struct):
    """What the first frame of a context fixes for its whole life."""

    model_id: str | None = None
    voice: str | VoiceSpec | None = None
    output_format: OutputFormat | None = None
    language: str | None = None
    locale: str | None = None
    max_buffer_delay_ms: float | None = None
    add_timestamps: bool | None = None
    add_phoneme_timestamps: bool | None = None
    add_visemes: bool | None = None  # own extension: mouth shapes for faces
    generation_config: GenerationConfig | None = None
    speed: float | str | None = None
    pronunciation_dict_id: str | None = None


class BadFrame(Exception):
    """A frame that cannot be served, with the context its error belongs to (made up when unreadable)."""

    def __init__(self, context_id: str, error: SpeechError, closing: bool = True) -> None:
        """`closing`: no further frame of the same turn is to be expected."""
        super().__init__(str(error))
        self.context_id = context_id
        self.error = error
        self.closing = closing


def new_context_id() -> str:
    """A fresh id for a context whose client gave none."""
    return uuid4().hex


def parse(data: str | bytes) -> Request:
    """The every-time part of a frame; raises BadFrame."""
    request = decode(data, Request)
    if request.context_id is not None and len(request.context_id) > MAX_ID_CHARS:
        error = SpeechError("invalid_request", f"context_id is longer than {MAX_ID_CHARS} characters.")
        raise BadFrame(new_context_id(), error)
    return request


def parse_opening(data: str | bytes) -> Opening:
    """The locked part of a context's first frame; raises BadFrame."""
    return decode(data, Opening)


def decode(data: str | bytes, kind: type[T]) -> T:
    """JSON as a struct; raises BadFrame."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as reason:
        raise _bad_fields(data, SpeechError("invalid_request", f"{reason}.")) from None
    except RecursionError:
        raise BadFrame(new_context_id(), SpeechError("invalid_json", "Too deeply nested.")) from None
    except ValueError as reason:
        # A language model's tokens may cut an emoji in two, and JavaScript then sends half of a surrogate
        # pair. That is no reason to lose the turn: drop the half and read again.
        repaired = _without_half_characters(data)
        if repaired is not None:
            return decode(repaired, kind)
        raise BadFrame(new_context_id(), SpeechError("invalid_json", f"{reason}.")) from None


def _without_half_characters(data: str | bytes) -> bytes | None:
    try:
        text = json.dumps(json.loads(data), ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    repaired = text.encode("utf-8", errors="ignore")
    return repaired if repaired != text.encode("utf-8", errors="surrogatepass") else None


def _bad_fields(data: str | bytes, error: SpeechError) -> BadFrame:
    """The fault for valid JSON with wrong fields, addressed as well as it can be."""
    try:
        fields: Any = msgspec.json.decode(data)
    except (ValueError, RecursionError) as reason:  # the fault was found before the end was read
        return BadFrame(new_context_id(), SpeechError("invalid_json", f"{reason}."))
    if not isinstance(fields, dict):
        return BadFrame(new_context_id(), error)
    found = fields.get("context_id")
    if not isinstance(found, str) or not 0 < len(found) <= MAX_ID_CHARS:
        found = new_context_id()
    return BadFrame(found, error, closing=fields.get("continue") is not True)
