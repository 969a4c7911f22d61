"""Runs a program in its own environment, and reads its report."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from . import install

HERE = Path(__file__).parent
TOLD = 4000  # characters of what a program printed are worth telling
_RAW = {"pcm_s16le": "PCM_16", "pcm_f32le": "FLOAT", "pcm_mulaw": "ULAW", "pcm_alaw": "ALAW"}


@dataclass(frozen=True)
class Turn:
    """Something a client was given to say, and what it heard."""

    text: str
    sound: NDArray[np.float32]  # mono samples
    rate: int  # Hz
    words: list[str]  # as told by timestamps; empty where none were asked for

    @property
    def seconds(self) -> float:
        return len(self.sound) / self.rate


@dataclass(frozen=True)
class Scene:
    """One scene of a program."""

    turns: list[Turn]
    facts: dict[str, Any]
    error: str | None  # a traceback
    seconds: float


def perform(environment: str, program: str, base: str, folder: Path, **variables: str) -> dict[str, Scene]:
    """Run a program against `base` (http://host:port); its files land in `folder`.

    Raises AssertionError when it does not end well within its time; what it printed is in the message.
    """
    assert install.is_installed(environment), f"run {HERE.name}/install.py first: {environment} is missing"
    home = install.folder(environment)
    if program.endswith(".py"):
        command = [str(home / "bin" / "python"), str(HERE / "python" / program)]
    else:  # a module finds packages beside itself only
        for source in (HERE / "node").iterdir():
            shutil.copy(source, home)
        command = ["node", str(home / program)]
    # A key in the environment of whoever runs the tests must not decide anything.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CARTESIA", "OPENAI"))}
    try:
        ended = subprocess.run(
            [*command, base, str(folder)],
            env={**inherited, **variables},
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
    except subprocess.TimeoutExpired as hung:
        said = (hung.stderr or b"").decode()
        raise AssertionError(f"{program} did not end:\n{said[-TOLD:]}") from None
    assert ended.returncode == 0, f"{program} ended with {ended.returncode}:\n{ended.stderr[-TOLD:]}"
    report = json.loads((folder / "report.json").read_text())
    return {name: _scene(scene, folder) for name, scene in report.items()}


def _scene(report: dict[str, Any], folder: Path) -> Scene:
    turns = [_turn(turn, folder) for turn in report["turns"]]
    return Scene(turns, report["facts"], report["error"], report["seconds"])


def _turn(report: dict[str, Any], folder: Path) -> Turn:
    data = (folder / report["sound"]).read_bytes()
    raw = _RAW.get(report["encoding"])
    if raw:
        options = {"format": "RAW", "subtype": raw, "channels": 1, "samplerate": report["rate"]}
        sound, rate = soundfile.read(io.BytesIO(data), dtype="float32", **options)
    else:  # a container says itself what it holds
        sound, rate = soundfile.read(io.BytesIO(data), dtype="float32")
        assert rate == report["rate"]
    return Turn(report["text"], sound, rate, report["words"])
