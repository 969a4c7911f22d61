"""The spoken form of a text, for tests that say how a person would read it."""

from __future__ import annotations

from larksong.model.text.english.normalise import normalise
from larksong.model.text.english.tokens import tokenise


def read(text: str, british: bool = False) -> str:
    """Spoken words with the punctuation that is heard; letters said by name as in "F.B.I."."""
    readings = normalise(tokenise(text), british)
    parts = (f"{reading.lead}{reading.spoken}{reading.trail}" for reading in readings)
    return " ".join(part for part in parts if part)
