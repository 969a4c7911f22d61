"""Frames that tell when words, phonemes and mouth shapes are heard, for a context that asked for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from . import frames
from .visemes import visemes

if TYPE_CHECKING:
    from larksong.model.timing import WordTiming
    from msgspec import UnsetType

    from .settings import Settings

Span = tuple[str, float, float]  # what, start, end in seconds


def timings(
    words: Sequence[WordTiming], settings: Settings, context_id: str, flush_id: int | UnsetType
) -> Iterator[frames.Frame]:
    """Frames for words whose sound comes next."""
    if settings.timestamps:
        told = frames.Words(*_columns([(word.text, word.start_s, word.end_s) for word in words]))
        yield frames.Timestamps(context_id=context_id, word_timestamps=told, flush_id=flush_id)
    if settings.phoneme_timestamps:
        signs = frames.Phonemes(*_columns([span for word in words for span in word.phonemes]))
        if signs.phonemes:
            yield frames.PhonemeTimestamps(context_id=context_id, phoneme_timestamps=signs, flush_id=flush_id)
    if settings.visemes:
        shapes = frames.Visemes(*_columns([span for word in words for span in visemes(word.phonemes)]))
        if shapes.visemes:
            yield frames.VisemeTimestamps(context_id=context_id, viseme_timestamps=shapes, flush_id=flush_id)


def _columns(spans: Sequence[Span]) -> tuple[list[str], list[float], list[float]]:
    """Three parallel lists, times rounded to milliseconds."""
    return (
        [text for text, _, _ in spans],
        [round(start, 3) for _, start, _ in spans],
        [round(end, 3) for _, _, end in spans],
    )
