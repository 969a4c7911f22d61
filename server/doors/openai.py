"""`/v1/audio/speech` and `/v1/models`, as OpenAI's clients know them."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Annotated, Literal

import msgspec
from larksong.model.voice import VoiceNotFound
from msgspec import Meta
from starlette.responses import Response

from ..audio import containers
from ..audio.containers import Container
from ..audio.formats import AudioFormat, OutputFormat
from ..engine.settings import Settings
from ..errors import SpeechError
from ..http.endpoint import Call, Endpoint, json, routes
from ..http.errors import retry_headers
from ..http.settle import settle
from ..http.streaming import NO_CACHE, Counted, contained, streamed
from ..speech.request import GenerationConfig, Opening
from ..speech.whole import speak
from ..text.script import SPEEDS

MODEL = "larksong"
MAX_INPUT = 4096  # characters
RATE = 24000  # what clients take headerless samples to have
BIT_RATE = 128000
WARNING = "x-larksong-warning"
_ERROR_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_FRAME_S = 0.025  # one output token


class VoiceName(msgspec.Struct):
    """A voice given as an object."""

    id: str


class SpeechRequest(msgspec.Struct):
    """A text to be spoken. Any model name means the one model, and an unknown voice the default one."""

    model: str
    input: Annotated[str, Meta(min_length=1, max_length=MAX_INPUT)]
    voice: str | VoiceName
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] | None = None
    speed: Annotated[float, Meta(ge=0.25, le=4.0)] | None = None
    instructions: str | None = None  # the first emotion named in it is used
    stream_format: Literal["audio", "sse"] | None = None


class Model(msgspec.Struct):
    """A model."""

    id: str = MODEL
    object: str = "model"
    created: int = 1735689600
    owned_by: str = "larksong"


class ModelList(msgspec.Struct):
    """All there are: one."""

    data: list[Model]
    object: str = "list"


class Fault(msgspec.Struct):
    """What went wrong."""

    message: str
    type: str
    code: str
    param: str | None = None


class FaultBody(msgspec.Struct):
    """An error as these clients know it."""

    error: Fault


def refuse(fault: SpeechError) -> Response:
    """The answer for a fault."""
    return json(FaultBody(_fault(fault)), fault.status, retry_headers(fault))


def _fault(fault: SpeechError) -> Fault:
    kind = _ERROR_TYPES.get(fault.status, "server_error" if fault.status >= 500 else "invalid_request_error")
    return Fault(fault.message, kind, fault.code, _param(fault))


def _param(fault: SpeechError) -> str | None:
    """The field that a message about a bad body names."""
    named = re.search(r"`\$\.(\w+)`|missing required field `(\w+)`", fault.message)
    if named:
        return named[1] or named[2]
    return "response_format" if fault.code == "format_not_supported" else None


_CONTAINERS: dict[str, Callable[[int], Container]] = {
    "mp3": lambda source: containers.mp3(RATE, BIT_RATE, source),
    "opus": containers.opus,
    "flac": lambda source: containers.flac(RATE, source),
    "wav": lambda source: containers.Samples(AudioFormat("pcm_s16le", RATE), source, header=True),
    "pcm": lambda source: containers.Samples(AudioFormat("pcm_s16le", RATE), source),
}


async def speech(call: Call) -> Response:
    """Speak a text as a file of the format asked for, or as server-sent events with its pieces."""
    wanted = await call.body(SpeechRequest)
    build = _CONTAINERS.get(wanted.response_format or "mp3")
    if build is None:
        raise SpeechError("format_not_supported", f"This server makes no aac; it makes {', '.join(_CONTAINERS)}.")
    settings, headers = _settle(call, wanted)
    engine = call.services.engine
    container = build(engine.sample_rate)
    sse = wanted.stream_format == "sse"
    counted = Counted(speak(engine, settings, wanted.input, live=sse), engine.sample_rate)
    body = contained(counted.events(), container)
    if sse:
        return await streamed(_events(body, wanted, counted), "text/event-stream", {**headers, **NO_CACHE})
    return await streamed(body, container.media_type, headers)


def _settle(call: Call, wanted: SpeechRequest) -> tuple[Settings, dict[str, str]]:
    """Settings, and headers that say what of the request was not taken literally."""
    warnings = []
    asked = wanted.voice if isinstance(wanted.voice, str) else wanted.voice.id
    library = call.services.library
    try:
        voice = library.get(asked)
    except VoiceNotFound:
        voice = library.default
        warnings.append(f"there is no voice {_ascii(asked)}; {voice.slug} speaks")
    if wanted.speed is not None and not SPEEDS[0] <= wanted.speed <= SPEEDS[1]:
        warnings.append(f"speed is kept between {SPEEDS[0]} and {SPEEDS[1]}")
    opening = Opening(
        model_id=MODEL,
        voice=voice.uuid,
        output_format=OutputFormat("raw", "pcm_f32le", RATE),
        generation_config=GenerationConfig(
            speed=wanted.speed, emotion=re.findall(r"[a-z]+", (wanted.instructions or "").lower())
        ),
    )
    return settle(call, opening), {WARNING: "; ".join(warnings)} if warnings else {}


def _ascii(text: str) -> str:
    """What a client sent, fit for a header."""
    return repr(text[:80].encode("ascii", "replace").decode())


async def _events(
    body: AsyncGenerator[bytes, None], wanted: SpeechRequest, counted: Counted
) -> AsyncGenerator[bytes, None]:
    began = False
    try:
        async with aclosing(body):
            async for part in body:
                began = True
                yield _line({"type": "speech.audio.delta", "audio": part})
        heard = round(counted.seconds / _FRAME_S)
        usage = {"input_tokens": len(wanted.input), "output_tokens": heard, "total_tokens": len(wanted.input) + heard}
        yield _line({"type": "speech.audio.done", "usage": usage})
    except SpeechError as fault:
        if not began:
            raise
        yield _line({"type": "error", "error": _fault(fault)})


def _line(event: dict[str, object]) -> bytes:
    return b"data: %s\n\n" % msgspec.json.encode(event)


async def list_models(call: Call) -> Response:
    """The one model."""
    return json(ModelList([Model()]))


async def get_model(call: Call) -> Response:
    """The one model, by its name."""
    name = call.path("model_id")
    if name != MODEL:
        raise SpeechError("not_found", f"There is no model {name[:80]!r}; there is {MODEL!r}.")
    return json(Model())


_SOUNDS = ("audio/mpeg", "audio/ogg", "audio/flac", "audio/wav", "audio/pcm", "text/event-stream")
_endpoint = partial(Endpoint, refuse=refuse, refused_as=FaultBody)
endpoints = (
    _endpoint("POST", "/v1/audio/speech", speech, body=SpeechRequest, answer=_SOUNDS),
    _endpoint("GET", "/v1/models", list_models, answer=ModelList),
    _endpoint("GET", "/v1/models/{model_id}", get_model, answer=Model),
)
ROUTES = routes(endpoints)
