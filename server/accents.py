"""Accents by the ids of the API, and what voices call them."""

from __future__ import annotations

import msgspec


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
    "US": Accent("general-american", "American English", "en", "en-US", False, True),
    "GB": Accent("british", "British English", "en", "en-GB", False, True),
}


def code_of(given: str) -> str | None:
    """A voice's word for an accent given by id or by that word; None for an unknown one."""
    for code, accent in ACCENTS.items():
        if given.lower() in (code.lower(), accent.id):
            return code
    return None
