"""cartesia 3.x and 4.x with asyncio: many contexts at once on one socket."""

from __future__ import annotations

import asyncio
from typing import Any

from cartesia import AsyncCartesia
from stage import BASE, KEY, SOCKET, TOO_LONG, VOICE, Scene, play

TEXTS = ("Good morning, everybody.", "The train leaves at noon.", "Please close the window.")
RATES = (16000, 24000, 44100)
LONG = "This sentence goes on for quite a while, because nobody is going to hear the end of it. " * 4


def connect() -> Any:
    return AsyncCartesia(api_key=KEY, base_url=BASE, websocket_base_url=SOCKET).tts.websocket_connect()


def open_context(socket: Any, rate: int = 24000) -> Any:
    style = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": rate}
    voice = {"mode": "id", "id": VOICE}
    return socket.context(model_id="sonic-3", voice=voice, output_format=style, language="en", timeout=20)


async def listen(context: Any) -> tuple[bytes, list[str]]:
    """Sound, and the types of all events in order."""
    sound, types = b"", []
    async for event in context.receive():
        types.append(event.type)
        if event.type == "chunk":
            sound += event.audio
    return sound, types


async def speak(socket: Any, scene: Scene, text: str, rate: int = 24000) -> list[str]:
    context = open_context(socket, rate)
    for word in text.split(" "):
        await context.push(word + " ")
    await context.no_more_inputs()
    sound, types = await listen(context)
    scene.turn(text, sound, rate)
    return types


async def concurrent(scene: Scene) -> None:
    async with connect() as socket:
        types = await asyncio.gather(*(speak(socket, scene, *turn) for turn in zip(TEXTS, RATES, strict=True)))
        scene.facts["last"] = [each[-1] for each in types]
        scene.facts["done"] = [each.count("done") for each in types]


async def flush(scene: Scene) -> None:
    """The buffer is emptied between two sentences, and the context stays open."""
    async with connect() as socket:
        context = open_context(socket)
        await context.push("The first part ends here")
        await context.push("", flush=True)
        sound, ids, flushed = [b""], [], []
        async for event in context.receive():
            if event.type == "chunk":
                sound[-1] += event.audio
                ids.append(event.flush_id)
            elif event.type == "flush_done":
                flushed.append(event.flush_id)
                sound.append(b"")
                await context.push("And here is the second.")
                await context.no_more_inputs()
        scene.turn("The first part ends here. And here is the second.", sound, 24000)
        scene.facts.update(ids=sorted(set(ids)), flushed=flushed, parts=[len(part) // 2 for part in sound])


async def cancel(scene: Scene) -> None:
    """One of two contexts is cancelled; the other does not notice."""
    async with connect() as socket:
        doomed = open_context(socket)
        await doomed.push(LONG)
        async for event in doomed.receive():
            if event.type == "chunk":
                break
        other = asyncio.create_task(speak(socket, scene, TEXTS[0]))
        await doomed.cancel()
        await other
        await speak(socket, scene, TEXTS[1])


async def error(scene: Scene) -> None:
    """One context fails in its middle; its neighbour and the next turn are fine."""
    async with connect() as socket:
        failing = open_context(socket)
        neighbour = asyncio.create_task(speak(socket, scene, TEXTS[2]))
        await failing.push("The first half is fine. ")
        await failing.push(TOO_LONG)
        await failing.no_more_inputs()
        _, types = await listen(failing)
        await neighbour
        scene.facts["types"] = types
        await speak(socket, scene, TEXTS[0])


async def unknown_voice(scene: Scene) -> None:
    async with connect() as socket:
        context = socket.context(model_id="sonic-3", voice={"mode": "id", "id": "nobody"}, timeout=20)
        await context.push("Who is speaking?")
        await context.no_more_inputs()
        events = [event async for event in context.receive()]
        scene.facts["types"] = [event.type for event in events]
        scene.facts["code"] = [events[-1].error_code, events[-1].status_code]
        await speak(socket, scene, TEXTS[1])


play(concurrent, flush, cancel, error, unknown_voice)
