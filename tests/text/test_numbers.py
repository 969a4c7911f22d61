"""Numbers, amounts, units: read as a person would."""

from __future__ import annotations

import pytest

from .reading import read

COUNTS = {
    "7": "seven",
    "0": "zero",
    "58": "fifty-eight",
    "105": "one hundred five",
    "12345": "twelve thousand three hundred forty-five",
    "1,234,567": "one million two hundred thirty-four thousand five hundred sixty-seven",
    "1000000": "one million",
    "-7": "minus seven",
    "007": "zero zero seven",
    "3.14": "three point one four",
    ".5": "point five",
    "1,234.50": "one thousand two hundred thirty-four point five zero",
    "100+": "one hundred plus",
    "~5": "about five",
    ">10": "more than ten",
    "9" * 20: " ".join(["nine"] * 20),
    "192.168.0.1": "one nine two point one six eight point zero point one",
    "v2.0.1": "version two point zero point one",
}
ORDINALS_AND_FRACTIONS = {
    "1st 2nd 3rd 4th": "first second third fourth",
    "the 21st century": "the twenty-first century",
    "the 1,000th visitor": "the one thousandth visitor",
    "1/2": "one half",
    "3/4 of it": "three quarters of it",
    "2/3": "two thirds",
    "1/100": "one over one hundred",
    "2 1/2 cups": "two and a half cups",
    "2½ cups": "two and a half cups",
    "¾ cup": "three quarters cup",
    "a 1/2-inch pipe": "a one half inch pipe",
    "open 24/7": "open twenty-four seven",
}
MONEY = {
    "$58.75": "fifty-eight dollars and seventy-five cents",
    "$1": "one dollar",
    "$0.99": "ninety-nine cents",
    "$1.01": "one dollar and one cent",
    "$1,234.00": "one thousand two hundred thirty-four dollars",
    "$5.5": "five point five dollars",
    "$5 million": "five million dollars",
    "$1.5bn": "one point five billion dollars",
    "$100K": "one hundred thousand dollars",
    "-$5": "minus five dollars",
    "$5-10": "five to ten dollars",
    "$5–$10 million": "five to ten million dollars",
    "$100/month": "one hundred dollars per month",
    "£3.50": "three pounds and fifty pence",
    "€20": "twenty euros",
    "20€": "twenty euros",
    "5 €": "five euros",
    "¥1000": "one thousand yen",
    "₹500": "five hundred rupees",
    "50¢": "fifty cents",
    "US$30": "thirty U.S. dollars",
    "50 USD": "fifty U.S. dollars",
    "EUR 20": "twenty euros",
}
PERCENTAGES_AND_RANGES = {
    "91%": "ninety-one percent",
    "2.5 %": "two point five percent",
    "5-10%": "five to ten percent",
    "pages 5–10": "pages five to ten",
    "10 - 12 people": "ten to twelve people",
    "a 10-15 minute walk": "a ten to fifteen minute walk",
    "5 - 3 = 2": "five minus three equals two",
    "2 + 2 = 4": "two plus two equals four",
    "2+2=4": "two plus two equals four",
    "5 < 10": "five is less than ten",
    "1920x1080": "one thousand nine hundred twenty by one thousand eighty",
    "10x": "ten times",
    "16:9": "sixteen to nine",
    "2^10": "two to the power of ten",
}
UNITS = {
    "5km": "five kilometers",
    "5 km": "five kilometers",
    "1 km": "one kilometer",
    "98.6°F": "ninety-eight point six degrees Fahrenheit",
    "-5 °C": "minus five degrees Celsius",
    "60 mph": "sixty miles per hour",
    "100 km/h": "one hundred kilometers per hour",
    "5 m²": "five square meters",
    "10 lbs": "ten pounds",
    "12 oz. of tea": "twelve ounces of tea",
    "5µm": "five micrometers",
    "16GB": "sixteen gigabytes",
    "3.5GHz": "three point five gigahertz",
    "5'10\" tall": "five foot ten tall",
    '5" wide': "five inches wide",
    '"Route 66"': '"Route sixty-six"',
    "5 in the morning": "five in the morning",
    "a 5-year-old": "a five year old",
    "4K": "four K.",
}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [*{**COUNTS, **ORDINALS_AND_FRACTIONS, **MONEY, **PERCENTAGES_AND_RANGES, **UNITS}.items()],
)
def test_american_reading(written: str, spoken: str) -> None:
    assert read(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("105", "one hundred and five"),
        ("2,345", "two thousand three hundred and forty-five"),
        ("50p", "fifty pence"),
        ("£1.50", "one pound and fifty pence"),
    ],
)
def test_british_reading(written: str, spoken: str) -> None:
    assert read(written, british=True) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("in 1984", "in nineteen eighty-four"),
        ("in 1905", "in nineteen oh five"),
        ("in 1066", "in ten sixty-six"),
        ("in 2000", "in two thousand"),
        ("in 2005", "in two thousand five"),
        ("in 2018", "in twenty eighteen"),
        ("the 1990s", "the nineteen nineties"),
        ("the '60s", "the sixties"),
        ("the mid-1800s", "the mid eighteen hundreds"),
        ("1984–1989", "nineteen eighty-four to nineteen eighty-nine"),
        ("1990-95", "nineteen ninety to ninety-five"),
        ("3500 people", "three thousand five hundred people"),
        ("2000 km", "two thousand kilometers"),
    ],
)
def test_years_and_counts_are_told_apart(written: str, spoken: str) -> None:
    assert read(written) == spoken
