"""Numbers as English words."""

from __future__ import annotations

import re
from functools import lru_cache

from num2words import num2words

from ..tables import load

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"  # 7, 1,234.5, .5

_DATA = load(__package__, "numbers")
_DIGITS: list[str] = _DATA["digits"]
_LONGEST = 15  # digits; beyond that nobody counts along
_FRACTIONS: dict[int, list[str]] = {int(under): names for under, names in _DATA["fractions"].items()}
VULGAR: dict[str, tuple[int, int]] = {sign: (over, under) for sign, (over, under) in _DATA["vulgar"].items()}
SPECIAL: dict[str, str] = _DATA["special"]  # numbers with a reading of their own
ROMAN: dict[str, int] = _DATA["roman"]


@lru_cache(maxsize=4096)
def cardinal(number: int, british: bool = False) -> str:
    """105 -> "one hundred five" ("one hundred and five" in British English)."""
    return _tidy(num2words(number), british) if number < 10**_LONGEST else digits(str(number))


@lru_cache(maxsize=1024)
def ordinal(number: int, british: bool = False) -> str:
    """21 -> "twenty-first"."""
    return _tidy(num2words(number, to="ordinal"), british)


@lru_cache(maxsize=1024)
def year(number: int, british: bool = False) -> str:
    """1905 -> "nineteen oh five", 2000 -> "two thousand", 2018 -> "twenty eighteen"."""
    century, rest = divmod(number, 100)
    if century % 10 == 0 and rest < 10:
        return cardinal(number, british)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(signs: str) -> str:
    """Each digit by name: "407" -> "four zero seven"."""
    return " ".join(_DIGITS[int(sign)] for sign in signs if sign.isdecimal())


def number(signs: str, british: bool = False) -> str:
    """What matches NUMBER: "1,234.50" -> "one thousand two hundred thirty-four point five zero"."""
    whole, dot, part = signs.replace(",", "").partition(".")
    if not whole:
        spoken = "" if part else "point"
    elif len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        spoken = digits(whole)
    else:
        spoken = cardinal(int(whole), british)
    return f"{spoken} point {digits(part)}".strip() if dot and part else spoken


def fraction(over: int, under: int, british: bool = False) -> str:
    """(3, 4) -> "three quarters", (1, 100) -> "one over one hundred"."""
    top = cardinal(over, british)
    if under in _FRACTIONS:
        return f"{top} {_FRACTIONS[under][over != 1]}"
    if 3 <= under <= 20:
        return f"{top} {ordinal(under)}{'s' if over != 1 else ''}"
    return f"{top} over {cardinal(under, british)}"


def plural(words: str) -> str:
    """The plural of spoken numbers: "nineteen ninety" -> "nineteen nineties"."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"


def is_one(signs: str) -> bool:
    """Whether a unit after this number stands in the singular."""
    return re.fullmatch(r"1(?:\.0+)?", signs) is not None


def _tidy(words: str, british: bool) -> str:
    words = words.replace(",", "")
    return words if british else words.replace(" and ", " ")
