"""HTTP bodies that are sent while they are spoken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from ..audio.containers import Container
from ..engine.outbox import Audio, Event

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

NO_CACHE = {"cache-control": "no-store"}


class _Streamed(StreamingResponse):
    """Ends its source with itself: a client that leaves stops the voice."""

    def __init__(self, first: bytes, rest: AsyncGenerator[bytes, None], media_type: str, headers: dict[str, str]):
        super().__init__(_joined(first, rest), headers=headers, media_type=media_type)
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with aclosing(self._rest):
            await super().__call__(scope, receive, send)


async def streamed(
    body: AsyncGenerator[bytes, None], media_type: str, headers: dict[str, str] | None = None
) -> Response:
    """An answer that begins when its first bytes are there; until then a SpeechError is still a plain answer."""
    first = await anext(body, b"")
    return _Streamed(first, body, media_type, headers or {})


async def _joined(first: bytes, rest: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    if first:
        yield first
    async for part in rest:
        yield part


class Counted:
    """Events on their way, and how much sound was in them."""

    def __init__(self, events: AsyncGenerator[Event, None], sample_rate: int) -> None:
        self._events = events
        self._rate = sample_rate
        self.seconds = 0.0

    async def events(self) -> AsyncGenerator[Event, None]:
        """The events, unchanged."""
        async with aclosing(self._events):
            async for event in self._events:
                if isinstance(event, Audio):
                    self.seconds += len(event.samples) / self._rate
                yield event


async def contained(events: AsyncGenerator[Event, None], container: Container) -> AsyncGenerator[bytes, None]:
    """The bytes of a file, as its sound arrives."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Audio):
                encode = container.encode
                data = await asyncio.to_thread(encode, event.samples) if container.heavy else encode(event.samples)
                if data:
                    yield data
        rest = await asyncio.to_thread(container.finish) if container.heavy else container.finish()
        if rest:
            yield rest
