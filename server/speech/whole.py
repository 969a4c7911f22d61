"""Whole texts for the HTTP API: one turn, its events as an async iterator."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from ..engine.engine import Engine
from ..engine.outbox import Event, Failed, Finished
from ..engine.settings import Settings
from .session import Listening


async def speak(engine: Engine, settings: Settings, text: str, live: bool = False) -> AsyncGenerator[Event, None]:
    """Events of `text`, up to and without Finished; raises SpeechError when there is no slot or it fails.

    `live`: somebody listens while it is made, so it is paced like a socket's context. Otherwise it is made
    as fast as possible with the time that live contexts leave. Closing the iterator early cancels it. Sound
    comes as float32 at the engine's rate; pass it through an Encoder.
    """
    session = Listening(engine)
    turn = session.open(settings, live)
    try:
        session.push(turn, text, close=True)
        async with aclosing(session.events()) as events:
            async for event in events:
                if isinstance(event, Failed):
                    raise event.error
                if isinstance(event, Finished):
                    return
                yield event
    finally:
        session.cancel(turn)
