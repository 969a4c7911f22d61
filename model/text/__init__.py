"""Text to phonemes: one front end per language behind one interface."""

from __future__ import annotations

from functools import lru_cache

from .english.front_end import English
from .english.settled import settled
from .symbols import BOUNDARY, SYMBOLS, encode
from .word import FrontEnd, PhonemizerUnavailable, UnknownLanguage, Word

__all__ = [
    "BOUNDARY",
    "SYMBOLS",
    "FrontEnd",
    "PhonemizerUnavailable",
    "UnknownLanguage",
    "Word",
    "encode",
    "front_end",
    "settled",
]

_LOCALES = {"en": "en-US", "en-us": "en-US", "en-gb": "en-GB"}


def front_end(locale: str) -> FrontEnd:
    """The front end for "en" (American), "en-US" or "en-GB", the same one at every call.

    Raises UnknownLanguage, or PhonemizerUnavailable if espeak-ng cannot be loaded.
    """
    name = _LOCALES.get(locale.lower().replace("_", "-"))
    if name is None:
        raise UnknownLanguage(locale)
    return _english(name)


@lru_cache(maxsize=2)
def _english(name: str) -> FrontEnd:
    return English(name)
