"""cartesia 3.x and 4.x, without asyncio: contexts one after another on one socket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cartesia import Cartesia
from stage import BASE, KEY, SOCKET, TOO_LONG, VOICE, Scene, play

S16 = {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000}
MULAW = {"container": "raw", "encoding": "pcm_mulaw", "sample_rate": 8000}
SETTINGS: dict[str, Any] = {
    "model_id": "sonic-3",
    "voice": {"mode": "id", "id": VOICE},
    "output_format": S16,
    "language": "en",
    "add_timestamps": True,
    "timeout": 20,
}
LONG = "This sentence goes on for quite a while, because nobody is going to hear the end of it. " * 4


def connect() -> Any:
    return Cartesia(api_key=KEY, base_url=BASE, websocket_base_url=SOCKET).tts.websocket_connect()


@dataclass
class Heard:
    """What one context's reader was given."""

    sound: bytes = b""
    words: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # ids of other contexts whose events came along
    fault: Any = None


def listen(context: Any) -> Heard:
    heard = Heard()
    for event in context.receive():
        if event.context_id != context._context_id:
            heard.strange.append(event.context_id)
        if event.type == "chunk":
            heard.sound += event.audio
        elif event.type == "timestamps":
            heard.words += event.word_timestamps.words
        elif event.type == "error":
            heard.fault = event
    return heard


def speak(socket: Any, scene: Scene, *parts: str, **changes: Any) -> None:
    settings = {**SETTINGS, **changes}
    context = socket.context(**settings)
    for part in parts:
        context.push(part)
    context.no_more_inputs()
    heard, style = listen(context), settings["output_format"]
    scene.turn("".join(parts), heard.sound, style["sample_rate"], encoding=style["encoding"], words=heard.words)
    scene.facts.setdefault("strange", []).extend(heard.strange)


def left_over(socket: Any) -> str:
    """What the server still sends when every turn is over."""
    try:
        return socket.recv_bytes(timeout=0.5).decode()
    except TimeoutError:
        return ""


def turns(scene: Scene) -> None:
    with connect() as socket:
        speak(socket, scene, "Hello ", "from a local ", "server.")
        speak(socket, scene, "Every word arrives in time.", output_format=MULAW)
        scene.facts["left over"] = left_over(socket)


def cancel(scene: Scene) -> None:
    with connect() as socket:
        context = socket.context(**SETTINGS)
        context.push(LONG)
        for event in context.receive():
            if event.type == "chunk":
                break
        context.cancel()
        # What was on its way when the cancel was sent still arrives: sound, but never the context's end.
        in_flight = []
        while frame := left_over(socket):
            in_flight.append(json.loads(frame)["type"])
        scene.facts["in flight"] = sorted(set(in_flight))
        speak(socket, scene, "Let us start again.")
        scene.facts["left over"] = left_over(socket)


def error(scene: Scene) -> None:
    """The turn fails in its middle; the program goes on with the next one."""
    with connect() as socket:
        context = socket.context(**SETTINGS)
        context.push("The first half is fine. ")
        context.push(TOO_LONG)
        context.no_more_inputs()
        fault = listen(context).fault
        scene.facts["fault"] = {"title": fault.title, "message": fault.message, "done": fault.done}
        scene.facts["code"] = [fault.error_code, fault.status_code]
        speak(socket, scene, "The next turn is fine as well.")
        scene.facts["left over"] = left_over(socket)


play(turns, cancel, error)
