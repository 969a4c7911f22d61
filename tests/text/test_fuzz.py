"""Any text at all: no errors, true spans, known signs only."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from larksong.model.text import SYMBOLS, front_end
from larksong.model.text.english.plain import plain
from larksong.model.text.english.settled import settled

SNIPPETS = """
    Dr. St. $58.75 5 - — " ( ) . , ... pm a.m. U.S. J. II Henry NASA é 😀 日本 ① ½ ² Ⅷ ㎞ ５ ٣ # @ a@b.co
    http://x.y °C km % 1/2 24/7 7:30 2024-01-02 1,234.5 +1 555-1234 AT&T ' ’ C++ λ Ω µm € EUR [[ ]] <b> ﬁ ß ə ˈ
    \\ | * _ ~ ^ = < > 5'10" 10x v1.2.3 ABC-123 1990s code A I no. p. May 3rd Mon CA % 0 00 -5
"""
INVISIBLE = [" ", "\n", "\n\n- ", "\x00", "\ud800", "\u200b", "\ufeff", "\u202e", "\u0301"]
SNIPPET = st.sampled_from([*SNIPPETS.split(), *INVISIBLE])
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(st.one_of(SNIPPET, st.text(max_size=4)), max_size=10).map(" ".join),
    st.lists(SNIPPET, max_size=10).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, locale=st.sampled_from(["en-US", "en-GB"]))
def test_words_hold_their_promises(text: str, locale: str) -> None:
    end = 0
    for word in front_end(locale).words(text):
        assert end <= word.start < word.end <= len(text)
        assert text[word.start : word.end] == word.text
        assert set(word.phonemes) <= SYMBOLS.keys()
        assert any(sign.isalpha() for sign in word.phonemes)
        assert word.phonemes == " ".join(word.phonemes.split())
        end = word.end


@settings(max_examples=200, deadline=None)
@given(text=TEXTS)
def test_helpers_take_any_text(text: str) -> None:
    assert 0 <= settled(text) <= len(text)
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize("text", ["9", "a", "x-", "a@", "1.", "é", "1-", "$5", "(a"])
def test_endless_words_are_cut_short(text: str) -> None:
    words = front_end("en").words(f"{text * 3000}x")
    assert len(words) == 1
    assert len(words[0].phonemes) < 10_000
