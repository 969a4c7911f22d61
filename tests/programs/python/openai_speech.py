"""openai over HTTP: sound as it is made, whole files, events, unknown voices, and what errors become."""

from __future__ import annotations

import base64
import json
from typing import Any

import openai
from openai import OpenAI
from stage import BASE, KEY, VOICE, Scene, play

RATE = 24000
CONTAINERS = ("wav", "mp3", "flac", "opus")
RATES = {"wav": RATE, "mp3": RATE, "flac": RATE, "opus": 48000}


def client(**options: Any) -> OpenAI:
    return OpenAI(**{"api_key": KEY, "base_url": f"{BASE}/v1", **options})


def streamed(scene: Scene) -> None:
    text = "The sound comes while it is made."
    speech = client().audio.speech.with_streaming_response
    with speech.create(model="sonic-3", voice=VOICE, input=text, response_format="pcm", instructions="calm") as answer:
        scene.turn(text, list(answer.iter_bytes(4800)), RATE)
        scene.facts["type"] = answer.headers["content-type"]


def faster(scene: Scene) -> None:
    """The same sentence at two speeds."""
    for speed in (1.0, 1.4):
        answer = client().audio.speech.create(
            model="tts-1", voice=VOICE, input="This is how fast I speak.", response_format="pcm", speed=speed
        )
        scene.facts[str(speed)] = len(answer.content)


def files(scene: Scene) -> None:
    text = "This is a whole file."
    for kind in CONTAINERS:
        answer = client().audio.speech.create(model="sonic-3", voice=VOICE, input=text, response_format=kind)
        scene.turn(text, answer.content, RATES[kind], encoding=kind)
        scene.facts[kind] = answer.response.headers["content-type"]


def events(scene: Scene) -> None:
    text = "Events carry the sound."
    speech = client().audio.speech.with_streaming_response
    with speech.create(model="sonic-3", voice=VOICE, input=text, response_format="pcm", stream_format="sse") as answer:
        lines = [line.removeprefix("data: ") for line in answer.iter_lines() if line.startswith("data: ")]
    heard = [json.loads(line) for line in lines]
    sound = [base64.b64decode(event["audio"]) for event in heard if event["type"] == "speech.audio.delta"]
    scene.turn(text, sound, RATE)
    scene.facts.update(deltas=len(sound), last=heard[-1]["type"], usage=sorted(heard[-1]["usage"]))


def unknown_voice(scene: Scene) -> None:
    """Many tools ask for the voice that the first server of this kind had."""
    answer = client().audio.speech.create(model="tts-1", voice="alloy", input="Hello.", response_format="pcm")
    scene.facts["seconds"] = len(answer.content) / 2 / RATE
    scene.facts["warned"] = "alloy" in "".join(
        value for name, value in answer.response.headers.items() if "warning" in name.lower()
    )


def models(scene: Scene) -> None:
    scene.facts["models"] = [model.id for model in client().models.list()]


def errors(scene: Scene) -> None:
    def fails(name: str, **changes: Any) -> None:
        options = {"api_key": changes.pop("api_key", KEY), "max_retries": 0}
        request = {"model": "sonic-3", "voice": VOICE, "input": "No.", **changes}
        try:
            client(**options).audio.speech.create(**request)
        except openai.APIStatusError as failure:
            scene.facts[name] = [type(failure).__name__, failure.status_code, sorted(failure.body)]

    fails("format", response_format="tape")
    fails("length", input="no " * 2000)
    fails("key", api_key="wrong")


play(streamed, faster, files, events, unknown_voice, models, errors)
