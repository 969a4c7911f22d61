"""The conversations of the wire, as the browser's client has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversations import FILES, Json, literal, load

pytestmark = pytest.mark.browser

PLAY = """async (steps) => {
  const sent = [], heard = {}, contexts = {};
  let socket = null;
  window.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    constructor() { socket = this; setTimeout(() => this.onopen()); }
    send(frame) { sent.push(JSON.parse(frame)); }
    close(code) { sent.push({ closed: code }); }
  };
  const { Larksong } = await import('/playground/larksong.js');
  const client = new Larksong();
  await client.connect();
  const listen = async (id) => {
    try {
      for await (const event of contexts[id]) heard[id].push(event.type);
      heard[id].push('end');
    } catch (failure) {
      heard[id].push(failure.code);
    }
  };
  const open = ({ id, settings }) => {
    contexts[id] = client.context({ ...settings, contextId: id });
    heard[id] = [];
    listen(id);
  };
  for (const step of steps) {
    if (step.settings && !contexts[step.id]) open(step);
    if (step.receive) for (const frame of step.receive) socket.onmessage({ data: JSON.stringify(frame) });
    else if (step.cancel) contexts[step.id]?.cancel();
    else
      try {
        step.more ? contexts[step.id].send(step.text, { flush: step.flush }) : contexts[step.id].end(step.text);
      } catch (failure) {
        sent.push({ refused: failure.code });
      }
    await new Promise((resolve) => setTimeout(resolve));
  }
  return { sent, heard };
}"""
SWITCHES = {"add_timestamps": "timestamps", "add_phoneme_timestamps": "phonemeTimestamps"}
FIELDS = {"model_id": "modelId", "max_buffer_delay_ms": "maxBufferDelayMs", "language": "language", **SWITCHES}


def settings(frame: Json) -> Json:
    """The settings that make the client ask for the same."""
    style, voice = frame["output_format"], frame["voice"]
    given: Json = {name: frame[field] for field, name in FIELDS.items() if field in frame}
    extra = {"add_visemes": True} if "add_visemes" in frame else {}
    who = voice if isinstance(voice, str) else voice.get("id")
    return {"voice": who, "encoding": style["encoding"], "sampleRate": style["sample_rate"], "extra": extra, **given}


def step_of(step: Json) -> Json | None:
    """What the page is to do; None for what this client never sends."""
    if "receive" in step:
        return {"receive": literal(step["receive"])}
    frame = step.get("send", {})
    name = frame.get("context_id")
    if frame.get("cancel"):
        return {"id": name, "cancel": True}
    if not name or not isinstance(frame["transcript"], str) or frame["output_format"]["container"] != "raw":
        return None
    more, flush = frame.get("continue", False), frame.get("flush", False)
    return {"id": name, "text": frame["transcript"], "more": more, "flush": flush, "settings": settings(frame)}


def first_frames(steps: list[Json]) -> dict[str, Json]:
    """What the client must have sent to open each context."""
    found: dict[str, Json] = {}
    for step in steps:
        told = step_of(step)
        if told and "settings" in told:
            frame = {**step["send"], "voice": {"mode": "id", "id": told["settings"]["voice"]}}
            found.setdefault(told["id"], {"continue": False, **frame})
    return found


def expected(steps: list[Json], name: str) -> list[str]:
    """Types of what the reader of a context gets; a failure by its code."""
    found: list[str] = []
    for step in steps:
        if step.get("send", {}).get("cancel") and step["send"]["context_id"] == name:
            return [*found, "end"]
        for frame in literal(step.get("receive", [])):
            if frame["context_id"] != name:
                continue
            if frame["done"]:
                return [*found, "end" if frame["type"] == "done" else frame["error_code"]]
            found.append("timestamps" if "timestamps" in frame["type"] else frame["type"])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_client_says_it_and_understands_the_answer(page: Any, tones: Any, path: Path) -> None:
    steps = load(path)["steps"]
    page.goto(f"{tones.url}/playground/icon.svg")
    played = page.evaluate(PLAY, [told for told in map(step_of, steps) if told])
    assert played["heard"] == {name: expected(steps, name) for name in first_frames(steps)}
    opened: dict[str, Json] = {}
    for frame in played["sent"]:
        assert "closed" not in frame
        if "transcript" in frame:
            opened.setdefault(frame["context_id"], {k: v for k, v in frame.items() if k != "generation_config"})
    assert opened == first_frames(steps)
