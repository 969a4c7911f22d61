"""What the server sends: the six documented message types, and two more for those who ask.

Every frame has `type`, `context_id`, `done` and `status_code`. `bytes` fields leave as base64.
"""

from __future__ import annotations

from uuid import uuid4

import msgspec
from msgspec import UNSET, UnsetType

from ...errors import SpeechError

_encode = msgspec.json.Encoder().encode


class Frame(msgspec.Struct, tag_field="type", kw_only=True):
    """What all of them have."""

    context_id: str
    done: bool = False
    status_code: int = 206


class Chunk(Frame, tag="chunk"):
    """Audio in the format of the context, whole samples."""

    data: bytes
    step_time: float  # milliseconds the model took; two client libraries require it
    flush_id: int | UnsetType = UNSET


class Words(msgspec.Struct):
    """Words with their times in seconds from the start of the context's audio."""

    words: list[str]
    start: list[float]
    end: list[float]


class Timestamps(Frame, tag="timestamps"):
    """Word times, sent before the audio they describe."""

    word_timestamps: Words
    flush_id: int | UnsetType = UNSET


class Phonemes(msgspec.Struct):
    """Phonemes with their times in seconds from the start of the context's audio."""

    phonemes: list[str]
    start: list[float]
    end: list[float]


class PhonemeTimestamps(Frame, tag="phoneme_timestamps"):
    """Phoneme times, sent before the audio they describe."""

    phoneme_timestamps: Phonemes
    flush_id: int | UnsetType = UNSET


class Visemes(msgspec.Struct):
    """Mouth shapes with their times in seconds from the start of the context's audio."""

    visemes: list[str]
    start: list[float]
    end: list[float]


class VisemeTimestamps(Frame, tag="viseme_timestamps"):
    """Own extension: mouth shapes, sent before the audio they belong to."""

    viseme_timestamps: Visemes
    flush_id: int | UnsetType = UNSET


class FlushDone(Frame, tag="flush_done"):
    """All audio for the text before one `flush` has been sent."""

    flush_id: int
    flush_done: bool = True


class Done(Frame, tag="done"):
    """The last frame of a context that ended well."""

    done: bool = True


class Cancelled(Frame, tag="cancelled", kw_only=True):
    """Own extension: the last frame of a context cancelled with `"ack": true`."""

    done: bool = True
    samples: int  # sent before the cancel, at the context's sample rate
    seconds: float
    word: str | None  # the last word whose audio had begun in what was sent
    word_index: int  # counted from 0; -1 when none


class Error(Frame, tag="error", kw_only=True):
    """The last frame of a context that failed: the structured fields, and the old `error` string too."""

    done: bool = True
    title: str
    message: str
    error_code: str
    request_id: str
    error: str
    retry_after: float | UnsetType = UNSET


def error(context_id: str, fault: SpeechError) -> bytes:
    """The error frame for one context."""
    return dump(
        Error(
            context_id=context_id,
            status_code=fault.status,
            title=fault.title,
            message=fault.message,
            error_code=fault.code,
            request_id=uuid4().hex,
            error=f"{fault.title}: {fault.message}",
            retry_after=UNSET if fault.retry_after is None else fault.retry_after,
        )
    )


def dump(frame: Frame) -> bytes:
    """One frame as JSON."""
    return _encode(frame)
