"""What the rest of the program has to know of a language. Each folder beside this file that reads one has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .word import FrontEnd


@dataclass(frozen=True)
class Accent:
    """A way of speaking a language that voices are known by."""

    region: str  # of its locale, such as "US"
    id: str
    name: str  # in English
    dialect: str  # its name in older versions of the API


@dataclass(frozen=True)
class Language:
    """A language and who reads it."""

    code: str  # ISO 639-1
    name: str  # in English
    locales: tuple[str, ...]  # such as "es-ES"; the first one is meant by the bare code
    load: Callable[[str], FrontEnd]  # locale -> front end; nothing heavy is imported before it is called
    experimental: bool = False  # not finished: spoken only when asked for
    by_character: bool = False  # written without spaces: its text is counted, and its times told, by character
    accents: tuple[Accent, ...] = ()  # the first one is meant by the bare code

    def locale(self, given: str) -> str | None:
        """The locale meant by a code or a locale in any spelling; None if it is not of this language."""
        wanted = given.lower().replace("_", "-")
        if wanted == self.code:
            return self.locales[0]
        return next((locale for locale in self.locales if locale.lower() == wanted), None)
