"""JSON from outside as typed structs, with the context that a fault belongs to."""

from __future__ import annotations

import json
from typing import Any, TypeVar
from uuid import uuid4

import msgspec

from .errors import SpeechError

T = TypeVar("T", bound=msgspec.Struct)
MAX_ID_CHARS = 512


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
