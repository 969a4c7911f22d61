"""Whole texts for the HTTP API: one context, its events as an async iterator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from ..engine.engine import Engine
from ..engine.outbox import Event, Failed, Finished
from ..engine.settings import Settings


async def speak(engine: Engine, settings: Settings, text: str, live: bool = False) -> AsyncGenerator[Event, None]:
    """Events of `text`, up to and without Finished; raises SpeechError when there is no slot or it fails.

    `live`: somebody listens while it is made, so it is paced like a socket's context. Otherwise it is made
    as fast as possible with the time that live contexts leave. Closing the iterator early cancels it. Sound
    comes as float32 at the engine's rate; pass it through an Encoder.
    """
    news = asyncio.Event()
    outbox = engine.outbox(news.set)
    job = engine.open(settings, outbox, live)
    try:
        engine.push(job, text, close=True)
        while True:
            news.clear()
            event = outbox.get()
            if event is None:
                await news.wait()
            elif isinstance(event, Failed):
                raise event.error
            elif isinstance(event, Finished):
                return
            else:
                yield event
    finally:
        engine.cancel(job)
