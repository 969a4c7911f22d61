"""The languages there are: the one place that names them all."""

from __future__ import annotations

from functools import lru_cache

from . import english, french, hindi, italian, japanese, portuguese, spanish
from .language import Language
from .word import FrontEnd, UnknownLanguage

LANGUAGES: tuple[Language, ...] = tuple(
    folder.LANGUAGE for folder in (english, japanese, spanish, french, italian, portuguese, hindi)
)


def find(locale: str) -> tuple[Language, str]:
    """The language and the locale meant by "es", "es-ES", "es_es". Raises UnknownLanguage."""
    for language in LANGUAGES:
        if found := language.locale(locale):
            return language, found
    raise UnknownLanguage(locale)


def front_end(locale: str) -> FrontEnd:
    """The front end for a finished language, the same one at every call.

    Raises UnknownLanguage, or PhonemizerUnavailable if its reader cannot be loaded.
    """
    language, found = find(locale)
    if language.experimental:
        raise UnknownLanguage(locale)
    return _loaded(found)


def any_front_end(locale: str) -> FrontEnd:
    """The same, for the unfinished languages too."""
    return _loaded(find(locale)[1])


@lru_cache(maxsize=32)
def _loaded(locale: str) -> FrontEnd:
    language, found = find(locale)
    return language.load(found)
