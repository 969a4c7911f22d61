"""Words of written English that are not read as they are spelled: the tables of `data/`, by name.

In spoken forms, capitals with full stops ("P.H.D.") are letters to be said by name.
"""

from __future__ import annotations

from typing import Any

from ..tables import load


def _words(topic: str, name: str) -> frozenset[str]:
    return frozenset(_DATA[topic][name])


_TOPICS = ("abbreviations", "acronyms", "calendar", "contexts", "money", "signs", "states", "units")
_DATA: dict[str, dict[str, Any]] = {topic: load(__package__, topic) for topic in _TOPICS}

# Before a name: the full stop is part of the abbreviation and never ends a sentence.
TITLES: dict[str, str] = _DATA["abbreviations"]["titles"]
TITLES_WITHOUT_STOP = _words("abbreviations", "titles_without_stop")
# After a name.
STREETS: dict[str, str] = _DATA["abbreviations"]["streets"]
# With a full stop, which may end a sentence as well; some are also words in small letters.
WITH_STOP: dict[str, str] = _DATA["abbreviations"]["with_stop"]
ALSO_WORDS = _words("abbreviations", "also_words")
# With or without a full stop.
ANYWHERE: dict[str, str] = _DATA["abbreviations"]["anywhere"]
# Only before a number, and then with or without a full stop, but for those that need it.
BEFORE_NUMBER: dict[str, str] = _DATA["abbreviations"]["before_number"]
BEFORE_NUMBER_WITH_STOP_ONLY = _words("abbreviations", "before_number_with_stop_only")

MONTHS: list[str] = _DATA["calendar"]["months"]
MONTH_ABBREVIATIONS: dict[str, str] = _DATA["calendar"]["month_abbreviations"]
MONTHS_ALSO_NAMES = _words("calendar", "also_names")
DAY_ABBREVIATIONS: dict[str, str] = _DATA["calendar"]["day_abbreviations"]
DAYS_ALSO_WORDS = _words("calendar", "also_words")
HALVES_OF_DAY = _words("calendar", "halves_of_day")

# Capitals that are said by letter although they look like words, and the other way round.
SPELLED = _words("acronyms", "spelled")
# And of those by letter, the ones that are words where everything is in capitals.
ALSO_LOUD = _words("acronyms", "also_loud")
PRONOUNCED = _words("acronyms", "pronounced")
SPELLED_IN_ADDRESSES = _words("acronyms", "spelled_in_addresses")

# Rulers and popes, whose Roman number is an ordinal.
REGNAL = _words("contexts", "regnal")
# Words before a Roman number of any size, one letter included.
NUMBERED = _words("contexts", "numbered")
# Words before a number that is a name and not a count: its digits are said one by one.
CODED = _words("contexts", "coded")
BETWEEN_CODE_AND_NUMBER = _words("contexts", "between_code_and_number")
# Words after which a year may stand.
BEFORE_YEAR = _words("contexts", "before_year")
# Words after which a capital letter is a letter.
BEFORE_LETTER = _words("contexts", "before_letter")
# How a sentence begins after a full stop that might have been an abbreviation's.
STARTERS = _words("contexts", "starters")
# Words whose sound depends on the next one ("the end", "the start"), or that nobody would pause after.
LEANING = _words("contexts", "leaning")
# Words of two letters, where two letters otherwise are said by name.
SHORT_WORDS = _words("contexts", "short_words")
MAGNITUDES = _words("contexts", "magnitudes")

STATES: dict[str, str] = _DATA["states"]["states"]

# Signs said by name. Those not listed are passed over.
SIGNS: dict[str, str] = _DATA["signs"]["signs"]
SIGNS_IN_ADDRESSES: dict[str, str] = _DATA["signs"]["in_addresses"]
SIGNS_BETWEEN: dict[str, str] = _DATA["signs"]["between"]  # inside a word
SIGNS_BEFORE_NUMBER: dict[str, str] = _DATA["signs"]["before_number"]
TIMES = _words("signs", "times")
GREEK: dict[str, str] = _DATA["signs"]["greek"]

# Currency sign or code: one, many, one hundredth, hundredths.
CURRENCIES: dict[str, list[str]] = _DATA["money"]["currencies"]
SIZES: dict[str, str] = _DATA["money"]["sizes"]
PER: dict[str, str] = _DATA["money"]["per"]

# Units by sign: one, many. Some signs are other words when they stand apart from their number.
UNITS: dict[str, list[str]] = _DATA["units"]["units"]
UNITS_NOT_APART = _words("units", "not_apart")
