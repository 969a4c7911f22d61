"""Times of day and dates."""

from __future__ import annotations

import re

from .context import Context, Reading
from .lexicon import (
    DAY_ABBREVIATIONS,
    DAYS_ALSO_WORDS,
    HALVES_OF_DAY,
    MONTH_ABBREVIATIONS,
    MONTHS,
    MONTHS_ALSO_NAMES,
)
from .numbers import cardinal, digits, ordinal, year

_HALF = r"(?:[aA]|[pP])\.?[mM]"
_TIME = re.compile(rf"(?P<hour>\d{{1,2}}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?P<half>{_HALF})?")
_SHORT = re.compile(rf"(?P<hour>\d{{1,2}})(?:\.(?P<minute>[0-5]\d))?(?P<half>{_HALF})")
_RANGE = re.compile(rf"(?P<start>[\d:.]+(?:{_HALF})?)[-–](?P<end>[\d:]+(?:{_HALF})?)")
_ISO = re.compile(
    r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?:T(?P<time>\d\d:\d\d)(?::[\d.]+)?Z?)?"
)
_LOCAL = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})")
_SHORT_DATE = re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})")
_COUNT = re.compile(r"[\d:.,]*\d(?:[-–][\d:]+)?")


def time_of_day(context: Context) -> str | None:
    """Reads "6:30pm" as "six thirty P.M."; None where the word is no time."""
    core = context.core
    if match := _TIME.fullmatch(core) or _SHORT.fullmatch(core):
        return _time(match, context.after in HALVES_OF_DAY)
    if (match := _RANGE.fullmatch(core)) and (":" in core or core[-1] in "mM"):
        start = _TIME.fullmatch(match["start"]) or _SHORT.fullmatch(match["start"])
        end = _TIME.fullmatch(match["end"]) or _SHORT.fullmatch(match["end"])
        bare = match["start"].isdecimal() and len(match["start"]) <= 2
        said = _time(start, True) if start else cardinal(int(match["start"])) if bare else None
        until = _time(end, context.after in HALVES_OF_DAY) if end else None
        return f"{said} to {until}" if said and until else None
    return None


def half_of_day(context: Context) -> Reading | None:
    """The "pm" of "6 pm", which otherwise might be a word."""
    if context.core.lower() not in HALVES_OF_DAY:
        return None
    if "." in context.core or _COUNT.fullmatch(context.near(-1).core):
        return context.abbreviated("A.M." if context.core[0] in "aA" else "P.M.")
    return None


def _time(match: re.Match[str], half_follows: bool) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    groups = match.groupdict()
    second, half = groups.get("second"), match["half"]
    if hour > 24:
        return None
    tail = f" and {cardinal(int(second))} seconds" if second else ""
    if half:
        tail += " A.M." if half[0] in "aA" else " P.M."
    if minute == 0 and not second:
        if half or half_follows:
            return f"{cardinal(hour)}{tail}"
        return "midnight" if hour == 0 else f"{cardinal(hour)} " + ("hundred" if hour > 12 else "o'clock")
    between = "oh " if 0 < minute < 10 else ""
    return f"{cardinal(hour)} {between}{cardinal(minute)}{tail}"


def date(context: Context) -> str | None:
    """From "5/3/2024" to "May third, twenty twenty-four" (British: "the fifth of March"); None if no date."""
    core = context.core
    if match := _ISO.fullmatch(core):
        said = _date(int(match["day"]), int(match["month"]), int(match["year"]), context.british)
        clock = _TIME.fullmatch(match["time"]) if match["time"] else None
        return f"{said}, {_time(clock, False)}" if said and clock else said
    if match := _LOCAL.fullmatch(core):
        if match["mark"] != "/" and len(match["year"]) == 2:
            return None  # more likely a version or a number in parts
        full = int(match["year"])
        if full < 100:
            full += 1900 if full >= 50 else 2000
        day_first = context.british or match["mark"] == "."
        return _ordered(int(match["first"]), int(match["second"]), full, day_first)
    if (match := _SHORT_DATE.fullmatch(core)) and context.before in ("on", "by", "until"):
        return _ordered(int(match["first"]), int(match["second"]), None, context.british)
    return None


def _ordered(first: int, second: int, full: int | None, day_first: bool) -> str | None:
    day, month = (first, second) if day_first else (second, first)
    if month > 12:
        day, month = month, day
    return _date(day, month, full, day_first)


def _date(day: int, month: int, full: int | None, british: bool) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    name = MONTHS[month - 1].capitalize()
    said = f"the {ordinal(day)} of {name}" if british else f"{name} {ordinal(day)}"
    return f"{said}, {year(full)}" if full is not None else said


def is_month(token_core: str) -> bool:
    """Whether the word is a month, in full or short."""
    lower = token_core.lower()
    return lower in MONTHS or lower in MONTH_ABBREVIATIONS


def calendar_word(context: Context) -> Reading | None:
    """Abbreviated months and days, where a stop or a number beside them says that they are."""
    lower, token = context.core.lower(), context.token
    if not context.core[0].isupper():
        return None
    following = context.near(1).core
    dated = following[:1].isdigit() or context.before[:1].isdigit()
    stopped = token.trail.startswith(".") and not context.last
    if lower in MONTH_ABBREVIATIONS and lower != "may" and (dated or (stopped and lower not in MONTHS_ALSO_NAMES)):
        month = MONTH_ABBREVIATIONS[lower].capitalize()
        return context.abbreviated(month, may_end=not following[:1].isdigit())
    if lower in DAY_ABBREVIATIONS:
        sure = stopped and (lower not in DAYS_ALSO_WORDS or following[:1].islower())
        if sure or dated or is_month(following):
            return context.abbreviated(DAY_ABBREVIATIONS[lower].capitalize())
    return None


def days(context: Context) -> str | None:
    """Reads "Mon-Fri" as "Monday to Friday"."""
    start, _, end = context.core.lower().replace("–", "-").partition("-")
    if start in DAY_ABBREVIATIONS and end in DAY_ABBREVIATIONS:
        return f"{DAY_ABBREVIATIONS[start].capitalize()} to {DAY_ABBREVIATIONS[end].capitalize()}"
    return None


def day_of_month(context: Context, signs: str) -> str | None:
    """The "9" of "July 9" and of "9 July"."""
    if not (signs.isdecimal() and 1 <= int(signs) <= 31 and len(signs) <= 2):
        return None
    if is_month(context.before) and context.near(-1).core[0].isupper():
        return ordinal(int(signs))
    if is_month(context.after) and context.near(1).core[0].isupper():
        return f"{'' if context.before == 'the' else 'the '}{ordinal(int(signs))} of"
    return None


def year_range(context: Context) -> str | None:
    """Reads "1990-95" as "nineteen ninety to ninety-five"; None where the word is none."""
    match = re.fullmatch(r"(1[1-9]\d\d|20\d\d)[-–/](\d{2}|\d{4})", context.core)
    if not match:
        return None
    start, end = match[1], match[2]
    if len(end) == 4:
        return f"{year(int(start))} to {year(int(end))}" if end >= start else None
    said = cardinal(int(end)) if end[0] != "0" else f"oh {digits(end[1])}"
    return f"{year(int(start))} to {said}" if end > start[2:] else None
