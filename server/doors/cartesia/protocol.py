"""What clients send: frames parsed into typed structs. Pure: no I/O, no clock.

A frame is read twice at most. `Request` holds what matters in every frame; `Opening` holds what the first
frame of a context locks, and is never looked at again, because some clients put placeholders there later.
Unknown fields are ignored, and null means absent.
"""

from __future__ import annotations

import msgspec

from ...errors import SpeechError
from ...parsing import MAX_ID_CHARS, BadFrame, decode, new_context_id
from ...speech.request import Opening


class Request(msgspec.Struct, rename={"continues": "continue"}):
    """The part of a frame that is read every time."""

    context_id: str | None = None
    transcript: str | None = None
    continues: bool | None = None  # `continue`: more text of this context will follow
    flush: bool | None = None
    cancel: bool | None = None
    ack: bool | None = None  # own extension: answer a cancel with what had been sent by then


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

