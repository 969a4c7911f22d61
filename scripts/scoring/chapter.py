"""A chapter in one context, cut into passages of two lines that the teacher says too, each as one utterance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from corpus.speaking import words_of
from larksong.model.timing import WordTiming

from .audio import Audio
from .heldout import HeldOut
from .pauses import Span, gap, pause_at, quiet_spans
from .systems import LarksongHere, Speech, System

FASTEST = 20  # characters a second: nobody speaks faster, so that so much text is enough
AROUND_S = 0.05  # of the teacher's silence, left at either end


@dataclass(frozen=True)
class Passage:
    """Two lines of the chapter."""

    first: str
    second: str

    @property
    def text(self) -> str:
        return f"{self.first} {self.second}"


@dataclass(frozen=True)
class Take:
    """A passage as one system said it."""

    audio: Audio
    rate: int
    pause_s: float  # silence between its two lines


def lines(minutes: float) -> list[str]:
    """Held-out lines for so many minutes of speech or more, or all there are.

    Shuffled, so that each minute has all kinds: a minute of questions would seem to have drifted in pitch.
    """
    texts = [sentence.text for sentence in HeldOut.load().sentences]
    shuffled = [texts[number] for number in np.random.default_rng(0).permutation(len(texts))]
    sizes = accumulate(len(text) + 1 for text in shuffled)
    enough = sum(size < FASTEST * 60 * minutes for size in sizes) + 1
    return shuffled[:enough]


def passages(texts: Sequence[str]) -> list[Passage]:
    """Two lines each; an odd last line is left out."""
    return [Passage(first, second) for first, second in zip(texts[::2], texts[1::2], strict=False)]


def spoken_at_once(larksong: LarksongHere, texts: Iterable[str], voice: str) -> Speech:
    """All lines in one context, each of them given when the last has been spoken."""
    return larksong.speak_pieces((f"{text} " for text in texts), voice)


def cut(said: Speech, parts: Sequence[Passage], british: bool) -> list[tuple[float, Take]]:
    """Where each passage of a chapter begins, in seconds, and its sound: cut in the middle of the pauses.

    Raises ValueError if the words spoken are not those of the passages.
    """
    counts = [len(words_of(line, british)) for part in parts for line in (part.first, part.second)]
    ends = list(accumulate(counts))
    if ends[-1] > len(said.words):
        raise ValueError(f"{len(said.words)} words were spoken, of {ends[-1]}")
    spans = quiet_spans(said.audio, said.rate)
    edges = [0.0, *(_between(said.words, end, spans) for end in ends[1:-1:2])]
    edges.append(_between(said.words, ends[-1], spans) if ends[-1] < len(said.words) else said.audio.size / said.rate)
    return [
        (start, _take(said, start, end, middle))
        for (start, end), middle in zip(pairwise(edges), ends[::2], strict=True)
    ]


def _between(words: Sequence[WordTiming], number: int, spans: Sequence[Span]) -> float:
    """The middle of the pause before a word."""
    place = gap(words[number - 1], words[number])
    return sum(pause_at(spans, place) or place) / 2


def _take(said: Speech, start: float, end: float, second: int) -> Take:
    """The sound from `start` to `end`, whose second line begins with word number `second`."""
    audio = said.audio[round(start * said.rate) : round(end * said.rate)]
    place = gap(said.words[second - 1], said.words[second])
    pause = pause_at(quiet_spans(audio, said.rate), (place[0] - start, place[1] - start))
    return Take(audio, said.rate, pause[1] - pause[0] if pause else 0.0)


def as_utterance(system: System, part: Passage, voice: str, british: bool) -> Take:
    """The passage as one utterance of the teacher, without the silence around it."""
    said = system.speak(part.text, voice)
    second = sum(word.end <= len(part.first) for word in words_of(part.text, british))
    start = max(0.0, said.words[0].start_s - AROUND_S)
    end = min(said.audio.size / said.rate, said.words[-1].end_s + AROUND_S)
    return _take(said, start, end, second)
