"""What a text front end gives: words with their place in the text and their phonemes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it stands in the text.

    `text == source[start:end]` always holds, punctuation attached; words come in order and never overlap.
    `phonemes` holds signs of `SYMBOLS` only, punctuation included, and neither starts nor ends with a space;
    one written word may be spoken as several ("$58.75"), which are then separated by single spaces.
    """

    text: str
    start: int
    end: int
    phonemes: str


class FrontEnd(Protocol):
    """Text of one language to words. Implementations may be called from several threads at once."""

    @property
    def language(self) -> str:
        """Locale, such as "en-US"."""
        ...

    def words(self, text: str) -> list[Word]:
        """Words of `text`; whatever cannot be spoken is left out. Never raises, whatever the text."""
        ...

    def settled(self, text: str) -> int:
        """Offset up to which the reading of a text that is still arriving will not change, whatever follows.

        Always at the end of a word, never inside one. A text that is complete is settled as a whole.
        """
        ...


class UnknownLanguage(LookupError):
    """No front end speaks this locale."""

    code = "unknown_language"

    def __init__(self, locale: str) -> None:
        super().__init__(f"no text front end for locale {locale!r}")
        self.locale = locale


class PhonemizerUnavailable(RuntimeError):
    """The espeak-ng library or its data cannot be loaded."""

    code = "phonemizer_unavailable"
