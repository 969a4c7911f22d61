"""`/v1/audio/speech` and `/v1/models`."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import soundfile

from .conftest import Running
from .harness import solo
from .test_bytes import SECONDS, mp3_frame

DEFAULT = {"model": "tts-1", "input": "Hello there.", "voice": "af_heart"}


def post(server: Running, **changes: Any) -> tuple[int, dict[str, str], bytes]:
    body = {name: value for name, value in {**DEFAULT, **changes}.items() if value is not ...}
    return server.get("/v1/audio/speech", "POST", json.dumps(body).encode())


@pytest.mark.parametrize(
    ("wanted", "media", "kind", "rate"),
    [
        (..., "audio/mpeg", "MP3", 24000),
        (None, "audio/mpeg", "MP3", 24000),
        ("mp3", "audio/mpeg", "MP3", 24000),
        ("opus", "audio/ogg", "OGG", 48000),
        ("flac", "audio/flac", "FLAC", 24000),
        ("wav", "audio/wav", "WAV", 24000),
    ],
)
def test_each_format_holds_the_speech(running: Running, wanted: Any, media: str, kind: str, rate: int) -> None:
    status, headers, body = post(running, response_format=wanted)
    assert (status, headers["content-type"]) == (200, media)
    assert "x-larksong-warning" not in headers
    with soundfile.SoundFile(io.BytesIO(body)) as file:
        assert (file.format, file.samplerate, file.channels) == (kind, rate, 1)
        assert len(file.read()) / rate == pytest.approx(SECONDS, abs=0.15)
    if kind == "MP3":
        assert mp3_frame(body) == (128000, 24000)


def test_pcm_is_headerless_samples_of_24_khz(running: Running) -> None:
    status, headers, body = post(running, response_format="pcm")
    assert (status, headers["content-type"]) == (200, "audio/pcm")
    assert body == solo("Hello there.")


@pytest.mark.parametrize(("wanted", "same"), [("pcm", True), ("mp3", False)])
def test_events_carry_the_same_file_in_pieces(running: Running, wanted: str, same: bool) -> None:
    status, headers, body = post(running, response_format=wanted, stream_format="sse")
    assert status == 200
    assert headers["content-type"].startswith("text/event-stream")
    *lines, rest = body.decode().split("\n\n")
    assert rest == ""
    assert all(line.startswith("data: ") for line in lines)
    *deltas, done = [json.loads(line[6:]) for line in lines]
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    sound = b"".join(base64.b64decode(delta["audio"]) for delta in deltas)
    plain = post(running, response_format=wanted)[2]
    assert sound == plain if same else mp3_frame(sound) == mp3_frame(plain)
    assert done["type"] == "speech.audio.done"
    usage = done["usage"]
    assert usage == {"input_tokens": 12, "output_tokens": round(SECONDS * 40), "total_tokens": 12 + SECONDS * 40}


@pytest.mark.parametrize("voice", ["alloy", {"id": "alloy"}, "größer\r\nx: y", ""])
def test_an_unknown_voice_is_spoken_by_the_default_one_with_a_warning(running: Running, voice: Any) -> None:
    status, headers, body = post(running, voice=voice, response_format="pcm")
    assert status == 200
    assert "af_heart speaks" in headers["x-larksong-warning"]
    assert body == solo("Hello there.")
    assert "x" not in headers


def test_known_voices_speed_and_instructions_are_heard(running: Running) -> None:
    plain = solo("Hello there.")
    other = post(running, response_format="pcm", voice={"id": "am_michael"})[2]
    assert len(other) == len(plain)
    assert other != plain
    assert len(post(running, response_format="pcm", speed=1.5)[2]) < len(plain)
    assert len(post(running, response_format="pcm", instructions="Please sound SAD, slowly.")[2]) > len(plain)
    assert post(running, response_format="pcm", instructions="Like a pirate.", unknown=[1])[2] == plain
    _, headers, fastest = post(running, response_format="pcm", speed=4.0)
    assert headers["x-larksong-warning"] == "speed is kept between 0.6 and 1.5"
    assert len(fastest) == len(post(running, response_format="pcm", speed=1.5)[2])


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"input": ...}, 400, "invalid_request", "input"),
        ({"input": ""}, 400, "invalid_request", "input"),
        ({"input": "x" * 4097}, 400, "invalid_request", "input"),
        ({"input": 5}, 400, "invalid_request", "input"),
        ({"model": ...}, 400, "invalid_request", "model"),
        ({"voice": ...}, 400, "invalid_request", "voice"),
        ({"voice": 7}, 400, "invalid_request", "voice"),
        ({"speed": 0.2}, 400, "invalid_request", "speed"),
        ({"speed": 4.1}, 400, "invalid_request", "speed"),
        ({"response_format": "aac"}, 400, "format_not_supported", "response_format"),
        ({"response_format": "ogg"}, 400, "invalid_request", "response_format"),
        ({"stream_format": "ws"}, 400, "invalid_request", "stream_format"),
        ({"input": "boom-text"}, 500, "internal_error", None),
    ],
    ids=str,
)
def test_errors_have_the_shape_these_clients_know(
    running: Running, change: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    found, headers, body = post(running, **change)
    error = json.loads(body)["error"]
    assert headers["content-type"] == "application/json"
    assert (found, error["code"], error["param"]) == (status, code, param)
    assert error["type"] == ("server_error" if status == 500 else "invalid_request_error")
    assert error["message"]


def test_a_fault_midway_is_told_in_the_events(running: Running) -> None:
    body = post(running, input="word " * 100 + "boom-sound", response_format="pcm", stream_format="sse")[2]
    events = [json.loads(line[6:]) for line in body.decode().strip().split("\n\n")]
    assert events[0]["type"] == "speech.audio.delta"
    assert events[-1]["type"] == "error"
    assert events[-1]["error"]["code"] == "internal_error"


def test_keys_and_limits(launch: Callable[..., Running]) -> None:
    server = launch(keys=("secret",), slots=1)
    status, _, body = post(server)
    assert (status, json.loads(body)["error"]["type"]) == (401, "authentication_error")
    assert server.ask("GET", "/v1/models")[0] == 401
    server.services.slots.take()
    data = json.dumps(DEFAULT).encode()
    status, headers, body = server.get("/v1/audio/speech", "POST", data, Authorization="Bearer secret")
    assert (status, json.loads(body)["error"]["type"]) == (429, "rate_limit_error")
    assert int(headers["retry-after"]) >= 1
    server.services.slots.give_back()
    assert server.get("/v1/audio/speech", "POST", data, Authorization="Bearer secret")[0] == 200


def test_models(running: Running) -> None:
    status, models = running.ask("GET", "/v1/models")
    assert status == 200
    assert models["object"] == "list"
    (model,) = models["data"]
    assert (model["id"], model["object"]) == ("larksong", "model")
    assert running.ask("GET", "/v1/models/larksong") == (200, model)
    status, answer = running.ask("GET", "/v1/models/gpt-4")
    assert (status, answer["error"]["code"]) == (404, "not_found")
