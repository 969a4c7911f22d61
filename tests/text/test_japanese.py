"""Japanese: the readings and accents of published sentences, and what is written in figures said as people say it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from larksong.model.text import SYMBOLS, any_front_end

HERE = Path(__file__).parent
READINGS = [
    tuple(line.split("\t"))
    for line in (HERE.parent / "fixtures" / "ja_readings.tsv").read_text(encoding="utf-8").splitlines()[1:]
]
WRITTEN = [tuple(row) for row in json.loads((HERE / "japanese.json").read_text(encoding="utf-8"))]


def signs(text: str) -> str:
    return " ".join(word.phonemes for word in any_front_end("ja").words(text))


def bare(text: str) -> str:
    """Without what two ways of writing the same may part otherwise: spaces and accents."""
    return signs(text).replace(" ", "").translate(str.maketrans("áéíóúý", "aeioɯɨ"))


def test_sentences_of_two_published_corpora_are_read_and_accented_as_the_voice_learned_them() -> None:
    wrong = [text for text, wanted in READINGS if signs(text) != wanted]
    assert len(READINGS) == 200
    assert len(wrong) <= 1


@pytest.mark.parametrize(("written", "words"), WRITTEN)
def test_what_is_written_in_figures_is_said_in_words(written: str, words: str) -> None:
    assert bare(written) == bare(words)


def test_words_that_differ_in_their_accent_alone_are_told_apart() -> None:
    assert signs("雨が降る。") != signs("飴が降る。")
    assert len({signs(f"{word}を見る。") for word in ("橋", "箸", "端")}) >= 2


@given(text=st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_phrases_of_the_text_and_signs_of_the_table(text: str) -> None:
    check(text)


@given(text=st.text(alphabet="あいうんっーカキャ本日一二12,.:/¥〜-「」、。？Ab ｶﾞ\ud800😀", max_size=40))
@settings(max_examples=100, deadline=None)
def test_the_same_for_japanese_letters_in_disorder(text: str) -> None:
    check(text)


def check(text: str) -> None:
    end = 0
    for word in any_front_end("ja").words(text):
        assert word.text
        assert text[word.start : word.end] == word.text
        assert word.start >= end
        end = word.end
        assert word.phonemes == word.phonemes.strip()
        assert set(word.phonemes) <= SYMBOLS.keys()
    assert 0 <= any_front_end("ja").settled(text) <= len(text)


def test_what_is_read_at_once_is_bounded() -> None:
    words = any_front_end("ja").words("東京特許許可局" * 300)
    assert len("".join(word.text for word in words)) == 2100
    assert any_front_end("ja").words("abc" * 2000)


@pytest.mark.parametrize(
    ("text", "ready"),
    [
        ("明日は", ""),
        ("明日は雨", ""),
        ("明日は雨が", "明日は"),
        ("明日は、", ""),
        ("そうです。", "そうです。"),
        ("そうです。明日", "そうです。"),
        ("友達と3", ""),
        ("彼は「雨が降る", ""),  # a short quotation is said in one go
        ("彼は「今日は雨が降ると思うので", "彼は「今日は雨が降ると"),
        ("1〜5まで", ""),
        ("本を読んでい", "本を"),  # may be one with 読んで
    ],
)
def test_what_of_an_arriving_text_is_settled(text: str, ready: str) -> None:
    assert text[: any_front_end("ja").settled(text)] == ready
