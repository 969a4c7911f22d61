"""`/voices/clone`: a voice from a clip, in any container and any order of fields, or a reason why not."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from larksong.server.config import ServerConfig
from larksong.server.engine.backend import cloner, local
from larksong.server.errors import SpeechError
from larksong.server.speech.cloning import WAITING, Queue
from websockets.sync.client import connect

from .conftest import Running, start
from .harness import request
from .test_bytes import post as post_bytes
from .test_bytes import utterance

CLIPS = Path(__file__).parents[1] / "fixtures" / "clips"
MAN, WOMAN = (CLIPS / "am_michael.ogg").read_bytes(), (CLIPS / "af_bella.ogg").read_bytes()  # the teacher's, 5 s each
FACTS: dict[str, Any] = {"name": "Copy", "language": "en"}
BOUNDARY = "----limit"
WAV = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000}
METADATA = {
    "id", "user_id", "name", "description", "tagline", "language", "created_at", "is_public", "access", "visibility",
}  # fmt: skip


def form(parts: list[tuple[str, str | bytes]]) -> bytes:
    """A multipart body; bytes are sent as files."""
    lines = []
    for name, value in parts:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
        head += "" if isinstance(value, str) else '; filename="clip"\r\nContent-Type: application/octet-stream'
        lines.append(head.encode() + b"\r\n\r\n" + (value.encode() if isinstance(value, str) else value) + b"\r\n")
    return b"".join(lines) + f"--{BOUNDARY}--\r\n".encode()


def send(server: Running, parts: list[tuple[str, str | bytes]]) -> tuple[int, Any]:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    status, _, body = server.get("/voices/clone", "POST", form(parts), Content_Type=kind)
    return status, json.loads(body)


def clone(server: Running, clip: bytes = MAN, **fields: str) -> tuple[int, Any]:
    return send(server, [*({**FACTS, **fields}).items(), ("clip", clip)])


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """One server for the voices that are made here."""
    started = start(ServerConfig(slots=20))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def real() -> Iterator[Running]:
    """A server with the voice that is shipped."""
    started = start(ServerConfig(slots=4), local(None))
    yield started
    started.stop()


# §14.83
@pytest.mark.parametrize("place", [0, 1, 2])
def test_fields_may_come_in_any_order(server: Running, place: int) -> None:
    parts: list[tuple[str, str | bytes]] = list(FACTS.items())
    parts.insert(place, ("clip", MAN))
    status, made = send(server, parts)
    assert status == 200
    assert made.keys() >= METADATA
    assert (made["name"], made["language"], made["is_owner"], made["access"]) == ("Copy", "en", True, "private")
    assert -1 <= made["likeness"]["similarity"] <= 1
    assert made["likeness"]["speech_seconds"] == pytest.approx(4.2, abs=0.8)
    assert sum(made["likeness"]["blend"].values()) == pytest.approx(1, abs=0.05)
    shown = {name: value for name, value in made.items() if name != "likeness"}
    assert server.ask("GET", f"/voices/{made['id']}") == (200, shown)


def test_a_clone_speaks_at_once_on_the_socket_and_over_http(server: Running) -> None:
    made = clone(server)[1]
    heard = post_bytes(server, utterance(voice=made["id"]))
    assert heard[0] == 200
    assert heard[2] != post_bytes(server, utterance())[2]
    with connect(server.ws) as socket:
        socket.send(json.dumps(request("Hello.", voice={"id": made["id"]})))
        types = [json.loads(socket.recv(10))["type"]]
        while types[-1] == "chunk":
            types.append(json.loads(socket.recv(10))["type"])
    assert types[0] == "chunk"
    assert types[-1] == "done"


def test_a_clone_survives_a_restart(launch: Callable[..., Running], tmp_path: Path) -> None:
    first = launch(data=tmp_path)
    made = clone(first, description="Mine")[1]
    heard = post_bytes(first, utterance(voice=made["id"]))[2]
    first.stop()
    second = launch(data=tmp_path)
    assert second.ask("GET", f"/voices/{made['id']}")[1]["description"] == "Mine"
    assert post_bytes(second, utterance(voice=made["id"]))[2] == heard


def test_the_form_s_own_facts_count(server: Running) -> None:
    told = clone(server, gender="feminine", accent="british", description="Told.", mode="stability", enhance="true")[1]
    assert (told["gender"], told["country"], told["description"]) == ("feminine", "GB", "Told.")
    assert clone(server, language="en_GB")[1]["country"] == "GB"
    guessed = clone(server, description="", accent="", base_voice_id="")[1]
    assert (guessed["gender"], guessed["country"]) == ("masculine", "US")
    assert f"similarity {guessed['likeness']['similarity']:.2f}" in guessed["description"]


def test_a_base_voice_gives_prosody_accent_and_gender(server: Running) -> None:
    library = server.services.library
    made = clone(server, base_voice_id="af_heart")[1]
    base, style = library.get("af_heart"), library.get(made["id"]).style
    assert np.array_equal(style[128:], base.style[128:])
    assert not np.array_equal(style[:128], base.style[:128])
    assert (made["gender"], made["country"]) == (base.gender, base.accent)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": ""}, 400, "invalid_request"),
        ({"name": "x" * 201}, 400, "invalid_request"),
        ({"language": ""}, 400, "invalid_request"),
        ({"language": "ja"}, 400, "language_not_supported"),
        ({"accent": "martian"}, 400, "invalid_request"),
        ({"gender": "robot"}, 400, "invalid_request"),
        ({"base_voice_id": "nobody"}, 404, "voice_not_found"),
        ({"clip": "text"}, 422, "clip_not_usable"),
        ({"clip": b""}, 400, "invalid_request"),
        ({"clip": bytes(17 << 20)}, 413, "body_too_large"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_bad_forms_are_refused(server: Running, change: dict[str, Any], status: int, code: str) -> None:
    before = len(server.services.library.entries())
    found, error = send(server, list({**FACTS, "clip": MAN, **change}.items()))
    assert (found, error["error_code"]) == (status, code)
    assert len(server.services.library.entries()) == before


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content_Type": "application/json"}, {"Content_Type": "multipart/form-data"},
     {"Content_Type": "multipart/form-data; boundary=other"}],
)  # fmt: skip
def test_what_is_no_form_is_refused(server: Running, headers: dict[str, str]) -> None:
    status, _, body = server.get("/voices/clone", "POST", form([("name", "x")]), **headers)
    assert (status, json.loads(body)["error_code"]) == (400, "invalid_request")


def file_of(sound: np.ndarray, rate: int = 24000, kind: str = "WAV", subtype: str | None = None) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, sound, rate, subtype, format=kind)
    return out.getvalue()


SPOKEN, RATE = soundfile.read(io.BytesIO(MAN), dtype="float32")
RNG = np.random.default_rng(0)
BAD = {
    "no audio": b"this is no audio" * 100,
    "half a header": file_of(SPOKEN)[:30],
    "silence": file_of(np.zeros(5 * RATE)),
    "noise": file_of(0.1 * RNG.standard_normal(5 * RATE)),
    "too short": file_of(SPOKEN[: 2 * RATE]),
    "too much speech": file_of(np.tile(SPOKEN, 8)),
    "too long": file_of(np.zeros(61 * 8000), 8000),
    "no numbers": file_of(np.full(5 * RATE, np.nan), subtype="FLOAT"),
    "infinity": file_of(np.full(5 * RATE, np.inf), subtype="FLOAT"),
    "a low rate": file_of(SPOKEN[::6], 4000),
    "many channels": file_of(np.stack([SPOKEN] * 3, axis=1)),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_clips_say_what_is_wrong(server: Running, name: str) -> None:
    status, error = clone(server, BAD[name])
    assert (status, error["error_code"]) == (422, "clip_not_usable")
    assert len(error["message"]) > 20


def test_all_containers_tell_the_same_speaker(server: Running) -> None:
    stereo = np.stack([SPOKEN, SPOKEN], axis=1)
    files = [file_of(stereo, RATE, kind) for kind in ("WAV", "FLAC", "MP3")]
    files.append(file_of(SPOKEN, RATE, "OGG", "VORBIS"))
    wave, *others = map(_embedding, files)
    for other in others:
        assert wave @ other > 0.95
    assert all(clone(server, each)[0] == 200 for each in files)


def _embedding(file: bytes) -> np.ndarray:
    sound, rate = soundfile.read(io.BytesIO(file), dtype="float32", always_2d=True)
    return cloner().hear(sound.mean(axis=1), rate).embedding


async def test_few_may_wait() -> None:
    queue, leave = Queue(), asyncio.Event()
    inside = 0

    async def enter() -> None:
        nonlocal inside
        async with queue.turn():
            inside += 1
            await leave.wait()

    tasks = [asyncio.create_task(enter()) for _ in range(1 + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(SpeechError) as refused:
        async with queue.turn():
            pass
    assert (refused.value.code, inside) == ("concurrency_limited", 1)
    assert refused.value.retry_after
    leave.set()
    await asyncio.gather(*tasks)
    async with queue.turn():
        assert inside == 1 + WAITING


def test_the_shipped_voice_comes_near_to_a_clip(real: Running) -> None:
    text = "It is a long way from here to the nearest station."

    def spoken(voice: str) -> np.ndarray:
        return _embedding(post_bytes(real, utterance(voice=voice, transcript=text, output_format=WAV))[2])

    served = {name: spoken(name) for name in ("am_michael", "af_heart")}
    for clip, same, other, gender in (
        (MAN, "am_michael", "af_heart", "masculine"),
        (WOMAN, "af_heart", "am_michael", "feminine"),
    ):
        made = clone(real, clip)[1]
        assert made["gender"] == gender
        assert made["likeness"]["similarity"] > 0.8
        mine, heard = spoken(made["id"]), _embedding(clip)
        assert mine @ heard > served[other] @ heard + 0.1
        assert mine @ served[same] > mine @ served[other] + 0.1
