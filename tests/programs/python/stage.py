"""What the Python programs share: where the server is, and how a program tells what it heard.

Only the standard library, since each program runs in the environment of the client that it uses.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

KEY = "local"
VOICE = "am_michael"
BASE = sys.argv[1]  # http://host:port
SOCKET = BASE.replace("http", "ws", 1)
FOLDER = Path(sys.argv[2])  # for the sound
PATIENCE_S = 60.0  # for one scene

# One transcript longer than the server takes: a client's own way to make a turn fail in its middle.
TOO_LONG = "and so on " * 6000
# The same for clients that send sentences: more of them than the server keeps waiting for one context.
RUNAWAY = ["And so on" + " and on" * 70 + ". "] * 120


class Scene:
    """One scene's part of the report: turns of speech, and other facts by name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.turns: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}

    def turn(
        self,
        text: str,
        sound: bytes | Iterable[bytes],
        rate: int,
        *,
        encoding: str = "pcm_s16le",
        words: Iterable[str] = (),
    ) -> None:
        """A whole turn that was heard: what was to be said, and the sound as it came."""
        path = FOLDER / f"{self.name}-{len(self.turns)}.sound"
        path.write_bytes(sound if isinstance(sound, bytes) else b"".join(sound))
        self.turns.append({"text": text, "sound": path.name, "rate": rate, "encoding": encoding, "words": list(words)})


def play(*scenes: Callable[[Scene], Any]) -> None:
    """Play the scenes one after another; one that fails does not keep the others from being played."""
    report: dict[str, Any] = {}
    for act in scenes:
        scene, start = Scene(act.__name__), time.monotonic()
        error = None
        try:
            if inspect.iscoroutinefunction(act):
                asyncio.run(asyncio.wait_for(act(scene), PATIENCE_S))
            else:
                act(scene)
        except Exception:
            error = traceback.format_exc()
        report[scene.name] = {
            "turns": scene.turns,
            "facts": scene.facts,
            "error": error,
            "seconds": time.monotonic() - start,
        }
    (FOLDER / "report.json").write_text(json.dumps(report))
