"""Frames that tell when words, phonemes and mouth shapes are heard, for a context that asked for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from larksong.model.text import find

from ...text.visemes import visemes
from . import frames

if TYPE_CHECKING:
    from larksong.model.timing import WordTiming
    from msgspec import UnsetType

    from ...engine.settings import Settings

Span = tuple[str, float, float]  # what, start, end in seconds

_CHARACTER = re.compile(r"\S[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f]*")  # with the signs that change it


def timings(
    words: Sequence[WordTiming], settings: Settings, context_id: str, flush_id: int | UnsetType
) -> Iterator[frames.Frame]:
    """Frames for words whose sound comes next."""
    if settings.timestamps:
        # In languages without spaces clients expect a time for every character and every stop.
        each = by_character if find(settings.front_end.language)[0].by_character else by_word
        told = frames.Words(*_columns([span for word in words for span in each(word)]))
        yield frames.Timestamps(context_id=context_id, word_timestamps=told, flush_id=flush_id)
    if settings.phoneme_timestamps:
        signs = frames.Phonemes(*_columns([span for word in words for span in word.phonemes]))
        if signs.phonemes:
            yield frames.PhonemeTimestamps(context_id=context_id, phoneme_timestamps=signs, flush_id=flush_id)
    if settings.visemes:
        shapes = frames.Visemes(*_columns([span for word in words for span in visemes(word.phonemes)]))
        if shapes.visemes:
            yield frames.VisemeTimestamps(context_id=context_id, viseme_timestamps=shapes, flush_id=flush_id)


def by_word(word: WordTiming) -> list[Span]:
    """The word, as it is written."""
    return [(word.text, word.start_s, word.end_s)]


def by_character(word: WordTiming) -> list[Span]:
    """The characters of a word. Nobody knows which of its phonemes belong to which: each gets as many.

    The pause at the end belongs to the first stop after the last character; other stops take no time.
    """
    if word.text.startswith("<<"):  # inline phonemes are one thing
        return by_word(word)
    sounds = [(start, end) for sign, start, end in word.phonemes if sign.isalpha()]
    edges = [start for start, _ in sounds] + [sounds[-1][1]] if sounds else [word.start_s, word.end_s]
    characters = _CHARACTER.findall(word.text)
    total = sum(character[0].isalnum() for character in characters)
    spans: list[Span] = []
    at, seen = edges[0], 0
    for character in characters:
        if character[0].isalnum():
            seen += 1
            end = float(np.interp(seen / total * (len(edges) - 1), range(len(edges)), edges))
        else:
            end = word.end_s if seen == total else at
        spans.append((character, at, end))
        at = end
    return spans


def _columns(spans: Sequence[Span]) -> tuple[list[str], list[float], list[float]]:
    """Three parallel lists, times rounded to milliseconds."""
    return (
        [text for text, _, _ in spans],
        [round(start, 3) for _, start, _ in spans],
        [round(end, 3) for _, _, end in spans],
    )
