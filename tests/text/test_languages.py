"""Languages that espeak-ng reads: written forms are said as words, every sign is one of the table's, nothing raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from larksong.model.text import LANGUAGES, SYMBOLS, UnknownLanguage, any_front_end, front_end

EXPERIMENTAL = [language for language in LANGUAGES if language.experimental and language.code != "ja"]
CODES = [language.code for language in EXPERIMENTAL]
# (language, as written, the same in words)
READINGS = [tuple(row) for row in json.loads(Path(__file__).with_name("languages.json").read_text(encoding="utf-8"))]


def said(code: str, text: str) -> str:
    """What is said, without spaces, stress and stops: those may differ between two ways of writing."""
    signs = "".join(word.phonemes for word in any_front_end(code).words(text))
    return "".join(sign for sign in signs if sign not in " ˈˌ,.:;!?—…“”()")


@pytest.mark.parametrize(("code", "written", "words"), READINGS)
def test_what_is_written_in_figures_is_said_in_words(code: str, written: str, words: str) -> None:
    assert said(code, written) == said(code, words)


@pytest.mark.parametrize("code", CODES)
def test_an_unfinished_language_is_refused_unless_asked_for(code: str) -> None:
    with pytest.raises(UnknownLanguage):
        front_end(code)
    language = next(each for each in LANGUAGES if each.code == code)
    assert any_front_end(code) is any_front_end(language.locales[0].lower().replace("-", "_"))
    assert any_front_end(code).language == language.locales[0]


@pytest.mark.parametrize("code", CODES)
@given(text=st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_text_gives_words_of_the_text_and_signs_of_the_table(code: str, text: str) -> None:
    end = 0
    for word in any_front_end(code).words(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= end
        end = word.end
        assert word.phonemes == word.phonemes.strip()
        assert set(word.phonemes) <= SYMBOLS.keys()
    assert 0 <= any_front_end(code).settled(text) <= len(text)


@pytest.mark.parametrize(
    ("code", "text", "ready"),
    [
        ("es", "Hola", ""),
        ("es", "Hola amigo", "Hola"),
        ("es", "Hola amigo, ", "Hola amigo,"),
        ("es", "Cuesta 5 ", "Cuesta"),  # perhaps "5 km"
        ("es", "Cuesta 5, ", "Cuesta 5,"),
        ("es", "Vive en la ", "Vive"),
        ("it", "Il gatto dorme nella ", "Il gatto dorme"),
        ("pt", "Moro com os ", "Moro"),
        ("fr", "Je vois Mme Du", "Je vois"),  # an abbreviation
        ("fr", "Bonjour ", ""),  # perhaps "Bonjour !"
        ("fr", "Bonjour !", ""),
        ("fr", "Bonjour ! ", "Bonjour !"),
        ("fr", "Bonjour madame", "Bonjour"),
        ("hi", "घर है ।", "घर"),
        ("", "", ""),
    ],
)
def test_words_that_hang_on_the_next_stay_open(code: str, text: str, ready: str) -> None:
    assert text[: any_front_end(code or "es").settled(text)] == ready


@pytest.mark.parametrize("code", CODES)
def test_what_the_language_has_no_letters_for_is_left_out(code: str) -> None:
    assert any_front_end(code).words("你好 😀 \x00") == []


def test_no_language_has_the_code_or_a_locale_of_another() -> None:
    codes = [language.code for language in LANGUAGES]
    locales = [locale for language in LANGUAGES for locale in language.locales]
    assert len({*codes}) == len(codes)
    assert len({*locales}) == len(locales)
