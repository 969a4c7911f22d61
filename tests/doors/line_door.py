"""The smallest door: over TCP, a line of text in is spoken, as lines of JSON out. It shows what a door needs.

`flush` as a line asks for all so far, `stop` cancels, `end` closes the turn.
"""

from __future__ import annotations

import asyncio
import base64
import json

from larksong.server.audio.formats import Encoder, OutputFormat
from larksong.server.engine.outbox import Audio, Failed, Finished, Flushed
from larksong.server.errors import SpeechError
from larksong.server.speech.request import Opening
from larksong.server.speech.resolve import resolve
from larksong.server.speech.services import Services
from larksong.server.speech.session import Listening, Turn
from larksong.server.version import DEFAULT

ASKED = Opening("larksong", "af_heart", OutputFormat("raw", "pcm_s16le", 16000))


class LineDoor:
    """One turn for each connection."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak to one client until it leaves or its turn is over."""
        services = self._services
        session = Listening(services.engine)
        settings = resolve(ASKED, DEFAULT, services.backend, services.dictionaries)
        try:
            turn = session.open(settings)
            taking = asyncio.create_task(self._take(reader, session, turn))
            encoder = Encoder(settings.format, services.engine.sample_rate)
            async for event in session.events():
                if isinstance(event, Audio):
                    sound = base64.b64encode(encoder.encode(event.samples)).decode()
                    _say(writer, words=[word.text for word in event.words], sound=sound)
                elif isinstance(event, Flushed):
                    _say(writer, flushed=event.number)
                elif isinstance(event, Finished):
                    _say(writer, finished=True, sound=base64.b64encode(encoder.finish()).decode())
                    break
                elif isinstance(event, Failed):
                    raise event.error
            taking.cancel()
        except SpeechError as fault:
            _say(writer, failed=fault.code)
        finally:
            session.close()
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, session: Listening, turn: Turn) -> None:
        while line := (await reader.readline()).decode().strip("\n"):
            if line == "stop":
                session.cancel(turn)
            else:
                text = "" if line in ("flush", "end") else line + " "
                session.push(turn, text, flush=line == "flush", close=line == "end")


def _say(writer: asyncio.StreamWriter, **fields: object) -> None:
    writer.write(json.dumps(fields).encode() + b"\n")
