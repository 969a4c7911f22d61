"""Written numbers for the grammar, as people write them: sums, times, dates, phone numbers, codes."""

from __future__ import annotations

import calendar
from collections.abc import Callable

import numpy as np
from num2words import num2words

Rng = np.random.Generator

_MONTHS = list(calendar.month_name)[1:]
_WORDS = [num2words(number) for number in range(2, 21)]
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def _digits(rng: Rng, count: int) -> str:
    return "".join(str(digit) for digit in rng.integers(0, 10, count))


def _money(rng: Rng) -> str:
    sign = str(rng.choice(["$", "$", "$", "£", "€"]))
    whole = int(rng.integers(1, 10 ** int(rng.integers(1, 5))))
    cents = f".{rng.integers(1, 100):02d}" if rng.random() < 0.6 else ""
    return f"{sign}{whole:,}{cents}"


def _time(rng: Rng) -> str:
    hour, minute = int(rng.integers(1, 13)), int(rng.choice([0, 5, 10, 15, 20, 30, 40, 45, 50]))
    half = str(rng.choice(["AM", "PM", "a.m.", "p.m."]))
    if minute == 0:
        return f"{hour} {half}"
    return f"{hour}:{minute:02d}" + (f" {half}" if rng.random() < 0.5 else "")


def _ordinal(rng: Rng) -> str:
    day = int(rng.integers(1, 30))
    suffix = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _date(rng: Rng) -> str:
    month = str(rng.choice(_MONTHS))
    return f"{month} {_ordinal(rng)}" if rng.random() < 0.6 else f"{month} {rng.integers(1, 29)}"


def _phone(rng: Rng) -> str:
    area, middle, end = _digits(rng, 3), _digits(rng, 3), _digits(rng, 4)
    return str(rng.choice([f"{area}-{middle}-{end}", f"({area}) {middle}-{end}", f"{middle}-{end}"]))


def _code(rng: Rng) -> str:
    letters = "".join(rng.choice(list(_CODE_LETTERS), int(rng.integers(2, 4))))
    digits = _digits(rng, int(rng.integers(2, 5)))
    return str(rng.choice([f"{letters}{digits}", f"{letters}-{digits}", f"{digits}-{letters}"]))


def _small(rng: Rng) -> str:
    return str(rng.choice(_WORDS)) if rng.random() < 0.5 else str(rng.integers(2, 60))


def _quantity(rng: Rng) -> str:
    return f"{rng.integers(2, 10 ** int(rng.integers(1, 6))):,}" if rng.random() < 0.7 else _small(rng)


def _year(rng: Rng) -> str:
    return str(rng.integers(1700, 2040))


NUMBERS: dict[str, Callable[[Rng], str]] = {
    "money": _money,
    "time": _time,
    "date": _date,
    "ordinal": _ordinal,
    "phone": _phone,
    "code": _code,
    "small": _small,
    "quantity": _quantity,
    "year": _year,
    "digit": lambda rng: str(rng.integers(0, 10)),
    "digits": lambda rng: str(rng.choice(["four", "six", "ten", "sixteen"])),
    "minutes": lambda rng: str(rng.integers(2, 61)),
    "percent": lambda rng: f"{rng.integers(1, 100)}" + str(rng.choice(["%", " percent"])),
    "gate": lambda rng: f"{rng.choice(list('ABCDE'))}{rng.integers(1, 60)}",
    "flight": lambda rng: f"{rng.choice(['BA', 'UA', 'KL', 'QF'])} {rng.integers(10, 2000)}",
}
