"""LiveKit Agents' plugin: streams, an interruption, turns on a pooled socket, and whole answers over HTTP."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
from livekit.plugins import cartesia
from stage import BASE, KEY, RUNAWAY, VOICE, Scene, play

RATE = 24000
LONG = "This sentence goes on for quite a while, because nobody is going to hear the end of it. " * 4


class Warnings(logging.Handler):
    """Retries and misunderstandings are only told in the log."""

    def __init__(self, scene: Scene) -> None:
        super().__init__(logging.WARNING)
        self._told = scene.facts.setdefault("warnings", [])

    def emit(self, record: logging.LogRecord) -> None:
        self._told.append(record.getMessage())


def scene_with(act: Callable[[Scene, Any], Any]) -> Callable[[Scene], Any]:
    """A scene that is handed the plugin, and whose log is watched."""

    async def scene(scene: Scene) -> None:
        handler = Warnings(scene)
        logging.getLogger("livekit").addHandler(handler)

        def note(name: str, fact: Any) -> None:
            scene.facts.setdefault(name, []).append(fact)

        try:
            async with aiohttp.ClientSession() as session:
                tts = cartesia.TTS(api_key=KEY, base_url=BASE, voice=VOICE, sample_rate=RATE, http_session=session)
                tts.on("error", lambda each: note("errors", str(each.error)))
                tts.on("metrics_collected", lambda each: note("reused", each.connection_reused))
                await act(scene, tts)
                await tts.aclose()
        finally:
            logging.getLogger("livekit").removeHandler(handler)

    scene.__name__ = act.__name__
    return scene


async def speak(scene: Scene, tts: Any, text: str) -> None:
    """One answer, word by word, as a language model writes it."""
    stream = tts.stream()
    for word in text.split(" "):
        stream.push_text(word + " ")
    stream.end_input()
    sound, timed = [], []
    async for event in stream:
        sound.append(bytes(event.frame.data))
        timed += event.frame.userdata.get("lk.timed_transcripts", [])
    scene.facts.setdefault("final", []).append(event.is_final)
    scene.facts.setdefault("transcripts", []).append("".join(timed).strip())
    scene.turn(text, sound, RATE)
    await stream.aclose()


@scene_with
async def turns(scene: Scene, tts: Any) -> None:
    await speak(scene, tts, "Hello there, this is one full sentence. And here is another one for you.")
    await speak(scene, tts, "The second answer uses the same socket.")


@scene_with
async def interruption(scene: Scene, tts: Any) -> None:
    """The user speaks while the agent does: the stream is thrown away."""
    stream = tts.stream()
    stream.push_text(LONG)
    await anext(stream)
    await stream.aclose()
    await speak(scene, tts, "Sorry, what was it that you said?")
    await speak(scene, tts, "And then the next answer follows.")


@scene_with
async def pause(scene: Scene, tts: Any) -> None:
    """Nobody reads the socket between two turns."""
    await speak(scene, tts, "First there is something to say.")
    await asyncio.sleep(2)
    await speak(scene, tts, "Then there is something else to say.")


@scene_with
async def tool_call(scene: Scene, tts: Any) -> None:
    """An answer without words, as when the language model calls a tool, and then one with words."""
    stream = tts.stream()
    stream.push_text(" ")
    stream.end_input()
    scene.facts["frames"] = [event async for event in stream]
    await stream.aclose()
    await speak(scene, tts, "The tool has found what you want.")


@scene_with
async def error(scene: Scene, tts: Any) -> None:
    """The turn fails while its text is still coming; this client takes that for a normal end."""
    stream = tts.stream()
    stream.push_text("The first half is fine. " + RUNAWAY[0])
    await anext(stream)  # a turn of which nothing has been heard would be tried again
    for sentence in RUNAWAY:
        stream.push_text(sentence)
    await asyncio.sleep(2)  # by now the server has refused it
    stream.end_input()
    start = time.monotonic()
    scene.facts["frames"] = len([event async for event in stream])
    scene.facts["waited"] = time.monotonic() - start
    await stream.aclose()
    await speak(scene, tts, "The next turn is fine as well.")


@scene_with
async def http(scene: Scene, tts: Any) -> None:
    text = "This answer came in one piece."
    sound = [bytes(event.frame.data) async for event in tts.synthesize(text)]
    scene.turn(text, sound, RATE)


play(turns, interruption, pause, tool_call, error, http)
