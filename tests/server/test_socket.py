"""A real server, a real client library: the upgrade, the frames, the odd reader."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from larksong.server.auth import Auth
from larksong.server.config import ServerConfig
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from .conftest import Running
from .fake_synthesizer import FRAME, frames_of
from .harness import Frame, request

TEXT = "Good morning and welcome to all of you."
SOUND = sum(map(frames_of, TEXT.split())) * FRAME * 2


async def turn(ws: ClientConnection, context: str | None = None) -> list[Frame]:
    """Frames up to the one that ends a context."""
    frames: list[Frame] = []
    while not frames or not frames[-1]["done"]:
        frame = json.loads(await asyncio.wait_for(ws.recv(), 20))
        if context in (None, frame["context_id"]):
            frames.append(frame)
    return frames


def sound(frames: list[Frame]) -> bytes:
    return b"".join(base64.b64decode(frame["data"]) for frame in frames if frame["type"] == "chunk")


async def say(url: str, text: str = TEXT, **options: Any) -> list[Frame]:
    async with connect(url, **options) as ws:
        await ws.send(json.dumps(request(text)))
        return await turn(ws)


async def refused(url: str, **options: Any) -> tuple[int, Frame, Any]:
    with pytest.raises(InvalidStatus) as caught:
        async with connect(url, **options):
            pass
    response = caught.value.response
    return response.status_code, json.loads(response.body or b"{}"), response.headers


# §14.1 §14.28
async def test_the_socket_speaks_on_the_http_port(running: Running) -> None:
    frames = await say(running.ws)
    assert len(sound(frames)) == SOUND
    assert frames[-1]["type"] == "done"


# §14.11
async def test_the_server_says_nothing_first(running: Running) -> None:
    async with connect(running.ws) as ws:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ws.recv(), 0.3)


# §14.2 §14.3 §14.4 §14.5
async def test_each_carrier_of_a_credential_is_accepted(launch: Callable[..., Running]) -> None:
    server = launch(keys=("secret", "other"))
    token = server.services.auth.mint({"tts": True}, 60)
    carriers: list[tuple[str, dict[str, str]]] = [
        ("", {"Authorization": "Bearer secret"}),
        ("", {"Authorization": f"Bearer {token}"}),
        ("", {"X-API-Key": "other"}),
        ("", {"x-api-key": "secret"}),
        ("?api_key=secret", {}),
        (f"?access_token={token}", {}),
    ]
    for query, headers in carriers:
        assert sound(await say(server.ws + query, "Hi.", additional_headers=headers))


# §14.8
async def test_a_bad_key_is_refused_at_the_upgrade(launch: Callable[..., Running]) -> None:
    server = launch(keys=("secret",))
    carriers: list[tuple[str, dict[str, str]]] = [
        ("", {}),
        ("?api_key=wrong", {}),
        ("", {"X-API-Key": "secre"}),
        ("?access_token=a.b", {}),
        ("", {"Authorization": "Basic secret"}),
    ]
    for query, headers in carriers:
        status, body, _ = await refused(server.ws + query, additional_headers=headers)
        assert (status, body["error_code"]) == (401, "unauthorized")


# §14.85
def test_a_token_expires_and_cannot_be_forged() -> None:
    auth = Auth(ServerConfig(keys=("secret",)))
    assert auth.grants(auth.mint({"tts": True}, 60)) == {"tts": True}
    assert auth.grants(auth.mint({"tts": True}, -1)) is None
    assert Auth(ServerConfig(keys=("else",))).grants(auth.mint({"tts": True}, 60)) is None
    payload, _, signature = auth.mint({"tts": True}, 60).partition(".")
    assert auth.grants(payload[:-2] + "AA." + signature) is None
    for odd in ("", ".", "a", "é.ü", "\udcff."):
        assert auth.grants(odd) is None


def test_without_a_key_any_key_is_accepted(running: Running) -> None:
    assert running.get("/", **{"X-API-Key": "whatever"})[0] == 200


# §14.6 §14.7
@pytest.mark.parametrize(
    ("query", "headers", "structured"),
    [
        ("?cartesia_version=2024-11-13", {"cartesia-version": "2026-03-01"}, 0),
        ("", {"CARTESIA-VERSION": "2024-11-13"}, 0),
        ("?cartesia_version=latest", {"Cartesia-Version": "2025-04-16"}, 1),
        ("?x=y&client=z", {"X-Stainless-Lang": "python", "Accept": "application/json"}, 1),
    ],
)
async def test_the_version_decides_where_flush_ids_start(
    running: Running, query: str, headers: dict[str, str], structured: int
) -> None:
    async with connect(running.ws + query, additional_headers=headers) as ws:
        await ws.send(json.dumps(request("One.", more=True, flush=True)))
        while (frame := json.loads(await ws.recv()))["type"] != "flush_done":
            pass
        assert frame["flush_id"] == structured


# §14.10
async def test_a_path_prefix_works(launch: Callable[..., Running]) -> None:
    server = launch(prefix="/some/proxy")
    assert sound(await say(server.ws.replace("/tts", "/some/proxy/tts"), "Hi."))
    assert server.get("/some/proxy/")[0] == 200
    assert sound(await say(server.ws, "Hi."))


# §14.13
async def test_client_pings_are_answered(running: Running) -> None:
    async with connect(running.ws) as ws:
        await asyncio.wait_for(await ws.ping(), 5)


async def test_compression_is_declined(running: Running) -> None:
    async with connect(running.ws, compression="deflate") as ws:
        assert ws.protocol.extensions == []


# §14.12
def test_a_missing_pong_never_closes_a_socket(running: Running) -> None:
    config = running.server.config
    assert config.ws_ping_timeout is None
    assert config.ws_ping_interval


# §14.12
async def test_unanswered_pings_leave_the_socket_usable(
    launch: Callable[..., Running], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("larksong.server.run.serve.PING_S", 0.05)
    server = launch()
    async with connect(server.ws) as ws:
        ws.protocol.recv_ping = lambda frame: None  # type: ignore[attr-defined]
        ws.transport.pause_reading()  # no ping is even seen
        await asyncio.sleep(0.5)
        ws.transport.resume_reading()
        await ws.send(json.dumps(request("Hi.")))
        assert (await turn(ws))[-1]["type"] == "done"


# §14.14
async def test_a_request_over_a_mebibyte_is_refused_and_one_below_is_read(running: Running) -> None:
    async with connect(running.ws) as ws:
        await ws.send(json.dumps(request("x" * 900_000)))
        assert (await turn(ws))[-1]["error_code"] == "text_too_long"
        await ws.send("x" * (1 << 20) + "x")
        await ws.wait_closed()
        assert ws.close_code == 1009


# §14.39 §14.64
async def test_contexts_on_one_socket_do_not_disturb_each_other(running: Running) -> None:
    async with connect(running.ws) as ws:
        await ws.send(json.dumps(request(TEXT, "good")))
        await ws.send(json.dumps(request("boom-text", "bad")))
        await ws.send("{")
        frames: list[Frame] = []
        while sum(frame["done"] for frame in frames) < 3:
            frames.append(json.loads(await asyncio.wait_for(ws.recv(), 20)))
    ends = {frame["context_id"]: frame["type"] for frame in frames if frame["done"]}
    assert ends["good"] == "done"
    assert ends["bad"] == "error"
    assert len(sound([frame for frame in frames if frame["context_id"] == "good"])) == SOUND


# §14.40 §14.42
async def test_a_crowd_of_sockets_all_hear_the_same(running: Running) -> None:
    turns = await asyncio.gather(*(say(running.ws) for _ in range(30)))
    assert {sound(frames) for frames in turns} == {sound(await say(running.ws))}
    assert all(sum(frame["type"] == "chunk" for frame in frames) > 2 for frames in turns)


async def test_bytes_frames_are_read_like_text(running: Running) -> None:
    async with connect(running.ws) as ws:
        await ws.send(json.dumps(request("Hi.")).encode())
        assert (await turn(ws))[-1]["type"] == "done"


async def settle(condition: Callable[[], bool]) -> bool:
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.02)
    return False


# §14.57
async def test_a_client_that_vanishes_in_mid_speech_leaves_nothing_behind(running: Running) -> None:
    services = running.services
    for _ in range(30):
        ws = await connect(running.ws)
        await ws.send(json.dumps(request("word " * 2000)))
        await ws.recv()
        ws.transport.abort()
    assert await settle(lambda: services.slots.used == 0 and not services.connections)
    assert not services.engine._jobs


# §14.58
async def test_a_client_that_stops_reading_is_bounded_and_disturbs_nobody(running: Running) -> None:
    ws = await connect(running.ws, max_queue=1)
    ws.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    ws.transport.pause_reading()
    await ws.send(json.dumps(request("word " * 4000, output_format={**FLOAT_48K})))
    services = running.services
    outbox = next(iter(services.connections))._outbox
    assert await settle(lambda: outbox.full)
    assert len(sound(await say(running.ws))) == SOUND
    assert outbox.unread < 3.0 * 24000
    ws.transport.abort()
    assert await settle(lambda: services.slots.used == 0)


FLOAT_48K = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 48000}


async def test_a_flood_of_bad_frames_without_reading_is_bounded(running: Running) -> None:
    ws = await connect(running.ws, max_queue=1)
    ws.transport.pause_reading()
    connection = next(iter(running.services.connections))

    async def flood() -> None:
        for _ in range(20_000):
            await ws.send("{" * 50)

    task = asyncio.create_task(flood())
    assert await settle(lambda: connection._outbox.backlog > 500)
    await asyncio.sleep(0.3)
    assert connection._outbox.backlog < 600
    task.cancel()
    ws.transport.abort()
    assert await settle(lambda: connection not in running.services.connections)


# §14.66
async def test_too_many_sockets_are_refused_at_the_upgrade(launch: Callable[..., Running]) -> None:
    server = launch(slots=1, sockets_per_slot=2)
    async with connect(server.ws), connect(server.ws):
        status, body, headers = await refused(server.ws)
    assert (status, body["error_code"], headers["retry-after"]) == (429, "too_many_sockets", "1")


async def test_nagle_is_off(running: Running) -> None:
    async with connect(running.ws):
        found = [protocol.transport for protocol in running.server.server_state.connections]
        assert found
        for transport in found:
            sock = transport.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
