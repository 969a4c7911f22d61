"""The teacher's speech, made once and kept: it is slow, and the same at every time."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .audio import Audio

if TYPE_CHECKING:
    from corpus.teacher import Teacher
    from larksong.model.text import Word
    from larksong.model.timing import WordTiming


@dataclass(frozen=True)
class Taught:
    """What the teacher said, and how long it took when it said it."""

    audio: Audio
    rate: int
    words: tuple[WordTiming, ...]
    elapsed_s: float


class KeptTeacher:
    """Kokoro-82M with its voices and a folder of what it has said. Loaded when something new is to be said."""

    def __init__(self, voices: Path, folder: Path | None) -> None:
        from corpus.voices import VoicePacks

        self._packs, self._folder = VoicePacks(voices), folder

    @cached_property
    def _model(self) -> Teacher:
        from corpus.teacher import Teacher

        return Teacher(as_published=self._folder is None)  # it is timed where nothing is kept

    def speak(self, words: Sequence[Word], voice: str) -> Taught:
        """Speak the phonemes of words as one utterance."""
        from corpus.teacher import SAMPLE_RATE

        audio, frames, elapsed_s = self._kept(" ".join(word.phonemes for word in words), voice)
        return Taught(audio, SAMPLE_RATE, word_times(words, frames), elapsed_s)

    def _kept(self, phonemes: str, voice: str) -> tuple[Audio, NDArray[np.int64], float]:
        if self._folder is None:
            return self._make(phonemes, voice)
        path = self._folder / voice / f"{hashlib.sha256(phonemes.encode()).hexdigest()[:32]}.npz"
        if path.exists():
            with np.load(path) as kept:
                return kept["audio"], kept["frames"], float(kept["elapsed_s"])
        audio, frames, elapsed_s = self._make(phonemes, voice)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}.part")
        with fresh.open("wb") as file:
            np.savez(file, audio=audio, frames=frames, elapsed_s=elapsed_s)
        # Renamed last, so that an interrupted run leaves no half of a file.
        fresh.rename(path)
        return audio, frames, elapsed_s

    def _make(self, phonemes: str, voice: str) -> tuple[Audio, NDArray[np.int64], float]:
        model, style = self._model, self._packs[voice].row(len(phonemes))
        started = time.perf_counter()
        said = model.speak(phonemes, style)
        return said.audio, said.frames, time.perf_counter() - started


def word_times(words: Sequence[Word], frames: NDArray[np.int64]) -> tuple[WordTiming, ...]:
    """When words are heard, from the teacher's frames for each token: a boundary, the words' signs with a space
    between words, a boundary. Raises ValueError for another number of tokens."""
    from corpus.teacher import FRAME_SAMPLES, SAMPLE_RATE
    from larksong.model.text import encode
    from larksong.model.timing import time_words

    spelled = [encode(word.phonemes) for word in words]
    first = list(accumulate((len(ids) + 1 for ids in spelled), initial=1))
    if len(frames) != first[-1]:
        raise ValueError(f"frames for {len(frames)} tokens, where the words have {first[-1]}")
    return tuple(time_words(words, spelled, first[:-1], frames, 0.0, FRAME_SAMPLES / SAMPLE_RATE))
