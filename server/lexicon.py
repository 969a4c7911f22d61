"""Pronunciation dictionaries: what to say in place of what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Entry:
    """Say `alias` where `text` is written; `alias` may be inline phonemes, <<…>>."""

    text: str
    alias: str
    case_sensitive: bool = True


class Dictionaries(Protocol):
    """Where dictionaries come from."""

    def get(self, dictionary_id: str) -> Sequence[Entry]:
        """The entries; raises KeyError for an unknown id."""
        ...


class NoDictionaries:
    """The store of a server without one: every id is unknown."""

    def get(self, dictionary_id: str) -> Sequence[Entry]:
        raise KeyError(dictionary_id)


@dataclass(frozen=True)
class Spoken:
    """A stretch of text, and what to say for it (None: what is written)."""

    text: str
    alias: str | None = None


class Lexicon:
    """The entries of one dictionary, ready to be found in text."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._entries = {_key(entry.text): entry for entry in entries if entry.text.strip()}
        longest_first = sorted(self._entries.values(), key=lambda entry: -len(entry.text))
        # Stops after the word go with it, so that they are not left standing alone.
        choices = "|".join(re.escape(entry.text) for entry in longest_first)
        self._pattern = re.compile(rf"(?<!\w)({choices})(?!\w)([,.;:!?…]*)", re.IGNORECASE) if choices else None

    def split(self, text: str) -> Iterator[Spoken]:
        """The text in order, cut where the dictionary has something to say."""
        at = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            entry = self._entries[_key(match[1])]
            if not _matches(entry, match[1]):
                continue
            if match.start() > at:
                yield Spoken(text[at : match.start()])
            yield Spoken(match[0], entry.alias + match[2])
            at = match.end()
        if at < len(text):
            yield Spoken(text[at:])


def _key(text: str) -> str:
    return text.lower()


def _matches(entry: Entry, written: str) -> bool:
    """Case counts when asked for, except that a lower-case entry also matches at a sentence's start."""
    if not entry.case_sensitive or written == entry.text:
        return True
    return entry.text.islower() and written == entry.text[:1].upper() + entry.text[1:]
