"""How much of a text that is still arriving can be read already."""

from __future__ import annotations

import re

from .lexicon import (
    ALSO_LOUD,
    ANYWHERE,
    BEFORE_NUMBER,
    CURRENCIES,
    DAY_ABBREVIATIONS,
    LEANING,
    MONTH_ABBREVIATIONS,
    STREETS,
    TITLES,
    WITH_STOP,
)
from .tokens import Token, tokenise

_ABBREVIATIONS = frozenset(
    {*TITLES, *STREETS, *WITH_STOP, *ANYWHERE, *BEFORE_NUMBER, *DAY_ABBREVIATIONS, *MONTH_ABBREVIATIONS}
    - {"may"}
)
_LETTERS = re.compile(r"(?:[A-Za-z]\.)*[A-Z]")


def settled(text: str) -> int:
    """Offset up to which the reading of `text` will not change, whatever text follows.

    The last word is open until a space follows it; before that, words stay open that lean on the next one:
    numbers ("$5" may become "$5 million"), abbreviations ("Dr." may be a doctor or a drive), initials,
    articles. A text that is complete is settled as a whole.
    """
    tokens = tokenise(text)
    if tokens and tokens[-1].end == len(text):
        tokens = tokens[:-1]
    while tokens and _open(tokens[-1]):
        tokens = tokens[:-1]
    return tokens[-1].end if tokens else 0


def _open(token: Token) -> bool:
    core, stopped = token.core, token.trail.startswith(".")
    if not core:
        return True
    if not core[0].isalpha() or any(map(str.isdigit, core)) or core in CURRENCIES:
        return not any(sign in ",;:!?." for sign in token.trail)
    if core in ALSO_LOUD or _LETTERS.fullmatch(core):
        return core != "I" or stopped
    if core.lower() in _ABBREVIATIONS:
        return stopped or core.lower() != "no"
    return not token.trail and core.lower() in LEANING
