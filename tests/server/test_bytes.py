"""`/tts/bytes`: whole texts as audio files."""

from __future__ import annotations

import http.client
import io
import json
import struct
import time
import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import soundfile
from larksong.server.audio.containers import BIT_RATES, flac, mp3, opus
from larksong.server.audio.formats import ENCODINGS, RATES

from .conftest import Running
from .fake_synthesizer import FRAME, RATE
from .harness import expected_frames, solo

RAW = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
SECONDS = expected_frames("Hello", "there") * FRAME / RATE


def utterance(text: Any = "Hello there.", **fields: Any) -> dict[str, Any]:
    body = {"model_id": "sonic-3", "transcript": text, "voice": {"mode": "id", "id": "af_heart"}, "output_format": RAW}
    return {name: value for name, value in {**body, **fields}.items() if value is not ...}


def post(server: Running, body: Any, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return server.get("/tts/bytes", "POST", json.dumps(body).encode(), **headers)


# §14.73
def test_raw_is_headerless_and_sounds_as_on_the_socket(running: Running) -> None:
    status, headers, body = post(running, utterance())
    assert status == 200
    assert headers["content-type"] == "audio/pcm"
    assert headers["transfer-encoding"] == "chunked"
    assert body == solo("Hello there.")


# §14.73
def test_sound_leaves_before_the_text_has_been_spoken(launch: Callable[..., Running]) -> None:
    server = launch()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/tts/bytes", json.dumps(utterance("word " * 5000)))
    answer = connection.getresponse()
    assert len(answer.read1(65536)) > 0
    assert server.get_json("/ready")["slots_used"] == 1  # it is still being made
    # A client that leaves stops the voice.
    answer.close()
    connection.close()
    deadline = time.monotonic() + 20
    while server.get_json("/ready")["slots_used"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert server.get_json("/ready")["slots_used"] == 0


# §14.74
@pytest.mark.parametrize("accept", ["audio/wav", "application/json", "nonsense"])
def test_accept_is_ignored(running: Running, accept: str) -> None:
    _, headers, body = post(running, utterance(), Accept=accept)
    assert headers["content-type"] == "audio/pcm"
    assert body == solo("Hello there.")


# §14.75
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_wav_holds_what_raw_does(running: Running, encoding: str) -> None:
    layout = {"encoding": encoding, "sample_rate": 16000}
    raw = post(running, utterance(output_format={"container": "raw", **layout}))[2]
    _, headers, body = post(running, utterance(output_format={"container": "wav", **layout}))
    assert headers["content-type"] == "audio/wav"
    assert body[:4] == b"RIFF"
    assert body[-len(raw) :] == raw
    assert len(body) == len(raw) + 46
    # The sizes say that the end is not known, and readers take what there is.
    assert struct.unpack_from("<I", body, 42)[0] == 0xFFFFFFFF
    samples, rate = soundfile.read(io.BytesIO(body))
    assert rate == 16000
    assert len(samples) == len(raw) // ENCODINGS[encoding]


# §14.75
def test_python_s_own_reader_takes_the_wav(running: Running) -> None:
    wav = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000}
    with wave.open(io.BytesIO(post(running, utterance(output_format=wav))[2])) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 24000)
        assert file.readframes(10**9) == solo("Hello there.")


def mp3_frame(data: bytes) -> tuple[int, int]:
    """Bit rate (bit/s) and sample rate (Hz) in the first header."""
    assert data[0] == 0xFF
    assert data[1] & 0xE6 == 0xE2, "no layer III header"
    version, steps, rate = data[1] >> 3 & 3, data[2] >> 4, data[2] >> 2 & 3
    mpeg1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
    mpeg2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
    base = (44100, 48000, 32000)[rate]
    return (mpeg1 if version == 3 else mpeg2)[steps] * 1000, base >> {3: 0, 2: 1, 0: 2}[version]


# §14.75
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("bit_rate", BIT_RATES)
def test_mp3_has_the_rates_asked_for(rate: int, bit_rate: int) -> None:
    file = mp3(rate, bit_rate, RATE)
    data = file.encode(np.zeros(RATE, np.float32)) + file.finish()
    most = 64000 if rate < 16000 else 160000 if rate < 32000 else 320000
    assert mp3_frame(data) == (min(bit_rate, most), rate)


# §14.75
def test_mp3_is_speech_of_the_right_length(running: Running) -> None:
    jambonz = {"container": "mp3", "bit_rate": 128000, "sample_rate": 48000}
    _, headers, body = post(running, utterance(output_format=jambonz))
    assert headers["content-type"] == "audio/mpeg"
    assert mp3_frame(body) == (128000, 48000)
    samples, rate = soundfile.read(io.BytesIO(body))
    assert rate == 48000
    assert len(samples) / rate == pytest.approx(SECONDS, abs=0.1)
    assert np.abs(samples).max() > 0.2


FILES = {"mp3": lambda: mp3(24000, 64000, RATE), "flac": lambda: flac(24000, RATE), "opus": lambda: opus(RATE)}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("piece", [600, 9600])
def test_a_file_made_in_pieces_holds_the_sound(kind: str, piece: int) -> None:
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(3 * RATE) / RATE)).astype(np.float32)
    file = FILES[kind]()
    parts = [file.encode(tone[at : at + piece]) for at in range(0, len(tone), piece)]
    assert (sum(map(bool, parts)) >= 2) == (kind != "flac")  # the others do not wait for the end
    samples, rate = soundfile.read(io.BytesIO(b"".join(parts) + file.finish()))
    assert len(samples) / rate == pytest.approx(3.0, abs=0.15)
    spectrum = np.abs(np.fft.rfft(samples[rate : 2 * rate]))
    assert np.argmax(spectrum) == 440
    assert np.abs(samples[rate : 2 * rate]).max() == pytest.approx(0.5, abs=0.05)


def test_a_file_that_is_too_loud_is_clipped() -> None:
    file = flac(24000, RATE)
    data = file.encode(np.full(RATE, 1.7, np.float32)) + file.finish()
    samples, _ = soundfile.read(io.BytesIO(data))
    assert len(samples) == RATE
    assert samples.min() > 0.99


def test_a_blank_text_is_an_empty_file(running: Running) -> None:
    assert post(running, utterance("  "))[::2] == (200, b"")
    wav = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000}
    assert len(post(running, utterance("", output_format=wav))[2]) == 46


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"transcript": ...}, 400, "invalid_request"),
    ({"transcript": 5}, 400, "invalid_request"),
    ({"transcript": "x" * 200_001}, 413, "text_too_long"),
    ({"model_id": "gpt"}, 400, "model_not_found"),
    ({"model_id": ...}, 400, "invalid_request"),
    ({"voice": "nobody"}, 404, "voice_not_found"),
    ({"voice": ...}, 400, "invalid_request"),
    ({"language": "xx"}, 400, "language_not_supported"),
    ({"pronunciation_dict_id": "none"}, 404, "dictionary_not_found"),
    ({"output_format": ...}, 400, "invalid_output_format"),
    ({"output_format": {"container": "ogg", "sample_rate": 24000}}, 400, "invalid_output_format"),
    ({"output_format": {**RAW, "encoding": "pcm_u8"}}, 400, "invalid_output_format"),
    ({"output_format": {**RAW, "sample_rate": 11025}}, 400, "invalid_output_format"),
    ({"output_format": {"container": "mp3", "sample_rate": 44100}}, 400, "invalid_output_format"),
    ({"output_format": {"container": "mp3", "sample_rate": 44100, "bit_rate": 1}}, 400, "invalid_output_format"),
    ({"transcript": "boom-text"}, 500, "internal_error"),
]


# §14.65
@pytest.mark.parametrize(("change", "status", "code"), BAD, ids=str)
def test_bad_requests_are_told_before_any_sound(
    running: Running, change: dict[str, Any], status: int, code: str
) -> None:
    found, headers, body = post(running, utterance(**{"text": change.get("transcript", "Hello."), **change}))
    error = json.loads(body)
    assert (found, error["error_code"]) == (status, code)
    assert headers["content-type"] == "application/json"
    assert error.keys() == {"error_code", "title", "message", "request_id"}


# §14.65
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_request_is_refused(running: Running, body: bytes) -> None:
    status, _, answer = running.get("/tts/bytes", "POST", body)
    assert status == 400
    assert json.loads(answer)["error_code"] in ("invalid_json", "invalid_request")


def test_a_body_without_end_is_refused(launch: Callable[..., Running]) -> None:
    server = launch(max_message_bytes=1000)
    status, _, answer = post(server, utterance("x" * 2000))
    assert (status, json.loads(answer)["error_code"]) == (413, "body_too_large")


# §14.65 §14.66
def test_without_a_free_slot_it_says_when_to_come_again(launch: Callable[..., Running]) -> None:
    server = launch(slots=1)
    server.services.slots.take()
    status, headers, body = post(server, utterance())
    assert (status, json.loads(body)["error_code"]) == (429, "concurrency_limited")
    assert int(headers["retry-after"]) >= 1
    server.services.slots.give_back()
    assert post(server, utterance())[0] == 200


# §14.65
def test_a_key_is_needed(launch: Callable[..., Running]) -> None:
    server = launch(keys=("secret",))
    status, _, body = post(server, utterance())
    assert (status, json.loads(body)["error_code"]) == (401, "unauthorized")
    assert post(server, utterance(), X_API_Key="secret")[0] == 200
    assert post(server, utterance(), Authorization="Bearer secret")[0] == 200
    assert server.get("/tts/bytes?api_key=secret", "POST", json.dumps(utterance()).encode())[0] == 200
    assert server.get("/tts/bytes?api_key=wrong", "POST", json.dumps(utterance()).encode())[0] == 401


def test_sound_that_fails_midway_breaks_the_body_off(running: Running) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        post(running, utterance("word " * 100 + "boom-sound"))
