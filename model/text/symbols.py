"""The symbol table of the model: one character, one id.

The ids are those of the teacher's vocabulary, so a corpus made by the teacher trains the model as it is. They
have gaps where the teacher has signs that no language here uses. Vowels with an accent are our own, in such gaps:
the pitch falls after them (ú stands for ɯ, ý for ɨ).
"""

from __future__ import annotations

from .tables import load

_DATA = load(__package__, "symbols")
SYMBOLS: dict[str, int] = _DATA["symbols"]

# Padding, and the silence on either side of an utterance.
BOUNDARY: int = _DATA["boundary"]


def encode(phonemes: str) -> list[int]:
    """Ids of the characters of `phonemes`, one each; characters outside the table are left out."""
    return [SYMBOLS[sign] for sign in phonemes if sign in SYMBOLS]
