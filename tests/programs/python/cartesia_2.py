"""cartesia 2.x: whole and streamed answers, generators, asyncio contexts with flush, and both HTTP ways."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from cartesia import AsyncCartesia, Cartesia
from stage import BASE, KEY, TOO_LONG, VOICE, Scene, play

RATE = 16000
LONG = "This sentence goes on for quite a while, because nobody is going to hear the end of it. " * 4
SETTINGS: dict[str, Any] = {
    "model_id": "sonic-2",
    "voice": {"mode": "id", "id": VOICE},
    "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": RATE},
    "language": "en",
}


def socket() -> Any:
    return Cartesia(api_key=KEY, base_url=BASE).tts.websocket()


def turns(scene: Scene) -> None:
    text = "Older programs are spoken to as well."
    ws = socket()
    whole = ws.send(transcript=text, stream=False, add_timestamps=True, **SETTINGS)
    scene.turn(text, whole.audio, RATE, words=whole.word_timestamps.words)

    text = "One piece after another."
    pieces = [out.audio for out in ws.send(transcript=text, stream=True, **SETTINGS)]
    scene.facts["pieces"] = len(pieces)
    scene.turn(text, pieces, RATE)

    words = ("The words ", "come from ", "a generator.")
    context = ws.context()
    answers = list(context.send(transcript=iter(words), add_timestamps=True, **SETTINGS))
    timed = [word for out in answers if out.word_timestamps for word in out.word_timestamps.words]
    scene.turn("".join(words), [out.audio for out in answers if out.audio], RATE, words=timed)
    ws.close()


def error(scene: Scene) -> None:
    """This client closes its socket upon an error, and opens another for the next turn."""
    ws = socket()
    try:
        list(ws.context().send(transcript=iter(("The first half is fine. ", TOO_LONG)), **SETTINGS))
    except RuntimeError as failure:
        scene.facts["message"] = str(failure)
    text = "The next turn is fine as well."
    scene.turn(text, ws.send(transcript=text, stream=False, **SETTINGS).audio, RATE)
    ws.close()


async def listen(context: Any) -> bytes:
    return b"".join([out.audio async for out in context.receive() if out.audio])


async def concurrent(scene: Scene) -> None:
    client = AsyncCartesia(api_key=KEY, base_url=BASE)
    ws = await client.tts.websocket()

    async def speak(text: str) -> None:
        context = ws.context()
        for word in text.split(" "):
            await context.send(transcript=word + " ", continue_=True, **SETTINGS)
        await context.no_more_inputs()
        scene.turn(text, await listen(context), RATE)
        scene.facts.setdefault("closed", []).append(context.is_closed())

    await asyncio.gather(speak("Good morning, everybody."), speak("The train leaves at noon."))
    await ws.close()
    await client.close()


async def flush(scene: Scene) -> None:
    """Each flush hands out a generator of the sound before it."""
    client = AsyncCartesia(api_key=KEY, base_url=BASE)
    ws = await client.tts.websocket()
    context = ws.context()
    parts = ("The first part ends here.", "And here is the second.", "This is the last.")
    before = []
    for part in parts[:-1]:
        await context.send(transcript=part, continue_=True, **SETTINGS)
        before.append(await context.flush())
    await context.send(transcript=parts[-1], continue_=True, **SETTINGS)
    await context.no_more_inputs()
    for part, generator in zip(parts, before, strict=False):
        scene.turn(part, [out.audio async for out in generator() if out.audio], RATE)
    scene.turn(parts[-1], await listen(context), RATE)
    await ws.close()
    await client.close()


async def cancel(scene: Scene) -> None:
    """A context fails, another is cancelled; the socket goes on with a third."""
    client = AsyncCartesia(api_key=KEY, base_url=BASE)
    ws = await client.tts.websocket()
    failing = ws.context()
    await failing.send(transcript=TOO_LONG, continue_=True, **SETTINGS)
    await failing.no_more_inputs()
    try:
        await listen(failing)
    except RuntimeError as failure:
        scene.facts["message"] = str(failure)
    doomed = ws.context()
    await doomed.send(transcript=LONG, continue_=True, **SETTINGS)
    async for _ in doomed.receive():
        break
    await doomed.cancel()
    text = "Let us start again."
    answer = await ws.send(transcript=text, stream=False, **SETTINGS)
    scene.turn(text, answer.audio, RATE)
    await ws.close()
    await client.close()


def http(scene: Scene) -> None:
    client = Cartesia(api_key=KEY, base_url=BASE)
    text = "This came as one file."
    wav = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 44100}
    scene.turn(text, client.tts.bytes(transcript=text, **{**SETTINGS, "output_format": wav}), 44100, encoding="wav")
    text = "And this as events."
    events = list(client.tts.sse(transcript=text, add_timestamps=True, **SETTINGS))
    scene.facts["events"] = [event.type for event in events]
    sound = [base64.b64decode(event.data) for event in events if event.type == "chunk"]
    words = [word for event in events if event.type == "timestamps" for word in event.word_timestamps.words]
    scene.turn(text, sound, RATE, words=words)
    scene.facts["voices"] = [voice.name for voice in client.voices.list(limit=2)]
    made = client.voices.localize(
        voice_id=VOICE, name="Mine", description="", language="en", original_speaker_gender="male", dialect="uk"
    )
    scene.facts["localized"] = [made.name, client.voices.get(id=made.id).name]
    client.voices.delete(id=made.id)


play(turns, error, concurrent, flush, cancel, http)
