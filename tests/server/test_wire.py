"""Literal frames in, literal frames out."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.conversations import FILES, load

from .harness import Bench, Client, Frame

QUIET_S = 3.0  # long enough for all sound of a step, shorter than any context lives


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def matches(expected: Any, found: Any) -> bool:
    if expected == "$audio":
        return isinstance(found, str) and len(base64.b64decode(found, validate=True)) > 0
    if expected == "$number":
        return is_number(found)
    if expected == "$text":
        return isinstance(found, str) and bool(found)
    if expected == "$numbers":
        return isinstance(found, list) and all(map(is_number, found))
    if expected == "$texts":
        return isinstance(found, list) and all(isinstance(each, str) for each in found)
    if isinstance(expected, dict) and isinstance(found, dict):
        return expected.keys() == found.keys() and all(matches(expected[key], found[key]) for key in expected)
    return type(expected) is type(found) and expected == found


def check(expected: list[Frame], found: list[Frame]) -> None:
    rest = list(found)
    for frame in expected:
        one = frame.get("$one_or_more", frame)
        assert rest, f"missing {one}"
        assert matches(one, rest[0]), f"expected {one}, got {rest[0]}"
        rest.pop(0)
        while "$one_or_more" in frame and rest and matches(one, rest[0]):
            rest.pop(0)
    assert rest == []


def play(client: Client, steps: list[Frame]) -> None:
    for step in steps:
        if "receive" in step:
            client.bench.run(QUIET_S)
            check(step["receive"], client.frames)
            client.frames.clear()
        else:
            client.frame(step.get("send_text") or step["send"])


# §14.17 §14.18 §14.20 §14.21 §14.22 §14.27 §14.29 §14.30 §14.32 §14.35 §14.36 §14.37 §14.38
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_literal_frames(path: Path) -> None:
    conversation = load(path)
    play(Bench().client(conversation["version"]), conversation["steps"])


def test_there_are_conversations() -> None:
    assert len(FILES) > 15


def test_a_wrong_frame_is_noticed() -> None:
    done = {"type": "done", "done": True}
    with pytest.raises(AssertionError):
        check([done], [{"type": "done", "done": False}])
    with pytest.raises(AssertionError):
        check([done], [{"type": "done", "done": True, "error": ""}])
    with pytest.raises(AssertionError):
        check([], [done])
