"""A door that knows nothing of Sonic speaks through the same session."""

from __future__ import annotations

import asyncio
import base64
import json

from larksong.server.config import ServerConfig
from larksong.server.speech import services

from ..server.fake_synthesizer import load
from .line_door import LineDoor


async def talk(slots: int, *lines: str) -> tuple[list[dict], int]:
    """What the door answers to these lines, and the slots in use afterwards."""
    made = services.start(ServerConfig(slots=slots), load())
    if slots == 1 and not lines:
        made.slots.take()
    server = await asyncio.start_server(LineDoor(made).serve, "127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for line in lines:
            writer.write(line.encode() + b"\n")
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        return [json.loads(line) for line in answer.splitlines()], made.slots.used
    finally:
        server.close()
        made.stop()


async def test_it_speaks_flushes_and_finishes() -> None:
    said, used = await talk(2, "Hello there.", "flush", "Good bye.", "end")
    assert [word for one in said for word in one.get("words", [])] == ["Hello", "there.", "Good", "bye."]
    assert [one["flushed"] for one in said if "flushed" in one] == [0]
    assert len(b"".join(base64.b64decode(one.get("sound", "")) for one in said)) > 16000
    assert said[-1]["finished"]
    assert used == 0


async def test_without_a_slot_it_says_so() -> None:
    said, _ = await talk(1)
    assert said == [{"failed": "concurrency_limited"}]
