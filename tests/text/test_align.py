"""Sharing the phonemes of a clause among its written words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from larksong.model.text.align import align, split


def test_equal_counts_go_one_to_one() -> None:
    assert align(["ðɪ", "ˈɛnd"], ["ðə", "ˈɛnd"]) == ["ðɪ", "ˈɛnd"]


def test_a_merged_word_is_cut() -> None:
    assert align(["ɪnðə", "hˈWs"], ["ɪn", "ðə", "hˈWs"]) == ["ɪn", "ðə", "hˈWs"]


def test_a_word_spoken_as_two_keeps_its_space() -> None:
    assert align(["mək", "dˈɑnᵊld", "wɛnt"], ["məkdˈɑnᵊld", "wˈɛnt"]) == ["mək dˈɑnᵊld", "wɛnt"]


def test_a_merger_and_a_split_in_one_clause() -> None:
    spoken = ["fɹʌmðə", "lˈʌnʧ", "ɹˈum"]
    assert align(spoken, ["fɹʌm", "ðə", "lˈʌnʧɹˌum"]) == ["fɹʌm", "ðə", "lˈʌnʧ ɹˈum"]


def test_an_r_that_links_stays_with_the_word_before() -> None:
    assert align(["ˈYləɹ", "ɒvðə", "kˈɑː"], ["ˈYlə", "ɒv", "ðə", "kˈɑː"]) == ["ˈYləɹ", "ɒv", "ðə", "kˈɑː"]


def test_split_prefers_what_sounds_alike() -> None:
    assert split("tʊə", ("tˈuː", "ə")) == ("tʊ", "ə")


SOUNDS = st.text("abcˈɹ", min_size=1, max_size=5)


@given(st.lists(SOUNDS, max_size=8), st.lists(SOUNDS, min_size=1, max_size=8))
def test_no_sign_is_lost(spoken: list[str], alone: list[str]) -> None:
    shares = align(spoken, alone)
    assert len(shares) == len(alone)
    assert "".join(shares).replace(" ", "") == "".join(spoken)
