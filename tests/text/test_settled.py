"""How much of an arriving text can be read already."""

from __future__ import annotations

import pytest
from larksong.model.text.english.normalise import normalise
from larksong.model.text.english.settled import settled
from larksong.model.text.english.tokens import tokenise

TEXTS = [
    "I met Dr. Smith on Rodeo Dr. near St. Mary's.",
    "He paid $5 million on May 3, 2024 at 7:00 p.m. for 5 km of land.",
    "Call (555) 123-4567 or +1 555 123 4567 now.",
    "J. R. R. Tolkien left the U.S. Then he came back.",
    "No. 5 is at 42 Elm St. in Austin, TX 78701.",
    "In World War II, Henry VIII was 2 1/2 years old.",
    "EUR 20 and 50 USD, or 20 € and 9 July 2018.",
    "We met on Mon. to Fri. and in Sept. 2020, e.g. by approx. 5 min. of walk.",
    "Wait -- what? It was 5 - 3 = 2, and 3 * 4.",
    "See pp. 3-5, vol. 2, A B C and plan B. Then go.",
    "Mr. and Mrs. O'Neil-Smith Jr., Ph.D., 1 in 3; a 5-year-old... Mr. T.",
]


def readings(text: str, end: int) -> list[tuple[int, str]]:
    tokens = tokenise(text)
    read = normalise(tokens, british=False)
    return [(token.end, reading.spoken) for token, reading in zip(tokens, read, strict=True) if token.end <= end]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_settled_is_read_the_same_whatever_follows(text: str) -> None:
    for cut in range(len(text) + 1):
        end = settled(text[:cut])
        assert readings(text[:cut], end) == readings(text, end), text[:cut]


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        ("Hello wor", "Hello"),
        ("Hello world ", "Hello world"),
        ("I said Dr", "I said"),
        ("I said Dr. ", "I said"),
        ("I paid $58.", "I paid"),
        ("I paid $58. ", "I paid $58."),
        ("We own the ", "We own"),
        ("see you. ", "see you."),
        ("yes, ", "yes,"),
        ("", ""),
    ],
)
def test_words_that_lean_on_the_next_stay_open(text: str, ready: str) -> None:
    assert text[: settled(text)] == ready


def test_ordinary_text_does_not_wait() -> None:
    text = "Birds sing early every morning because mornings bring fresh insects "
    assert settled(text) == len(text) - 1
