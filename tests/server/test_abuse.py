"""Callers that hang up in mid-speech, by the hundred, against a server in a process of its own."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from .fake_synthesizer import FRAME, frames_of
from .harness import request
from .test_serve import Process, fetch, spawn  # noqa: F401 - a fixture
from .test_socket import sound, turn

TEXT = "word " * 400
TURN = "word " * 60  # no longer than the server's lead, so that nobody waits for real time to pass
AT_ONCE = 10  # callers


def resident_kib(server: Process) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return int(found[1])


async def hang_up(url: str, chance: random.Random) -> None:
    """Call, ask for a long text in one or two contexts, hear a little, and go without a word or with one."""
    ws: ClientConnection = await connect(url)
    for name in "ab"[: chance.randint(1, 2)]:
        await ws.send(json.dumps(request(TEXT, name, more=chance.random() < 0.5)))
    for _ in range(chance.randrange(4)):
        await asyncio.wait_for(ws.recv(), 20)
    if chance.random() < 0.5:
        ws.transport.abort()
    else:
        await ws.close()


async def hang_up_often(url: str, count: int, chance: random.Random) -> None:
    for _ in range(count // AT_ONCE):
        await asyncio.gather(*(hang_up(url, chance) for _ in range(AT_ONCE)))


async def idle(server: Process) -> bool:
    """Whether, soon, no context and no socket is left."""
    metrics = f"http://127.0.0.1:{server.ports[0]}/metrics"
    for _ in range(200):
        lines = (await asyncio.to_thread(fetch, metrics)).splitlines()
        if {"larksong_slots_used 0.0", "larksong_sockets 0.0"} <= set(lines):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_two_hundred_callers_hang_up_and_nothing_is_left_of_them(
    spawn: Callable[..., Process],  # noqa: F811
) -> None:
    chance = random.Random(0)
    server = spawn("--slots", "40")
    await hang_up_often(server.ws, 300, chance)  # what is kept for good has been taken by then
    assert await idle(server)
    before = resident_kib(server)
    rush = asyncio.create_task(hang_up_often(server.ws, 200, chance))
    heard = 0
    async with connect(server.ws) as ws:
        while not rush.done() or not heard:
            await ws.send(json.dumps(request(TURN)))
            frames = await turn(ws)
            assert frames[-1]["type"] == "done"
            assert len(sound(frames)) == 60 * frames_of("word") * FRAME * 2
            heard += 1
    await rush
    assert await idle(server)
    assert resident_kib(server) - before < 4096


async def test_sigterm_lets_the_contexts_of_every_worker_finish(spawn: Callable[..., Process]) -> None:  # noqa: F811
    server = spawn("--workers", "2")
    assert "ready" in server.line()
    sockets = [await connect(server.ws) for _ in range(12)]  # the kernel spreads them over both
    for ws in sockets:
        await ws.send(json.dumps(request("One is begun.", more=True)))
        await ws.recv()
    server.process.terminate()
    await asyncio.sleep(0.5)
    for ws in sockets:
        await ws.send(json.dumps(request("Too late.", "new")))
        assert (await turn(ws, "new"))[-1]["error_code"] == "shutting_down"
        await ws.send(json.dumps(request(" And finished.")))
        assert (await turn(ws, "c"))[-1]["type"] == "done"
    assert await asyncio.to_thread(server.process.wait, 40) == 0
