"""Numbers with what clings to them: counts, years, ranges, ratios, fractions, percentages, ordinals."""

from __future__ import annotations

import re

from .clock import day_of_month, is_month
from .context import Context, Reading
from .lexicon import (
    BEFORE_NUMBER,
    BEFORE_NUMBER_WITH_STOP_ONLY,
    BEFORE_YEAR,
    BETWEEN_CODE_AND_NUMBER,
    CODED,
    MAGNITUDES,
    SIGNS_BEFORE_NUMBER,
    SIZES,
    STATES,
    TIMES,
    UNITS,
    UNITS_NOT_APART,
)
from .numbers import NUMBER, SPECIAL, VULGAR, cardinal, digits, fraction, is_one, number, ordinal, plural, year

_FIGURE = re.compile(
    rf"(?P<sign>[-+~±<>≤≥≈]?)(?P<number>{NUMBER})(?P<vulgar>[{''.join(VULGAR)}])?"
    rf"(?:(?P<join>[-–x×:/])(?P<second>[-+]?(?:{NUMBER})))?(?P<tail>[^\d\s].*)?"
)
_ONLY_VULGAR = re.compile(rf"(?P<sign>[-+~]?)(?P<vulgar>[{''.join(VULGAR)}])(?P<tail>[^\d\s].*)?")
_FEET = re.compile(r"(?P<feet>\d{1,2})'(?P<inches>\d{1,2})?(?:''|\")?")
_ORDINAL = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:st|nd|rd|th|ST|ND|RD|TH)(?P<rest>-[a-zA-Z-]+)?"
)
_DOTTED = re.compile(r"(?P<version>[vV]?)(?P<parts>\d+(?:\.\d+){2,})")


def figure(context: Context) -> Reading | str | None:
    """The reading of a word that begins with a number; None where it is something else."""
    said = _read(context)
    if isinstance(said, str) and context.token.trail.startswith('"') and not context.quoted:
        inches = UNITS["in"][0 if is_one(context.core) else 1]
        return Reading(f"{said} {inches}", context.token.lead, context.token.trail[1:])
    return said


def _read(context: Context) -> Reading | str | None:
    core = context.core
    if core in SPECIAL:
        return SPECIAL[core]
    if match := _ORDINAL.fullmatch(core):
        rest = match["rest"] or ""
        return ordinal(int(match["number"].replace(",", "")), context.british) + rest.replace("-", " ")
    if match := _FEET.fullmatch(core):
        inches = f" {cardinal(int(match['inches']))}" if match["inches"] else ""
        trail = context.token.trail if context.quoted else context.token.trail.removeprefix('"')
        return Reading(f"{cardinal(int(match['feet']))} foot{inches}", context.token.lead, trail)
    if match := _DOTTED.fullmatch(core):
        parts = (cardinal(int(part)) if len(part) < 3 else digits(part) for part in match["parts"].split("."))
        return ("version " if match["version"] else "") + " point ".join(parts)
    if match := _ONLY_VULGAR.fullmatch(core):
        tail = _tail(match["tail"] or "", "1", context)
        said = SIGNS_BEFORE_NUMBER.get(match["sign"], "") + fraction(*VULGAR[match["vulgar"]])
        return None if tail is None else f"{said} of a{tail}" if tail else said
    match = _FIGURE.fullmatch(core)
    return _figure(context, match) if match else None


def _figure(context: Context, match: re.Match[str]) -> str | None:
    signs, tail = match["number"], match["tail"] or ""
    prefix = SIGNS_BEFORE_NUMBER.get(match["sign"], "")
    if match["vulgar"]:
        said = f"{number(signs, context.british)} and {_a(fraction(*VULGAR[match['vulgar']]))}"
        unit = _tail(tail, "2", context)
        return None if unit is None else f"{prefix}{said}{unit}"
    if match["join"]:
        said_pair = _pair(context, signs, match["join"], match["second"])
        unit = _tail(tail, match["second"], context)
        return None if said_pair is None or unit is None else f"{prefix}{said_pair}{unit}"
    if re.fullmatch(r"'?s", tail) and signs.isdecimal():
        return plural(year(int(signs)) if len(signs) == 4 else cardinal(int(signs), context.british))
    unit = _tail(tail, signs, context)
    if unit is None:
        return None
    # Before a unit a number is a count, never a year or a code.
    said = number(signs, context.british) if unit or prefix else count(context, signs)
    return f"{prefix}{said}{unit}"


def _pair(context: Context, first: str, join: str, second: str) -> str | None:
    """Two numbers in one word: a range, a size, a ratio, a fraction."""
    whole = first.isdecimal() and second.isdecimal()
    if join == "/":
        if not (whole and int(second) > 0 and len(first) < 4 and len(second) < 4):
            return None
        said = fraction(int(first), int(second), context.british)
        return f"and {_a(said)}" if context.before.isdecimal() and int(first) < int(second) else said
    if join in "-–" and whole and is_month(context.before) and int(second) <= 31:
        return f"{ordinal(int(first))} to {ordinal(int(second))}"
    between = "to" if join in ":-–" else "by"
    if second[0] in "-+":
        second_said = SIGNS_BEFORE_NUMBER[second[0]] + number(second[1:], context.british)
    else:
        second_said = number(second, context.british)
    return f"{number(first, context.british)} {between} {second_said}"


def _tail(tail: str, signs: str, context: Context) -> str | None:
    """What is said for the signs after a number, with a space before; None if they have no reading."""
    if not tail:
        return ""
    if tail == "+":
        return " plus"
    if tail in TIMES:
        return " times"
    if tail in ("k", "K"):
        return " K."
    if tail in ("M", "mn", "bn", "tn"):
        return f" {SIZES[tail.lower()]}"
    if tail[0] in "-–":  # 5-km, 1/2-inch, 10-year-old
        rest = tail[1:].replace("-", " ")
        said = unit(rest, "1") or (rest if re.fullmatch("[a-z]{2,}[a-z ]*", rest) else None)
        return f" {said}" if said else None
    said = unit(tail, signs)
    return f" {said}" if said else None


def unit(sign: str, signs: str) -> str | None:
    """Reads "km/h" as "kilometers per hour"; `signs` is the number before it. None for what is no unit."""
    base, slash, per = sign.replace("μ", "µ").partition("/")  # Greek letter or micro sign
    power = ""
    if base[-1:] in ("²", "³") or base in ("m2", "m3", "km2", "cm2", "cm3", "ft2"):
        power = "square " if base[-1] in "²2" else "cubic "
        base = base[:-1]
    if base not in UNITS or (slash and per not in UNITS):
        return None
    said = power + UNITS[base][0 if is_one(signs) else 1]
    return f"{said} per {UNITS[per][0]}" if slash else said


def unit_word(context: Context) -> Reading | None:
    """A unit that stands apart from its number ("5 km"); None where the word may be something else."""
    before = context.near(-1)
    core = context.core
    if before.trail or not re.fullmatch(rf"[-+~]?(?:{NUMBER})(?:[-–x](?:{NUMBER}))?", before.core):
        return None
    if core == "in" and not context.token.trail.startswith("."):
        return None  # the preposition
    if core in UNITS_NOT_APART:
        return None
    said = unit(core, re.split(r"[-–x]", before.core)[-1])
    return context.abbreviated(said) if said else None


def count(context: Context, signs: str) -> str:
    """A number that stands alone: a day, a year, a code, or a count."""
    british = context.british
    if day := day_of_month(context, signs):
        return day
    if not signs.isdecimal():
        return number(signs, british)
    length = len(signs)
    if length > 1 and signs[0] == "0":
        return digits(signs)
    if (length > 2 and _named(context)) or (length == 5 and context.near(-1).core in STATES):
        return digits(signs)
    if length >= 7 and signs[-3:] != "000":
        return digits(signs)
    counted = length != 4 or context.after in MAGNITUDES or context.near(1).core in UNITS
    if not counted and (1100 if context.before not in BEFORE_YEAR else 1000) <= int(signs) < 2100:
        return year(int(signs), british)
    return number(signs, british)


def _named(context: Context) -> bool:
    """Whether the number is the name of something ("your confirmation number is 951039")."""
    for offset in (-1, -2, -3, -4):
        word = context.near(offset).core.lower()
        if word in CODED:
            return True
        if word not in BETWEEN_CODE_AND_NUMBER or context.near(offset).pauses:
            return False
    return False


def numbered(context: Context) -> Reading | None:
    """The "No." and "p." of "No. 5" and "p. 12"; None where it is a word."""
    lower, trail = context.core.lower(), context.token.trail
    if lower not in BEFORE_NUMBER or not context.near(1).core[:1].isdigit() or trail not in ("", "."):
        return None
    if lower in BEFORE_NUMBER_WITH_STOP_ONLY and trail != ".":
        return None
    return context.abbreviated(BEFORE_NUMBER[lower], may_end=False)


def _a(said: str) -> str:
    """From "one half" to "a half": how a fraction is said after a whole number."""
    return f"a{said[3:]}" if said.startswith("one ") else said
