"""English: numbers, names, abbreviations and homographs as words, and words as the teacher's signs."""

from __future__ import annotations

from ..language import Language
from ..word import FrontEnd


def _load(locale: str) -> FrontEnd:
    from .front_end import English

    return English(locale)


LANGUAGE = Language("en", "English", ("en-US", "en-GB"), _load)
