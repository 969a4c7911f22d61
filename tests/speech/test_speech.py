"""The shipped voice, through the real server: speech, and the right words.

Each sentence must sound more like the teacher's recording of it than like its recordings of the others.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from larksong.clients.python import Larksong
from larksong.model.onnx_backend import OnnxBackend

from .features import distance, features

GOLDEN = np.load(Path(__file__).parent / "golden.npz")
TEXTS = [str(t) for t in GOLDEN["texts"]]
WEIGHTS = Path(__file__).parents[2] / "model" / "weights"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with the shipped voice, on a port the system chose."""
    command = [str(Path(sys.executable).parent / "larksong"), "serve", "--port", "0"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    try:
        for line in process.stdout:
            if found := re.search(r"http://(127\.0\.0\.1:\d+)", line):
                yield f"ws://{found[1]}"
                break
        else:
            pytest.fail("the server ended before it was ready")
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def spoken(url: str, text: str, voice: str = "af_heart") -> np.ndarray:
    with Larksong(url) as client, client.context(voice=voice, encoding="pcm_f32le") as context:
        context.end(text)
        return np.frombuffer(b"".join(context.audio()), np.float32)


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_the_right_words_are_heard(url: str, number: int) -> None:
    audio = spoken(url, TEXTS[number])
    ours = features(audio)
    distances = [distance(ours, GOLDEN[f"clip_{i}"].astype(np.float32)) for i in range(len(TEXTS))]
    assert int(np.argmin(distances)) == number
    assert 0.02 < audio.std() < 0.3
    # the teacher's clip begins with 0.3 s of silence, ours does not
    assert len(audio) / 24_000 == pytest.approx(GOLDEN["seconds"][number] - 0.25, rel=0.15)


@pytest.mark.parametrize("voice", ["am_michael", "bf_emma"])
def test_other_voices_say_it_too(url: str, voice: str) -> None:
    ours = features(spoken(url, TEXTS[0], voice))
    distances = [distance(ours, GOLDEN[f"clip_{i}"].astype(np.float32)) for i in range(len(TEXTS))]
    assert int(np.argmin(distances)) == 0


def test_sound_begins_at_once(url: str) -> None:
    audio = spoken(url, TEXTS[1])
    loud = np.sqrt(np.mean(audio[: len(audio) // 240 * 240].reshape(-1, 240) ** 2, 1)) > 0.01
    assert np.argmax(loud) * 0.01 <= 0.06


def test_weights_are_whole_and_small() -> None:
    assert OnnxBackend(WEIGHTS).config.sample_rate == 24_000
    assert sum(p.stat().st_size for p in WEIGHTS.glob("*.onnx")) <= 25e6
