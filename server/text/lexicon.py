"""Pronunciation dictionaries: what to say in place of what is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

_STOPS = re.compile(r"[,.;:!?…]*")


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


@dataclass(frozen=True)
class Spoken:
    """A stretch of text, and what to say for it (None: what is written)."""

    text: str
    alias: str | None = None


class Lexicon:
    """The entries of one dictionary, ready to be found in text.

    Looked up by length instead of in one long pattern: compiling that takes longer than a whole tick.
    """

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self._entries = {_key(entry.text): entry for entry in entries if entry.text.strip()}
        self._lengths: dict[str, list[int]] = {}  # first sign -> lengths of entries, longest first
        for entry in self._entries.values():
            lengths = self._lengths.setdefault(_key(entry.text[0]), [])
            if len(entry.text) not in lengths:
                lengths.append(len(entry.text))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)

    def split(self, text: str) -> Iterator[Spoken]:
        """The text in order, cut where the dictionary has something to say."""
        done = at = 0
        while self._lengths and at < len(text):
            entry = self._find(text, at)
            if entry is None:
                at += 1
                continue
            if at > done:
                yield Spoken(text[done:at])
            # Stops after the word go with it, so that they are not left standing alone.
            stops = _STOPS.match(text, at + len(entry.text))
            end = stops.end() if stops else len(text)
            yield Spoken(text[at:end], entry.alias + text[at + len(entry.text) : end])
            done = at = end
        if done < len(text):
            yield Spoken(text[done:])

    def _find(self, text: str, at: int) -> Entry | None:
        """The longest entry that is written here, as whole words."""
        if at and _in_word(text[at - 1]):
            return None
        for length in self._lengths.get(_key(text[at]), ()):
            written = text[at : at + length]
            entry = self._entries.get(_key(written))
            whole = not _in_word(text[at + length : at + length + 1])
            if entry and len(written) == length == len(entry.text) and whole and _matches(entry, written):
                return entry
        return None


def _in_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _key(text: str) -> str:
    return text.lower()


def _matches(entry: Entry, written: str) -> bool:
    """Case counts when asked for, except that a lower-case entry also matches at a sentence's start."""
    if not entry.case_sensitive or written == entry.text:
        return True
    return entry.text.islower() and written == entry.text[:1].upper() + entry.text[1:]
