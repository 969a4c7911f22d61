"""`/tts/bytes` and `/tts/sse`: whole texts in one request."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from starlette.responses import Response

from ...audio import containers
from ...audio.formats import Encoder, OutputFormat, split
from ...engine.outbox import Audio, Event
from ...engine.settings import Settings
from ...errors import SpeechError
from ...http.endpoint import Call, Endpoint, routes
from ...http.errors import body_of
from ...http.settle import settle
from ...http.streaming import NO_CACHE, contained, streamed
from ...speech.request import Opening
from ...speech.whole import speak
from . import frames
from .timings import timings


class Utterance(Opening):
    """A whole text, and how it is to be spoken. For /tts/bytes the container may also be wav or mp3, the latter
    with a bit_rate in place of an encoding."""

    transcript: str | None = None
    context_id: str | None = None  # repeated in the events of /tts/sse


def text_of(call: Call, transcript: str | None) -> str:
    """The text to be spoken; raises SpeechError when there is none or too much."""
    if transcript is None:
        raise SpeechError("invalid_request", "transcript is required.")
    limit = call.services.config.max_text_chars
    if len(transcript) > limit:
        raise SpeechError("text_too_long", f"A transcript may have {limit} characters.")
    return transcript


async def in_bytes(call: Call) -> Response:
    """Speak a text as one audio file, sent while it is made. `output_format` alone decides what kind."""
    wanted = await call.body(Utterance)
    text = text_of(call, wanted.transcript)
    engine = call.services.engine
    container = containers.build(wanted.output_format, engine.sample_rate)
    inside = msgspec.structs.replace(wanted, output_format=OutputFormat("raw", "pcm_f32le", engine.sample_rate))
    events = speak(engine, settle(call, inside), text)
    return await streamed(contained(events, container), container.media_type)


async def in_events(call: Call) -> Response:
    """Speak a text as server-sent events: the socket's messages, the last of them `done`. Raw sound only."""
    wanted = await call.body(Utterance)
    text = text_of(call, wanted.transcript)
    engine = call.services.engine
    settings = settle(call, wanted)
    events = speak(engine, settings, text, live=True)
    encoder = Encoder(settings.format, engine.sample_rate)
    return await streamed(_messages(events, settings, encoder, wanted.context_id), "text/event-stream", NO_CACHE)


async def _messages(
    events: AsyncGenerator[Event, None], settings: Settings, encoder: Encoder, context_id: str | None
) -> AsyncGenerator[bytes, None]:
    began = False
    try:
        async with aclosing(events):
            async for event in events:
                if not isinstance(event, Audio):
                    continue
                for frame in timings(event.words, settings, "", frames.UNSET) if event.words else ():
                    yield _event(frame, context_id)
                began = True
                for piece in split(encoder.encode(event.samples)):
                    yield _event(_chunk(piece, event.step_ms), context_id)
        for piece in split(encoder.finish()):
            yield _event(_chunk(piece, 0.0), context_id)
        yield _event(frames.Done(context_id=""), context_id)
    except SpeechError as fault:
        if not began:
            raise
        # The status has been sent; what is left is to say it in the stream.
        body = {"type": "error", "done": True, "status_code": fault.status, **body_of(fault)}
        yield _lines("error", body, context_id)


def _chunk(piece: bytes, step_ms: float) -> frames.Chunk:
    return frames.Chunk(context_id="", data=piece, step_time=round(step_ms, 3))


def _event(frame: frames.Frame, context_id: str | None) -> bytes:
    body = msgspec.to_builtins(frame)
    return _lines(body["type"], body, context_id)


def _lines(kind: str, body: dict[str, object], context_id: str | None) -> bytes:
    """One event; `context_id` is in it only if the request had one."""
    body.pop("context_id", None)
    if context_id is not None:
        body["context_id"] = context_id
    return b"event: %s\ndata: %s\n\n" % (kind.encode(), msgspec.json.encode(body))


endpoints = (
    Endpoint("POST", "/tts/bytes", in_bytes, body=Utterance, answer=("audio/pcm", "audio/wav", "audio/mpeg")),
    Endpoint("POST", "/tts/sse", in_events, body=Utterance, answer=("text/event-stream",)),
)
ROUTES = routes(endpoints)
