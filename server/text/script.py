"""From a segment of text to what the voice is told: words, silences and changed controls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from larksong.model.stream import Controls
from larksong.model.text import SYMBOLS, FrontEnd, Word

from . import markup
from .emotions import Shape, shape
from .lexicon import Lexicon

SPEEDS = (0.6, 1.5)
VOLUMES = (0.5, 2.0)

# The symbol table writes diphthongs and affricates as one sign; people write them in plain IPA.
_IPA = {
    "aɪ": "I", "aʊ": "W", "eɪ": "A", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q", "dʒ": "ʤ", "tʃ": "ʧ",
    "ɝ": "ɜɹ", "ɚ": "əɹ", "g": "ɡ", "r": "ɹ", "'": "ˈ",
}  # fmt: skip
_IPA_PATTERN = re.compile("|".join(map(re.escape, sorted(_IPA, key=len, reverse=True))))
_STOPS = re.compile(r"[,.;:!?…]*$")


@dataclass(frozen=True)
class Speak:
    """Words to be spoken one after another."""

    words: list[Word]


@dataclass(frozen=True)
class Pause:
    """A silence, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Control:
    """Controls for everything that follows."""

    controls: Controls


Step = Speak | Pause | Control


class Script:
    """The running state of one context's markup: which controls hold at this point of its text."""

    def __init__(self, front_end: FrontEnd, base: Controls, emotion: Shape, lexicon: Lexicon) -> None:
        self._front_end = front_end
        self._lexicon = lexicon
        self._own = (base, emotion)
        self._base = base
        self._emotion = emotion

    @property
    def controls(self) -> Controls:
        """The controls that hold now, emotion included."""
        return combine(self._base, self._emotion)

    def steps(self, segment: str) -> list[Step]:
        """Steps for one segment; neighbouring words are joined into one step."""
        steps: list[Step] = []
        words: list[Word] = []
        for step in self._each(segment):
            if isinstance(step, Speak):
                words += step.words
                continue
            if words:
                steps.append(Speak(words))
                words = []
            steps.append(step)
        if words:
            steps.append(Speak(words))
        return steps

    def _each(self, segment: str) -> Iterator[Step]:
        for piece in markup.parse(segment):
            if isinstance(piece, markup.Say):
                yield Speak(self._words(piece))
            elif isinstance(piece, markup.Break):
                yield Pause(piece.seconds)
            else:
                self._change(piece)
                yield Control(self.controls)

    def _change(self, change: markup.Change) -> None:
        base, emotion = self._own
        if change.control == "emotion":
            self._emotion = emotion if change.value is None else shape(str(change.value))
        elif change.control == "speed":
            speed = base.speed if change.value is None else clamp(float(change.value), SPEEDS)
            self._base = replace(self._base, speed=speed)
        else:
            volume = base.volume if change.value is None else clamp(float(change.value), VOLUMES)
            self._base = replace(self._base, volume=volume)

    def _words(self, piece: markup.Say) -> list[Word]:
        if piece.phonemes is not None:
            return _as_one(piece.text, from_ipa(piece.phonemes) + _stops(piece.text))
        if piece.spell is not None:
            return _as_one(piece.text, self._spelled(piece.spell))
        words: list[Word] = []
        for part in self._lexicon.split(piece.text):
            if part.alias is None:
                words += self._front_end.words(part.text)
            else:
                words += _as_one(part.text, self._alias(part.alias))
        return words

    def _alias(self, alias: str) -> str:
        """Phonemes of a dictionary's replacement, which may itself be inline phonemes."""
        said = [
            from_ipa(piece.phonemes) + _stops(piece.text)
            if piece.phonemes is not None
            else " ".join(word.phonemes for word in self._front_end.words(piece.text))
            for piece in markup.parse(alias)
            if isinstance(piece, markup.Say)
        ]
        return " ".join(filter(None, said))

    def _spelled(self, text: str) -> str:
        """Each letter and digit by its name; anything between them is a short pause."""
        names: list[str] = []
        for sign in text:
            if sign.isalnum():
                names += [word.phonemes for word in self._front_end.words(sign.upper())]
            elif names and not sign.isspace() and not names[-1].endswith(","):
                names[-1] += ","
        return " ".join(names).rstrip(",") + _stops(text)


def _as_one(text: str, phonemes: str) -> list[Word]:
    """One word that is spoken differently from how it is written; none when it has no sound."""
    literal = text.strip()
    if not any(sign.isalpha() for sign in phonemes):
        return []
    return [Word(text=literal, start=0, end=len(literal), phonemes=phonemes.strip())]


def _stops(text: str) -> str:
    found = _STOPS.search(text.rstrip())
    return "".join(sign for sign in found[0] if sign in SYMBOLS) if found else ""


def from_ipa(phonemes: str) -> str:
    """Signs of the symbol table for IPA given as `a|b|c`; what the table lacks is left out."""
    joined = _IPA_PATTERN.sub(lambda match: _IPA[match[0]], phonemes.replace("|", ""))
    return " ".join("".join(sign for sign in joined if sign in SYMBOLS).split())


def combine(base: Controls, emotion: Shape) -> Controls:
    """The client's own controls with an emotion's shape on top, within what the voice can do."""
    return Controls(
        speed=clamp(base.speed * emotion.speed, SPEEDS),
        volume=clamp(base.volume * emotion.volume, VOLUMES),
        pitch=base.pitch + emotion.pitch,
        expressiveness=base.expressiveness * emotion.expressiveness,
    )


def clamp(value: float, limits: tuple[float, float]) -> float:
    """`value` within limits; the lower one for NaN."""
    low, high = limits
    return min(high, max(low, value)) if value == value else low
