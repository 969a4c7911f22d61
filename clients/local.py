"""Speech without a server: the model in this process, one stream, no event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from larksong.model.stream import Controls
    from larksong.model.synthesizer import Synthesizer
    from larksong.model.text import FrontEnd, Word
    from larksong.model.voice import Voice

MAX_FRAMES = 16  # per step; the first step makes one frame, so that sound comes at once


@dataclass(frozen=True)
class Speaker:
    """A loaded model with its voice, language and controls chosen."""

    synthesizer: Synthesizer
    front_end: FrontEnd
    voice: Voice
    controls: Controls

    def speak(self, text: str) -> Iterator[NDArray[np.float32]]:
        """Audio in chunks of growing length. A sentence is planned only when it is needed."""
        synthesizer = self.synthesizer
        stream = synthesizer.open(self.voice, self.controls)
        segments = sentences(self.front_end.words(text))
        frames = 1
        while True:
            while stream.ready < frames and (segment := next(segments, None)):
                synthesizer.add([(stream, segment)])
            if stream.ready < frames:
                synthesizer.finish(stream)
            if stream.finished:
                return
            (audio,) = synthesizer.step([stream], frames)
            if audio.size:
                yield audio
            frames = min(2 * frames, MAX_FRAMES)


def load(voice: str, language: str | None, speed: float, volume: float) -> Speaker:
    """The model in the package, warmed up. Raises VoiceNotFound or UnknownLanguage."""
    from larksong.model.stream import Controls
    from larksong.model.synthesizer import Synthesizer
    from larksong.model.text import front_end
    from larksong.model.voice import VoiceCatalogue

    weights = Path(str(files("larksong.model") / "weights"))
    chosen = VoiceCatalogue.load(weights / "voices").get(voice)
    speaker = Speaker(
        Synthesizer(weights),
        front_end(language or f"{chosen.language}-{chosen.accent}"),
        chosen,
        Controls(speed=speed, volume=volume),
    )
    for _ in speaker.speak("Warm."):  # the first run of a graph is slow, and would be taken for the model's
        pass
    return speaker


def sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Groups of words; each but the last ends a sentence."""
    group: list[Word] = []
    for word in words:
        group.append(word)
        if word.text.rstrip("\"')]»”’").endswith((".", "!", "?", "…")):
            yield group
            group = []
    if group:
        yield group
