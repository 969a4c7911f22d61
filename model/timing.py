"""Word and phoneme times from the model's own durations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .text import SYMBOLS, Word

_SIGNS = {number: sign for sign, number in SYMBOLS.items()}


@dataclass(frozen=True)
class WordTiming:
    """When a word is heard, in seconds from the context's first sample."""

    text: str
    start_s: float
    end_s: float
    phonemes: tuple[tuple[str, float, float], ...]  # sign, start, end


def time_words(
    words: Sequence[Word],
    spelled: Sequence[list[int]],
    first: Sequence[int],
    frames: NDArray[np.int64],
    start_s: float,
    frame_s: float,
) -> list[WordTiming]:
    """Times of words whose tokens begin at ``first`` in a segment with ``frames`` per token."""
    ends = start_s + np.cumsum(frames) * frame_s
    starts = np.maximum(ends - frames * frame_s, 0.0)
    ends = np.maximum(ends, 0.0)
    out = []
    for word, ids, at in zip(words, spelled, first, strict=True):
        signs = tuple(
            (_SIGNS.get(number, ""), round(float(starts[at + i]), 3), round(float(ends[at + i]), 3))
            for i, number in enumerate(ids)
        )
        begin = signs[0][1] if signs else round(float(ends[at - 1]) if at else start_s, 3)
        out.append(WordTiming(word.text, max(begin, 0.0), signs[-1][2] if signs else max(begin, 0.0), signs))
    return out
