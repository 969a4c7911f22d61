"""Any Unicode text to a plain form of the same length, so that offsets in one are offsets in the other.

Letters become Latin letters an English reader can say, digits of any script become 0-9, quotes and dashes one
kind each; a character that cannot be spoken becomes a space, which makes it a border between words.
"""

from __future__ import annotations

import unicodedata

from ..tables import load

INVISIBLE = "\u200b"  # stands for what is inside a word but says nothing (soft hyphen, joiners)

_DATA = load(__package__, "plain")
# Signs that are read out, or that shape the reading. Everything of ASCII is kept as it is.
_KEPT = frozenset(_DATA["kept"])
_REPLACED: dict[str, str] = _DATA["replaced"]


class _Plain(dict[int, str]):
    """Translation table that works out each character when first seen."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _plain(chr(code))
        return found


def _plain(char: str) -> str:
    if char in _REPLACED:
        return _REPLACED[char]
    if char in _KEPT or char.isascii():
        return char if char.isprintable() or char == "\n" else " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Mn":  # an accent of the letter before
        return char
    if category in ("Cf", "Mc", "Me"):
        return INVISIBLE
    if category in ("Lu", "Ll", "Lt", "Lm", "Lo", "No", "Nl", "Po", "Ps", "Pe", "Sm", "So"):
        folded = unicodedata.normalize("NFKC", char)
        if len(folded) == 1 and folded.isascii() and folded.isprintable():  # full width, mathematical bold
            return folded
        name = unicodedata.name(char, "")
        if name.startswith(("LATIN ", "GREEK ", "ROMAN NUMERAL")):
            return char
        if folded.isascii() and folded.isalnum():  # ㎞
            return char
    return " "


_TABLE = _Plain()

# Letters that do not come apart into a base and an accent.
_BASES: dict[int, str] = str.maketrans(_DATA["bases"])


def plain(text: str) -> str:
    """`text` in plain form, the same number of characters."""
    return text.translate(_TABLE)


def fold(word: str) -> str:
    """A plain word with invisible marks gone and letters that English does not know brought to their base.

    The length may change: ligatures and signs such as ㎞ open up, accents outside Latin-1 fall off.
    """
    if word.isascii():
        return word
    composed = unicodedata.normalize("NFC", word.replace(INVISIBLE, "")).translate(_BASES)
    return "".join(_fold(char) for char in composed)


def _fold(char: str) -> str:
    if char <= "ÿ" or char in _KEPT or unicodedata.name(char, "").startswith("GREEK"):
        return char
    opened = unicodedata.normalize("NFKD", char)
    return "".join(part for part in opened if part.isascii())
