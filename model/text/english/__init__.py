"""English: numbers, names, abbreviations and homographs as words, and words as the teacher's signs."""

from __future__ import annotations

from ..language import Accent, Language
from ..word import FrontEnd


def _load(locale: str) -> FrontEnd:
    from .front_end import English

    return English(locale)


ACCENTS = (
    Accent("US", "general-american", "American English", "us"),
    Accent("GB", "british", "British English", "uk"),
)
LANGUAGE = Language("en", "English", ("en-US", "en-GB"), _load, accents=ACCENTS)
