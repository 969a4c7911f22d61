"""How much Japanese that is still arriving can be read already, though no space tells where a word ends.

A reader may begin anew after a particle, once enough of the next word is known to tell that it is one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..tables import load
from .written import plain

_DATA = load(__package__, "phrases")
PARTICLE: str = _DATA["particle"]
HANGING = frozenset(_DATA["hanging"])  # parts of speech that belong to the word before
HANGING_TOO = frozenset(_DATA["hanging_details"])
_NEVER_FIRST = frozenset(_DATA["never_first"])  # signs that no word begins with
_NUMERALS = frozenset(_DATA["numerals"])
_SHORT_QUOTE = 10  # letters; a shorter one is said in one go
_NEXT_WORD = 2  # letters of the next word that have to be there
_NEXT_KANA = 4  # the same, where it begins with so many kana
_LONGEST = 200  # letters looked at
_TRIES = 4  # places tried; each costs two more analyses
_STOP = re.compile(r"(?:[。！？\n]|[.!?…]+(?=\s))[」』）)\]”\s]*")
_HIRAGANA = re.compile(r"[\u3041-\u3096]{2}")
_QUOTES = {"「": "」", "『": "』"}

Analyse = Callable[[str], list[Any]]


def settled(text: str, analyse: Analyse) -> int:
    """Offset up to which the reading of `text` will not change; after a stop, a mark or a particle, or 0.

    `analyse`: text in plain form -> its words, each with `word`, `pos`, `pos_group1`, `chain_flag` and `char_span`.
    """
    flat, places = plain(text)
    stops = [match.end() for match in _STOP.finditer(flat)]
    start = max(stops[-1] if stops else 0, len(flat) - _LONGEST)
    # A sign put into words, as the "〜" of "1〜5", is no place to stop.
    open_at = frozenset(at - start for at in range(start + 1, len(flat)) if text[places[at - 1]] != flat[at - 1])
    cut = _cut(flat[start:], open_at, analyse)
    if cut:
        return places[start + cut - 1] + 1
    return places[stops[-1] - 1] + 1 if stops else 0


def _cut(flat: str, open_at: frozenset[int], analyse: Analyse) -> int:
    """The last safe place in a text without stops that is not in `open_at`; 0 for none."""
    if len(flat) <= _NEXT_WORD:
        return 0
    words = analyse(flat)
    tries = 0
    for index in range(len(words) - 1, 0, -1):
        before, after = words[index - 1], words[index]
        at: int = after.char_span[0]
        known = before.char_span[1] == at and at + _enough(flat[at:]) <= len(flat)
        if at in open_at or not (known and _begins_anew(before, after) and _safe(flat, at)):
            continue
        if tries == _TRIES:
            break
        tries += 1
        # Said alone, both sides have to sound as they do together.
        alone = [*_sounds(analyse(flat[:at])), *_sounds(analyse(flat[at:]))]
        if alone == _sounds(words):
            return at
    return 0


def _enough(following: str) -> int:
    """Letters that have to be there of the next word: kana alone may still turn out to be an ending."""
    return _NEXT_KANA if _HIRAGANA.match(following) else _NEXT_WORD


def _sounds(words: list[Any]) -> list[tuple[str, list[str]]]:
    return [(word.pron, [str(one.pitch) for one in word.phonemes if one.kind == "phoneme"]) for word in words]


def _begins_anew(before: Any, after: Any) -> bool:
    if after.pos == "記号" or after.chain_flag == 1 or after.pos in HANGING or after.pos_group1 in HANGING_TOO:
        return False
    return before.pos == PARTICLE or before.word in _DATA["pauses"]


def _safe(flat: str, at: int) -> bool:
    """Whether the letters themselves allow a cut before `at`."""
    if flat[at] in _NEVER_FIRST or flat[at - 1] in _NUMERALS or flat[at - 1].isdigit():
        return False
    for opening, closing in _QUOTES.items():
        start = flat.rfind(opening, 0, at)
        if start < 0 or closing in flat[start:at]:
            continue
        end = flat.find(closing, at)
        if (end if end >= 0 else len(flat)) - start - 1 < _SHORT_QUOTE:
            return False
    return True
