"""The conversations of the wire, as the Python client has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from larksong.clients.python import Chunk, Core, Done, Failed, FlushDone, LarksongError, Settings, Timestamps

from tests.conversations import FILES, Json, literal, load

EVENTS = {"chunk": Chunk, "flush_done": FlushDone, "done": Done, "error": Failed}
NAMED = {"context_id", "transcript", "continue", "flush", "cancel", "ack", "model_id", "voice", "output_format"}
SWITCHES = {"add_timestamps": "timestamps", "add_phoneme_timestamps": "phoneme_timestamps"}


def settings(frame: Json) -> Settings:
    """The settings that make the client ask for the same."""
    style, voice = frame["output_format"], frame["voice"]
    given: Json = {name: frame[field] for field, name in SWITCHES.items() if field in frame}
    rest = {name: value for name, value in frame.items() if name not in NAMED | SWITCHES.keys()}
    return Settings(
        voice=voice if isinstance(voice, str) else voice["id"],
        model_id=frame["model_id"],
        encoding=style["encoding"],
        sample_rate=style["sample_rate"],
        extra=rest,
        **given,
    )


def kind_of(frame: Json) -> type:
    return Timestamps if "timestamps" in frame["type"] else EVENTS[frame["type"]]


class Talk:
    """Plays one conversation: what it is to send, the client sends; what it is to receive, it is given."""

    def __init__(self) -> None:
        self.core = Core()
        self.expected: dict[str, list[type]] = {}
        self.events: dict[str, list[Any]] = {}

    def send(self, frame: Json) -> None:
        name = frame.get("context_id")
        if frame.get("cancel"):
            if name in self.events:
                assert json.loads(self.core.cancel(name) or "") == {"context_id": name, "cancel": True}
        elif name and isinstance(frame["transcript"], str) and frame["output_format"]["container"] == "raw":
            # This client names every context, sends text, and wants bare samples.
            self._say(name, frame)

    def _say(self, name: str, frame: Json) -> None:
        if name not in self.events:
            self.events[name], self.expected[name] = [], []
            self.core.open(settings(frame), name)
            said = (
                frame if isinstance(frame["voice"], dict) else {**frame, "voice": {"mode": "id", "id": frame["voice"]}}
            )
            assert self._text(frame) == {"continue": False, **said}
        elif self.core.accepts_text(name):
            self._text(frame)
        else:  # it has been told of the failure and says no more
            with pytest.raises(LarksongError, match="context_closed"):
                self._text(frame)

    def _text(self, frame: Json) -> Any:
        more, flush = frame.get("continue", False), frame.get("flush", False)
        return json.loads(self.core.send(frame["context_id"], frame["transcript"], more=more, flush=flush))

    def receive(self, frame: Json) -> None:
        name = frame["context_id"]
        over = self.core.is_over(name)
        assert self.core.receive(json.dumps(frame)) is None
        if not over:
            self.expected[name].append(kind_of(frame))
        while name in self.events and (event := self.core.next_event(name)):
            self.events[name].append(event)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_client_says_it_and_understands_the_answer(path: Path) -> None:
    talk = Talk()
    for step in load(path)["steps"]:
        if "send" in step:
            talk.send(step["send"])
        for frame in literal(step.get("receive", [])):
            talk.receive(frame)
    for name, events in talk.events.items():
        assert list(map(type, events)) == talk.expected[name]
        assert talk.core.is_over(name)
        assert not any(isinstance(event, Failed) and event.code == "bad_frame" for event in events)


def test_some_of_every_kind_are_played() -> None:
    seen = {
        kind_of(frame)
        for path in FILES
        for step in load(path)["steps"]
        for frame in literal(step.get("receive", []))
        if frame["type"] != "cancelled"
    }
    assert seen == {Chunk, Timestamps, FlushDone, Done, Failed}
