"""Tags inside transcripts: which there are, which are still incomplete, and what they ask for.

Known: <speed ratio=…/>, <volume ratio=…/>, <emotion value=…/>, <break time=…/>, <spell>…</spell>, inline
phonemes <<a|b|c>> and the sound [laughter]. A tag that is not known is dropped, never spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STOPS = r"[,.;:!?…]*"
_TAG = re.compile(
    rf"<<(?P<phonemes>[^<>]*)>>{_STOPS}"
    rf"|<spell>(?P<spell>[^<]*)</spell>{_STOPS}"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?P<rest>[^<>]*)>"
    r"|\[laughter\]",
    re.IGNORECASE,
)
_VALUE = re.compile(r"""(?:ratio|value|time)\s*=\s*["']?\s*([^"'/>\s]+)""", re.IGNORECASE)
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s)", re.IGNORECASE)
_UNFINISHED = re.compile(
    r"(?:<|<<[^<>]*>?|</?[A-Za-z][^<>]*|<spell>[^<]*(?:<(?:/[a-z]*)?)?|\[[a-z]*)$",
    re.IGNORECASE,
)
_KNOWN_PREFIX = re.compile(r"</?(speed|volume|emotion|break|spell)\b[^<>]*$|<<[^<>]*>?$", re.IGNORECASE)
MAX_TAG = 200  # longer than this, an open "<" is text
MAX_BREAK_S = 10.0


@dataclass(frozen=True)
class Say:
    """Text to be spoken; with `phonemes` given instead, or spelled character by character."""

    text: str
    phonemes: str | None = None
    spell: str | None = None


@dataclass(frozen=True)
class Break:
    """A silence, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Change:
    """From here on another `speed`, `volume` or `emotion`; None goes back to the context's own."""

    control: str
    value: float | str | None


Piece = Say | Break | Change


def parse(text: str) -> Iterator[Piece]:
    """The pieces of a segment, in order. A known tag left open at the end is dropped."""
    at = 0
    for tag in _TAG.finditer(text):
        if tag.start() > at:
            yield Say(text[at : tag.start()])
        yield from _meaning(tag)
        at = tag.end()
    rest = _KNOWN_PREFIX.sub("", text[at:]) if "<" in text[at:] else text[at:]
    if rest:
        yield Say(rest)


def _meaning(tag: re.Match[str]) -> Iterator[Piece]:
    if tag["phonemes"] is not None:
        yield Say(tag[0], phonemes=tag["phonemes"])
    elif tag["spell"] is not None:
        literal = re.sub(r"</?spell>", "", tag[0], flags=re.IGNORECASE)
        yield Say(literal, spell=literal)
    elif tag["name"]:
        name = tag["name"].lower()
        value = _VALUE.search(tag["rest"])
        if name in ("speed", "volume", "emotion"):
            if tag["end"]:
                yield Change(name, None)
            elif value:
                yield from _change(name, value[1])
        elif name == "break" and value and (time := _TIME.fullmatch(value[1])):
            seconds = float(time[1]) * (0.001 if time[2].lower() == "ms" else 1.0)
            yield Break(min(seconds, MAX_BREAK_S))


def _change(name: str, value: str) -> Iterator[Piece]:
    if name == "emotion":
        yield Change(name, value)
        return
    try:
        yield Change(name, float(value))
    except ValueError:
        return  # a ratio that is no number changes nothing


def held(text: str) -> int:
    """Length of the part of `text` that can be used now: up to a tag that has begun and not ended."""
    tail = text[-MAX_TAG:]
    offset = len(text) - len(tail)
    spell = tail.lower().rfind("<spell>")
    found = _UNFINISHED.search(tail, spell if spell >= 0 and "</spell>" not in tail.lower()[spell:] else 0)
    if found is None:
        return len(text)
    if found[0].startswith("[") and not "[laughter]".startswith(found[0].lower()):
        return len(text)
    return offset + found.start()


def mask(text: str) -> str:
    """`text` with every tag overwritten by a sign that is neither space nor stop, at the same length."""
    if "<" not in text and "[" not in text:
        return text
    return _TAG.sub(lambda tag: "\0" * len(tag[0]), text)
