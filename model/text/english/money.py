"""Amounts of money."""

from __future__ import annotations

import re

from .context import Context
from .lexicon import CURRENCIES, MAGNITUDES, PER, SIGNS_BEFORE_NUMBER, SIZES
from .numbers import NUMBER, digits, is_one, number

_SIGNS = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
_SIZE = r"(?P<size>[kKmMbB]|mm|MM|mn|bn|tn)?"
_BEFORE = re.compile(
    rf"(?P<sign>[-+~<>]?)(?P<currency>{_SIGNS})(?P<minus>-?)(?P<number>{NUMBER}){_SIZE}"
    rf"(?:[-–](?:{_SIGNS})?(?P<to>{NUMBER})(?P<size2>[kKmMbB]|mn|bn|tn)?)?(?P<rest>\+|/\w+)?"
)
_AFTER = re.compile(rf"(?P<sign>[-+~]?)(?P<number>{NUMBER}){_SIZE}(?P<currency>{_SIGNS})(?P<rest>\+|/\w+)?")
_SMALL = re.compile(rf"(?P<number>{NUMBER})(?P<coin>¢|p)")
_COUNT = re.compile(NUMBER)


def money(context: Context) -> str | None:
    """Reads "$58.75" as "fifty-eight dollars and seventy-five cents"; None where the word is no amount."""
    core, before = context.core, context.near(-1)
    if before.core in CURRENCIES and not before.trail and _COUNT.fullmatch(core):
        return CURRENCIES[before.core][0 if is_one(core) else 1]  # "EUR 20": the number was said before
    if match := _BEFORE.fullmatch(core):
        to, minus = match["to"], match["minus"]
        size = match["size"] or ""
        start = ""
        if to:
            first = number(match["number"], context.british)
            size = match["size2"] or size
            own = f" {SIZES[match['size'].lower()]}" if match["size"] and match["size2"] else ""
            start = f"{first}{own} to "
        amount = _amount(context, to or match["number"], size, match["currency"], whole=bool(to))
        prefix = SIGNS_BEFORE_NUMBER.get(match["sign"] or minus, "")
        return f"{prefix}{start}{amount}{_rest(match['rest'])}"
    if match := _AFTER.fullmatch(core):
        amount = _amount(context, match["number"], match["size"] or "", match["currency"])
        return f"{SIGNS_BEFORE_NUMBER.get(match['sign'], '')}{amount}{_rest(match['rest'])}"
    if (match := _SMALL.fullmatch(core)) and (match["coin"] == "¢" or context.british):
        one, many = ("cent", "cents") if match["coin"] == "¢" else ("penny", "pence")
        return f"{number(match['number'], context.british)} {one if is_one(match['number']) else many}"
    return None


def currency_word(context: Context) -> str | None:
    """The words of an amount that stand apart from it: "million" in "$5 million", "EUR" in "50 EUR"."""
    before = context.near(-1)
    if context.core.lower() in MAGNITUDES and (match := _BEFORE.fullmatch(before.core)) and not before.trail:
        return f"{context.core} {CURRENCIES[match['currency']][1]}"
    if context.core in CURRENCIES and not context.token.trail and _COUNT.fullmatch(context.near(1).core):
        return number(context.near(1).core, context.british)  # said in the other order
    if context.core in CURRENCIES and not before.trail:
        counted = _COUNT.fullmatch(before.core) or before.core.lower() in MAGNITUDES
        if counted:
            return CURRENCIES[context.core][0 if is_one(before.core) else 1]
    return None


def _amount(context: Context, signs: str, size: str, currency: str, whole: bool = False) -> str:
    one, many, cent, cents = CURRENCIES[currency]
    british = context.british
    if size:
        return f"{number(signs, british)} {SIZES[size.lower()]} {many}"
    if context.after in MAGNITUDES:
        return number(signs, british)  # the currency is said after the magnitude
    units, _, part = signs.partition(".")
    if len(part) != 2 or not cent:
        return f"{number(signs, british)} {one if is_one(signs) else many}"
    small = "" if part == "00" else f"{number(part.lstrip('0'), british)} {cent if part == '01' else cents}"
    if not units.strip("0,") and small:
        return small
    large = f"{number(units, british)} {one if units == '1' else many}"
    return f"{large} and {small}" if small else large


def _rest(rest: str | None) -> str:
    if not rest:
        return ""
    if rest == "+":
        return " plus"
    word = rest[1:]
    return f" per {digits(word) if word.isdecimal() else PER.get(word, word)}"
