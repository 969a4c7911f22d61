"""Accents by the ids of the API, and what voices call them."""

from __future__ import annotations

import msgspec
from larksong.model.text import LANGUAGES

from ..errors import SpeechError


class Accent(msgspec.Struct):
    """A way of speaking that some voice has."""

    id: str
    name: str
    language: str
    locale: str
    is_localizable: bool
    is_locale_default: bool


#: A voice's own word for its accent -> the accent.
ACCENTS = {
    accent.region: Accent(accent.id, accent.name, language.code, f"{language.code}-{accent.region}", True, True)
    for language in LANGUAGES
    for accent in language.accents
}
#: Names of older API versions; no dialect is the first one.
_DIALECTS: dict[tuple[str, str | None], str] = {
    **{(language.code, None): language.accents[0].region for language in LANGUAGES if language.accents},
    **{(language.code, accent.dialect): accent.region for language in LANGUAGES for accent in language.accents},
}


def code_of(given: str) -> str | None:
    """A voice's word for an accent given by id or by that word; None for an unknown one."""
    for code, accent in ACCENTS.items():
        if given.lower() in (code.lower(), accent.id):
            return code
    return None


def known_code(given: str) -> str:
    """The same; raises SpeechError for an unknown one."""
    code = code_of(given)
    if code is None:
        raise SpeechError("invalid_request", f"accent must be one of {', '.join(a.id for a in ACCENTS.values())}.")
    return code


def code_of_dialect(language: str, dialect: str | None) -> str | None:
    """A voice's word for an accent given by language and dialect; None for an unknown one."""
    return _DIALECTS.get((language.lower(), dialect.lower() if dialect else None))


def spoken_with(accent: str) -> list[Accent]:
    """The accents of a voice whose own accent has this word: its own first, then the others of the language."""
    own = ACCENTS.get(accent)
    if own is None:
        return []
    return [own, *(other for other in ACCENTS.values() if other is not own and other.language == own.language)]
