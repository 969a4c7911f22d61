"""Text to phonemes: one front end per language behind one interface."""

from __future__ import annotations

from .language import Language
from .registry import LANGUAGES, any_front_end, find, front_end
from .symbols import BOUNDARY, SYMBOLS, encode
from .word import FrontEnd, PhonemizerUnavailable, UnknownLanguage, Word

__all__ = [
    "BOUNDARY",
    "LANGUAGES",
    "SYMBOLS",
    "FrontEnd",
    "Language",
    "PhonemizerUnavailable",
    "UnknownLanguage",
    "Word",
    "any_front_end",
    "encode",
    "find",
    "front_end",
]
