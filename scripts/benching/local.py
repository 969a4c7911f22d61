"""The model in this process, on one thread, with stopwatches on its parts."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from larksong import model
from larksong.model.stream import Stream
from larksong.model.synthesizer import Synthesizer
from larksong.model.text import FrontEnd, front_end
from larksong.model.voice import Voice, VoiceCatalogue

MAX_FRAMES = 16  # of one step, as the server has it


@dataclass
class Model:
    """A synthesizer with one voice and its front end."""

    synthesizer: Synthesizer
    voice: Voice
    front_end: FrontEnd

    @classmethod
    def load(cls, slug: str, weights: Path | None = None) -> Model:
        """The installed weights or others, one thread."""
        shipped = Path(model.__path__[0]) / "weights"
        voice = VoiceCatalogue.load(shipped / "voices").get(slug)
        return cls(Synthesizer(weights or shipped, threads=1), voice, front_end(f"{voice.language}-{voice.accent}"))

    def open(self, text: str, frames: int = 0) -> Stream:
        """A stream with this text planned, again and again until `frames` frames are ready."""
        stream, words = self.synthesizer.open(self.voice), self.front_end.words(text)
        self.synthesizer.add([(stream, words)])
        while stream.ready < frames:
            self.synthesizer.add([(stream, words)])
        return stream

    def speak(self, texts: Iterator[str]) -> Iterator[np.ndarray]:
        """One stream without end: each text is planned when the last has been spoken."""
        stream = self.synthesizer.open(self.voice)
        for text in texts:
            self.synthesizer.add([(stream, self.front_end.words(text))])
            while stream.ready >= MAX_FRAMES:
                yield self.synthesizer.step([stream], MAX_FRAMES)[0]


@dataclass
class Stopwatch:
    """Replaces a method of an object by itself with a clock around it.

    The clock counts processor time of this thread, so that another process on the same core is not counted.
    """

    owner: Any
    name: str
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        timed: Callable[..., Any] = getattr(self.owner, self.name)

        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            try:
                return timed(*args, **kwargs)
            finally:
                self.seconds.append(time.thread_time() - began)

        setattr(self.owner, self.name, run)

    def remove(self) -> None:
        """Put the method back."""
        delattr(self.owner, self.name)

    def median_us(self, skip: int) -> float:
        """Median of all runs after the first `skip`, in microseconds."""
        return 1e6 * statistics.median(self.seconds[skip:])
