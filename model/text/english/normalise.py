"""Written English to spoken English: for each token, the words a person would say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import clock, codes, figures, money, words
from .context import Context, Reading
from .lexicon import (
    ANYWHERE,
    BEFORE_NUMBER,
    DAY_ABBREVIATIONS,
    GREEK,
    MAGNITUDES,
    MONTH_ABBREVIATIONS,
    STREETS,
    TITLES,
    UNITS,
    WITH_STOP,
)
from .tokens import Token

Rule = Callable[[Context], Reading | str | None]

# The first rule that knows a word reads it.
_WITH_DIGITS: tuple[Rule, ...] = (
    *(codes.address, money.money, clock.time_of_day, clock.date, codes.phone, clock.year_range),
    *(words.abbreviation, codes.hash_number, figures.figure, figures.unit_word, codes.code, codes.mixed),
)
_OF_LETTERS: tuple[Rule, ...] = (
    *(clock.half_of_day, money.currency_word, figures.unit_word, figures.numbered, clock.calendar_word),
    *(words.state, words.roman, words.initials, words.letter, words.abbreviation, words.acronym, words.sign),
)
_OTHER: tuple[Rule, ...] = (
    *(codes.address, clock.half_of_day, money.currency_word, clock.days, figures.unit_word),
    *(figures.numbered, codes.hash_number),
    *(words.abbreviation, words.initials, words.acronym, words.sign),
)
_LONGEST_WORD = 300  # characters that the rules look at; nobody reads longer ones but a machine
# Lower-case words that some rule may want to see.
_WATCHED = frozenset(
    {"am", "pm", "x", *ANYWHERE, *TITLES, *STREETS, *WITH_STOP, *BEFORE_NUMBER, *UNITS, *DAY_ABBREVIATIONS}
    | {*MONTH_ABBREVIATIONS, *MAGNITUDES, *GREEK}
)


def normalise(tokens: Sequence[Token], british: bool) -> list[Reading]:
    """One Reading for each token. Never raises, whatever the tokens hold."""
    numbers = sum(token.core[-1:].isdigit() for token in tokens)
    runs = codes.phone_runs(tokens) if numbers > 1 else frozenset()
    readings: list[Reading] = []
    for index, token in enumerate(tokens):
        core = token.core
        if core.isalpha() and (core.islower() or core[1:].islower()) and core.lower() not in _WATCHED:
            readings.append(Reading(core, token.lead, token.trail))  # an ordinary word, capital or not
            continue
        context = Context(tokens, index, british, core)
        if index in runs:
            readings.append(codes.phone_group(context))
        else:
            readings.append(_read(context) if core else words.dash(context))
    return readings


def _read(context: Context) -> Reading:
    core = context.core
    if len(core) > _LONGEST_WORD:
        return context.said(codes.mixed(context))
    if any(map(str.isdigit, core)) or (not core.isascii() and any(map(str.isnumeric, core))):
        rules = _WITH_DIGITS
    elif core.isalpha():
        rules = _OF_LETTERS
    else:
        rules = _OTHER
    for rule in rules:
        said = rule(context)
        if said is not None:
            return said if isinstance(said, Reading) else context.said(said)
    if core.isalpha():
        return context.said(core)
    if all(char.isalpha() or char in "'-" for char in core):
        return context.said(core.lower() if core.isupper() else core)
    return context.said(codes.mixed(context))
