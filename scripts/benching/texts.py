"""What is said: fixed sentences by length, turns of a call center, and text as a language model gives it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from corpus.grammar import english

SENTENCES_FILE = Path(__file__).with_name("sentences.txt")

SHORTEST, LONGEST = 10, 40  # words
_INNER_STOP = re.compile(r"[.!?] ")

# Common words are one token of a language model; longer ones are cut in two, signs and digits stand alone.
_TOKEN = re.compile(r"\s*(?:[^\W\d_]{1,6}|\d{1,3}|\S)")


def sentences(limit: int | None = None) -> list[str]:
    """Sentences of 10 to 40 words, shortest first; `limit` spreads its choice over the lengths."""
    lines = SENTENCES_FILE.read_text(encoding="utf-8").splitlines()
    if limit is None or limit >= len(lines):
        return lines
    return [lines[round(at)] for at in np.linspace(0, len(lines) - 1, limit)]


def fresh_sentences(count: int, seed: int) -> list[str]:
    """Sentences of 10 to 40 words, all lengths alike, that nobody has said before: no cache knows them.

    They are lines of a call center, joined with "and" until long enough.
    """
    rng = np.random.default_rng(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        made[_sentence(int(rng.integers(SHORTEST, LONGEST + 1)), rng)] = None
    return list(made)


def _sentence(words: int, rng: np.random.Generator) -> str:
    while True:
        clauses: list[str] = []
        while sum(len(clause.split()) + 1 for clause in clauses) - 1 < words:
            line = english().line("call", rng)
            if not _INNER_STOP.search(line):
                clauses.append(line.rstrip(".?!"))
        sentence = ", and ".join(clauses) + "."
        if len(sentence.split()) <= min(words + 3, LONGEST):
            return sentence


def turns(count: int, seed: int) -> list[str]:
    """Lines that an agent on the phone would say."""
    rng = np.random.default_rng(seed)
    return [english().line("call", rng) for _ in range(count)]


def tokens(text: str) -> list[str]:
    """The text in pieces of a language model's size; joined they give it back."""
    return _TOKEN.findall(text.rstrip())
