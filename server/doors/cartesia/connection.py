"""One socket: a reader and a writer, each a task, around a Session."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from .session import Session

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from ...speech.services import Services
    from ...version import Version

MAX_BACKLOG = 512  # events and commands of one socket that may wait before it is no longer read
BACKLOG_POLL_S = 0.01


class Connection:
    """Runs until the client is gone. A client that does not read delays nobody but itself."""

    def __init__(self, socket: WebSocket, services: Services, version: Version) -> None:
        self._socket = socket
        self._news = asyncio.Event()
        self._outbox = services.engine.outbox(self._news.set)
        self._writing = False
        self._session = Session(services, version, self._outbox)

    @property
    def busy(self) -> bool:
        """Frames wait to be sent."""
        return self._writing or self._outbox.backlog > 0

    async def run(self) -> None:
        """Accept the socket and serve it."""
        await self._socket.accept(headers=[(b"x-request-id", uuid4().hex.encode())])
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(OSError):  # the client went away while being written to
                    task.result()
        finally:
            self._session.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("text")
            self._session.receive(message["bytes"] if data is None else data, time.monotonic())
            # Rare: a client that sends without end and does not read. Leaving its frames in the kernel is the
            # answer, and needs no more than looking again now and then.
            while self._outbox.backlog > MAX_BACKLOG:  # noqa: ASYNC110 - two threads count it, no event does
                await asyncio.sleep(BACKLOG_POLL_S)

    async def _write(self) -> None:
        while True:
            self._news.clear()
            self._writing = False
            event = self._outbox.get()
            if event is None:
                await self._news.wait()
                continue
            self._writing = True
            for frame in self._session.render(event, time.monotonic()):
                await self._socket.send({"type": "websocket.send", "text": frame.decode()})
