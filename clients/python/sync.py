"""The client without `async`: the asyncio client on a thread of its own, and calls handed to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from .aio import AsyncContext, AsyncLarksong, Text
from .events import Chunk, Event, Failed, LarksongError

T = TypeVar("T")


class Larksong:
    """Use as `with`. May be called from any thread, e.g. to cancel while another one reads."""

    def __init__(self, url: str = "ws://127.0.0.1:8765", api_key: str | None = None) -> None:
        self._client = AsyncLarksong(url, api_key)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="larksong", daemon=True)

    def __enter__(self) -> Larksong:
        """Connect. Raises LarksongError: `unreachable`, or `refused` with the HTTP status."""
        self._thread.start()
        self._ready.wait()
        try:
            self._run(self._client.__aenter__())
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._run(self._client.__aexit__())
        finally:
            self._stop()

    def context(self, *, context_id: str | None = None, **settings: Any) -> Context:
        """A new utterance stream. `settings` are the fields of `Settings`."""

        async def make() -> AsyncContext:
            return self._client.context(context_id=context_id, **settings)

        return Context(self, self._run(make()))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if not self._thread.is_alive():
            work.close()
            raise LarksongError("not_connected", "use `with`")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run_loop(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._closing.wait()

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()


class Context:
    """One utterance stream; each method is that of `AsyncContext`, waiting for the result."""

    def __init__(self, client: Larksong, inner: AsyncContext) -> None:
        self.id = inner.id
        self._client = client
        self._inner = inner

    def send(self, text: str, *, flush: bool = False) -> None:
        self._client._run(self._inner.send(text, flush=flush))

    def end(self, text: str = "") -> None:
        self._client._run(self._inner.end(text))

    def feed(self, text: Text) -> None:
        async def start() -> None:
            self._inner.feed(text)

        self._client._run(start())

    def cancel(self) -> None:
        self._client._run(self._inner.cancel())

    def audio(self) -> Iterator[bytes]:
        for event in self:
            if isinstance(event, Failed):
                raise event.error()
            if isinstance(event, Chunk):
                yield event.audio

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        event = self._client._run(self._client._client._next(self.id))
        if event is None:
            raise StopIteration
        return event

    def __enter__(self) -> Context:
        return self

    def __exit__(self, *_: object) -> None:
        self._client._run(self._inner.__aexit__(None, None, None))
