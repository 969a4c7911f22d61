"""Letters that are not read as a plain word: abbreviations, initials, acronyms, Roman numbers, shouting."""

from __future__ import annotations

import re
from itertools import pairwise

from .context import Context, Reading, spell
from .lexicon import (
    ALSO_LOUD,
    ALSO_WORDS,
    ANYWHERE,
    BEFORE_LETTER,
    GREEK,
    NUMBERED,
    PRONOUNCED,
    REGNAL,
    SIGNS,
    SPELLED,
    STARTERS,
    STATES,
    STREETS,
    TITLES,
    TITLES_WITHOUT_STOP,
    WITH_STOP,
)
from .numbers import ROMAN, cardinal, ordinal

_ROMAN = re.compile(r"(?=[IVXL])(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_DOTTED_LETTERS = re.compile(r"(?P<letters>(?:[A-Za-z]\.)+[A-Za-z]?)(?P<rest>'?s)?")
_CAPITALS = re.compile(r"(?P<letters>[A-Z]{2,})(?P<rest>'?s|'S)?")
_VOWEL = re.compile("[AEIOUY]")


def abbreviation(context: Context) -> Reading | None:
    """Reads "Dr." as "doctor", "St." as "saint" or "street"; None where the word stands for itself."""
    token, lower = context.token, context.core.lower()
    if lower in ANYWHERE and not (len(lower) == 2 and context.core.isalpha() and context.core.isupper()):
        return context.abbreviated(ANYWHERE[lower])
    stop = token.trail.startswith(".") and not token.trail.startswith("..")
    following, preceding = context.near(1).core, context.near(-1)
    capital = context.core[:1].isupper()
    named = preceding.core[:1].isupper() or preceding.core[:1].isdigit()
    closed = stop or token.pauses or context.last
    if capital and lower in STREETS and closed and named and not preceding.pauses:
        saint = lower in TITLES and following[:1].isupper() and following.lower() not in STREETS
        saint = saint and stop and not token.trail[1:] and not context.near(-2).core.isdigit()
        if not saint and "." not in preceding.trail:
            return context.abbreviated(STREETS[lower])
    titled = capital and lower in TITLES and not token.pauses
    titled = titled and (following[:1].isupper() or following in ("and", "&"))
    if titled and (stop or lower in TITLES_WITHOUT_STOP):
        return context.abbreviated(TITLES[lower], may_end=False)
    # A stop in mid-sentence can only be an abbreviation's.
    sure = capital or following[:1].islower() or lower not in ALSO_WORDS
    if stop and sure and lower in WITH_STOP and not context.core.isupper():
        return context.abbreviated(WITH_STOP[lower])
    return None


def initials(context: Context) -> Reading | None:
    """The letters of "J. R. R." and "U.S." by name, their full stops silent."""
    core, trail = context.core, context.token.trail
    ends = context.last or context.near(1).core.lower() in STARTERS
    if match := _DOTTED_LETTERS.fullmatch(core):
        letters = match["letters"].replace(".", "")
        if trail.startswith(".") or len(letters) > 1:
            return context.abbreviated(spell(letters) + (match["rest"] or ""), may_end=ends)
    if len(core) == 1 and core.isupper() and trail[:1] == "." and trail[:2] != "..":
        if context.before in BEFORE_LETTER:
            return context.said(spell(core))
        if core == "I" and not context.near(1).core[:1].isupper():
            return None
        return context.abbreviated(spell(core), may_end=ends)
    return None


def letter(context: Context) -> Reading | None:
    """A capital that stands alone and is no word: "Plan B", "grade A"."""
    core = context.core
    if len(core) != 1 or not core.isupper() or core in "IO":
        return None
    following = context.near(1).core if context.after else ""
    article = core == "A" and (len(following) > 1 or following.islower())
    return None if article and context.before not in BEFORE_LETTER else context.said(spell(core))


def roman(context: Context) -> Reading | None:
    """Reads "Henry VIII" as "the eighth", "Chapter IV" as "four"; None unless the word before makes it clear."""
    core, before = context.core, context.near(-1)
    if not _ROMAN.fullmatch(core) or before.trail or not before.core:
        return None
    named = before.core.lower()
    if named in REGNAL and before.core[0].isupper() and (len(core) > 1 or core in "IV"):
        return context.said(f"the {ordinal(_roman_value(core))}")
    capitalised = before.core[0].isupper() and before.core[1:].islower()
    if named in NUMBERED or (capitalised and len(core) > 1 and core != "XL"):
        return context.said(cardinal(_roman_value(core)))
    return None


def _roman_value(numeral: str) -> int:
    values = [*(ROMAN[sign] for sign in numeral), 0]
    return sum(-value if value < after else value for value, after in pairwise(values))


def state(context: Context) -> Reading | None:
    """The state in "Austin, TX" and "TX 78701"."""
    core = context.core
    if core in STATES and ("," in context.near(-1).trail or re.fullmatch(r"\d{5}", context.near(1).core)):
        return context.said(STATES[core])
    return None


def acronym(context: Context) -> Reading | None:
    """Capitals: by letter, as a word, or shouted. None leaves the choice to the pronunciation."""
    match = _CAPITALS.fullmatch(context.core)
    if not match:
        return None
    letters, rest = match["letters"], (match["rest"] or "").lower()
    shouted = _shouted(context)
    if letters in PRONOUNCED:
        return context.said(letters.capitalize() + rest)
    if shouted and letters in ALSO_LOUD and context.before != "the":
        return context.said(letters.lower() + rest)
    if letters in SPELLED or (shouted and not _VOWEL.search(letters)):
        return context.said(spell(letters) + rest)
    # Among capitals a word is only loud; alone, an unusual one is better judged by its sound.
    return context.said(letters.lower() + rest) if shouted or len(letters) > 5 else None


def _shouted(context: Context) -> bool:
    """Whether a word close by is in capitals as well, and not because it always is."""
    beside = [context.near(offset).core for offset in (-2, -1, 1, 2)]
    loud = [core for core in beside if len(core) > 1 and core.isalpha() and core.isupper()]
    return any(_VOWEL.search(core) and core not in SPELLED and core not in PRONOUNCED for core in loud)


def sign(context: Context) -> Reading | None:
    """A sign that stands alone: "+" between numbers, "&" between names, a Greek letter."""
    core = context.core
    if core.lower() in GREEK:
        return context.said(GREEK[core.lower()])
    numeric = context.near(-1).core[-1:].isdigit() and context.near(1).core[:1].isdigit()
    if core in ("*", "x") and numeric:
        return context.said("times")
    if core in ("<", ">") and numeric:
        return context.said("is less than" if core == "<" else "is greater than")
    if core == "#" and context.near(1).core[:1].isdigit():
        return context.said("number")
    return context.said(SIGNS[core]) if core in SIGNS else None


def dash(context: Context) -> Reading:
    """A token of punctuation alone: silent, but for a dash between two numbers."""
    near, far = context.near(-1), context.near(1)
    if context.token.lead == "—" and near.core[-1:].isdigit() and far.core[:1].isdigit() and not near.trail:
        return Reading("minus" if context.near(2).core == "=" else "to", "", "")
    return context.said("")
