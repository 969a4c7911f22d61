"""The client for asyncio: one socket, several contexts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from types import TracebackType
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from .core import Core, Settings
from .events import Chunk, Event, Failed, LarksongError

API_VERSION = "2026-03-01"  # the first one with structured errors
Text = str | Iterable[str] | AsyncIterable[str]


class AsyncLarksong:
    """Use as `async with`. The socket is read only while somebody waits for an event."""

    def __init__(self, url: str = "ws://127.0.0.1:8765", api_key: str | None = None) -> None:
        self.url = url.rstrip("/").removesuffix("/tts/websocket") + "/tts/websocket"
        self._headers = {"Cartesia-Version": API_VERSION}
        if api_key:
            self._headers["X-API-Key"] = api_key
        self._core = Core()
        self._socket: ClientConnection | None = None
        self._pull: asyncio.Task[None] | None = None  # the one read in progress, shared by all who wait
        self._changed: asyncio.Future[None] | None = None  # wakes those who wait without a frame

    async def __aenter__(self) -> AsyncLarksong:
        """Connect. Raises LarksongError: `unreachable`, or `refused` with the HTTP status."""
        try:
            # While the caller leaves audio unread, pongs and the answer to a close go unseen:
            # a missing pong means nothing, and closing does not wait for long.
            self._socket = await connect(
                self.url,
                additional_headers=self._headers,
                compression=None,
                ping_timeout=None,
                close_timeout=1,
            )
        except InvalidStatus as fault:
            status = fault.response.status_code
            wait = fault.response.headers.get("Retry-After", "")
            after = float(wait) if wait.isdigit() else None
            raise LarksongError("refused", f"{self.url} answered {status}", status, after) from fault
        except (OSError, WebSocketException, asyncio.TimeoutError) as fault:
            raise LarksongError("unreachable", f"{self.url}: {fault}") from fault
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket:
            await self._socket.close()
        self._lost(Failed("connection_closed", "closed by this client"))
        if self._pull:
            await asyncio.wait([self._pull])

    def context(self, *, context_id: str | None = None, **settings: Any) -> AsyncContext:
        """A new utterance stream. `settings` are the fields of `Settings`."""
        return AsyncContext(self, self._core.open(Settings(**settings), context_id))

    def _connection(self) -> ClientConnection:
        if self._socket is None:
            raise LarksongError("not_connected", "use `async with`")
        return self._socket

    async def _send(self, frame: str | None) -> None:
        try:
            if frame is not None:
                await self._connection().send(frame)
        except ConnectionClosed as fault:
            self._lost(Failed("connection_closed", str(fault), cause=fault))
            raise LarksongError("connection_closed", str(fault)) from fault

    async def _receive(self) -> None:
        try:
            await self._send(self._core.receive(await self._connection().recv()))
        except ConnectionClosed as fault:
            self._lost(Failed("connection_closed", str(fault), cause=fault))
        except LarksongError as fault:
            self._lost(Failed(fault.code, str(fault), cause=fault))
            await self._connection().close(1002)

    def _lost(self, failure: Failed) -> None:
        self._core.connection_lost(failure)
        self._wake()

    def _wake(self) -> None:
        if self._changed and not self._changed.done():
            self._changed.set_result(None)

    async def _next(self, context_id: str) -> Event | None:
        """The context's next event; None when there will be no more."""
        while (event := self._core.next_event(context_id)) is None:
            if self._core.is_over(context_id):
                return None
            if self._pull is None or self._pull.done():
                self._pull = asyncio.create_task(self._receive())
            if self._changed is None or self._changed.done():
                self._changed = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._pull, self._changed}, return_when=asyncio.FIRST_COMPLETED)
        return event


class AsyncContext:
    """One utterance stream. Send text, iterate over events; leaving `async with` early cancels it."""

    def __init__(self, client: AsyncLarksong, context_id: str) -> None:
        self.id = context_id
        self._client = client
        self._core = client._core
        self._feeder: asyncio.Task[None] | None = None

    async def send(self, text: str, *, flush: bool = False) -> None:
        """Add text; the sender owns the spaces. `flush` has everything so far spoken at once."""
        await self._client._send(self._core.send(self.id, text, more=True, flush=flush))

    async def end(self, text: str = "") -> None:
        """Add the last text. `Done` follows when all is spoken."""
        await self._client._send(self._core.send(self.id, text, more=False))

    def feed(self, text: Text) -> None:
        """Send text, or pieces as they come, and the end, in the background while events are read.

        If the source raises, the context ends with `Failed` (`text_source_failed`).
        """
        self._feeder = asyncio.create_task(self._feed(text))

    async def cancel(self) -> None:
        """Stop speaking now. No event follows; who iterates is released."""
        if self._feeder:
            self._feeder.cancel()
        frame = self._core.cancel(self.id)
        self._client._wake()
        await self._client._send(frame)

    async def audio(self) -> AsyncIterator[bytes]:
        """Only the audio. Raises LarksongError if the context fails."""
        async for event in self:
            if isinstance(event, Failed):
                raise event.error()
            if isinstance(event, Chunk):
                yield event.audio

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        event = await self._client._next(self.id)
        if event is None:
            raise StopAsyncIteration
        return event

    async def __aenter__(self) -> AsyncContext:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.cancel()
        except LarksongError:
            if error is None and not self._core.is_over(self.id):
                raise
        finally:
            self._core.forget(self.id)

    async def _feed(self, text: Text) -> None:
        try:
            if isinstance(text, str):  # all of it in one frame: the server need not wait for more
                return await self.end(text)
            async for piece in _pieces(text):
                if not self._core.accepts_text(self.id):
                    return  # cancelled or failed: ask the source for no more
                await self.send(piece)
            await self.end()
        except LarksongError:
            pass  # the reader learns of it from its `Failed` event
        except Exception as fault:
            failure = Failed("text_source_failed", f"the source of the text raised {fault!r}", cause=fault)
            frame = self._core.fail(self.id, failure)
            self._client._wake()
            await self._client._send(frame)


async def _pieces(text: Iterable[str] | AsyncIterable[str]) -> AsyncIterator[str]:
    if isinstance(text, AsyncIterable):
        async for piece in text:
            yield piece
    else:
        source = iter(text)
        # A synchronous source may block (a language model's SDK), so it is asked on a thread.
        while (token := await asyncio.to_thread(next, source, None)) is not None:
            yield token
