"""Abbreviations, initials, acronyms, codes, addresses: read as a person would."""

from __future__ import annotations

import pytest

from .reading import read

ABBREVIATIONS = {
    "Mr. Smith and Mrs. Jones": "mister Smith and Mrs Jones",
    "Mr. and Mrs. Lee": "mister and Mrs Lee",
    "Dr. Who lives on Mulholland Dr. now.": "doctor Who lives on Mulholland drive now.",
    "42 Elm St. in town": "forty-two Elm street in town",
    "St. James St.": "st James street.",
    "Mt. Everest": "mount Everest",
    "Lt. Col. Kim": "lieutenant colonel Kim",
    "Acme Inc. said so": "Acme incorporated said so",
    "cats vs. dogs, etc.": "cats versus dogs, et cetera.",
    "fruit, e.g. apples, i.e. food": "fruit, for example apples, that is food",
    "see No. 5, p. 12, and pp. 3-5": "see number five, page twelve, and pages three to five",
    "No. I will not.": "No. I will not.",
    "approx. 5": "approximately five",
    "Austin, TX 78701": "Austin, Texas seven eight seven zero one",
    "w/o sugar and/or milk": "without sugar and or milk",
}
INITIALS = {
    "J. R. R. Tolkien": "J. R. R. Tolkien",
    "J.R.R. Tolkien wrote": "J.R.R. Tolkien wrote",
    "the U.S. Army": "the U.S. Army",
    "He left the U.S. Then he came back.": "He left the U.S.. Then he came back.",
    "a Ph.D. in art": "a P.H.D. in art",
    "Plan B. Then go.": "Plan B.. Then go.",
    "Grade A eggs": "Grade A. eggs",
    "A good plan": "A good plan",
}
ACRONYMS = {
    "NASA": "Nasa",
    "the FBI agent": "the FBI agent",
    "I work in IT": "I work in I.T.",
    "two TVs": "two T.V.s",
    "AT&T": "A.T. and T.",
    "THIS IS AMAZING": "this is amazing",
    "WE MADE IT": "we made it",
    "THE US ARMY": "the U.S. army",
    "I CAN'T": "I can't",
}
ROMAN = {
    "Henry VIII died": "Henry the eighth died",
    "Elizabeth I reigned": "Elizabeth the first reigned",
    "World War II": "World War two",
    "Chapter IV": "Chapter four",
    "Super Bowl XLII": "Super Bowl forty-two",
    "an IV drip": "an I.V. drip",
    "I saw it": "I saw it",
}
CODES = {
    "gate B21": "gate B. twenty-one",
    "ABC-123": "A.B.C., one two three",
    "COVID-19": "Covid nineteen",
    "PG-13": "P.G. thirteen",
    "MP3": "M.P. three",
    "H2O": "H. two O.",
    "flight BA117": "flight B.A. one one seven",
    "1-on-1": "one on one",
    "your code is 4312": "your code is four three one two",
    "#5": "number five",
    "#TeamWork": "hashtag Team Work",
    "@name": "at name",
    "C++ and C#": "C. plus plus and C. sharp",
    "rock & roll": "rock and roll",
    "x²": "x squared",
    "π": "pi",
}
TELEPHONES = {
    "555-123-4567": "five five five, one two three, four five six seven",
    "(555) 123-4567": "five five five, one two three, four five six seven",
    "555-1234": "five five five, one two three four",
    "+1 555 123 4567": "plus one, five five five, one two three, four five six seven",
    "+15551234567": "plus one, five five five, one two three, four five six seven",
    "020 7946 0958": "zero two zero, seven nine four six, zero nine five eight",
    "1-800-FLOWERS": "one, eight zero zero, flowers",
    "4155550123": "four one five, five five five, zero one two three",
    "call 911": "call nine one one",
}
ADDRESSES = {
    "ann.lee@example.co.uk": "ann dot lee at example dot co dot U.K.",
    "example.com.": "example dot com.",
    "https://www.example.com/foo-bar": "W.W.W. dot example dot com slash foo dash bar",
}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [*{**ABBREVIATIONS, **INITIALS, **ACRONYMS, **ROMAN, **CODES, **TELEPHONES, **ADDRESSES}.items()],
)
def test_reading(written: str, spoken: str) -> None:
    assert read(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ('"Hello," she said.', '"Hello," she said.'),
        ("“Old style” (three) [four]", '"Old style" (three) (four)'),
        ("wait...what? wait… what", "wait... what? wait… what"),
        ("word—word", "word— word"),
        ("now -- then - never", "now — then — never"),
        ("end.Next one,two", "end. Next one, two"),
        ("really?! no!!!", "really?! no!"),
        ("'quoted' boys' don’t", "quoted boys don't"),
        ("**bold** _it_ `code`", "bold it code"),
        ("word(s)", "words"),
        ("Title\n\n- one\n- two", "Title. one. two"),
        ("Hello 🎉 world!🎉 👨‍👩‍👧 ❤️", "Hello world!"),
        ("ok😀then", "ok then"),
        ("日本語 Привет ok", "ok"),
        ("ｆｕｌｌ 𝐇𝐞𝐥𝐥𝐨 ５", "full Hello five"),
        ("Łódź café cafe\u0301", "Lódz café café"),
        ("©2024 Acme™", "twenty twenty-four Acme"),
    ],
)
def test_punctuation_and_odd_signs(written: str, spoken: str) -> None:
    assert read(written) == spoken
