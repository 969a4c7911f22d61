"""Phonemes against those that espeak-ng and the teacher's mapping give for the same sentences.

The expected phonemes were made clause by clause without this front end, and keep the words that espeak-ng
merges ("ɪnðə"); ours are cut into written words, so spaces are left out of the comparison.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from larksong.model.text import front_end

SENTENCES = [line.split("\t") for line in (Path(__file__).parent / "sentences.tsv").read_text("utf-8").splitlines()]


def test_there_are_sentences_of_both_accents() -> None:
    assert len(SENTENCES) == 40
    assert {locale for locale, _, _ in SENTENCES} == {"en-US", "en-GB"}


@pytest.mark.parametrize(("locale", "text", "expected"), SENTENCES)
def test_phonemes_agree(locale: str, text: str, expected: str) -> None:
    words = front_end(locale).words(text)
    assert "".join(word.phonemes for word in words).replace(" ", "") == expected.replace(" ", "")
    assert [word.text for word in words] == text.split()
