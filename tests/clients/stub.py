"""A websocket server that plays a script: it expects requests and sends literal frames."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import ServerConnection, serve


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.ids: list[str] = []  # context ids in order of first use

    async def expect(self, **fields: Any) -> dict[str, Any]:
        """The next request, which must hold these fields."""
        request: dict[str, Any] = json.loads(await self.connection.recv())
        assert request | fields == request, f"{fields} is not in {request}"
        if request["context_id"] not in self.ids:
            self.ids.append(request["context_id"])
        return request

    async def send(self, frame: str, context: int = 0) -> None:
        """Send a literal frame; `"ID"` in it stands for the id of the n-th context."""
        await self.connection.send(frame.replace('"ID"', json.dumps(self.ids[context])))


Script = Callable[[Peer], Awaitable[None]]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[str]:
    """Yield the URL; on leaving, an assertion that failed in the script fails the test."""
    faults: list[Exception] = []

    async def handle(connection: ServerConnection) -> None:
        try:
            await script(Peer(connection))
            await connection.wait_closed()
        except Exception as fault:
            faults.append(fault)

    async with serve(handle, "127.0.0.1", 0, compression=None) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"ws://127.0.0.1:{port}"
    if faults:
        raise faults[0]
