"""Mouth shapes: the table, the times, the frames."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from larksong.model.text import SYMBOLS
from larksong.server.text.visemes import AFTER, BEFORE, NAMES, TABLE, visemes

from .harness import WHOLE, speak

OVR = ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou"]


def test_the_table_knows_every_sign_of_the_model_and_every_shape_of_the_set() -> None:
    assert list(NAMES) == OVR
    assert TABLE.keys() | set(BEFORE + AFTER) == SYMBOLS.keys()
    assert not TABLE.keys() & set(BEFORE + AFTER)
    assert {name for shapes in TABLE.values() for name, _ in shapes} == set(OVR)
    for shapes in TABLE.values():
        shares = [share for _, share in shapes]
        assert shares == sorted(shares)
        assert shares[-1] == 1.0


@pytest.mark.parametrize(
    ("word", "shapes"),
    [
        ("pˈɪt.", ["PP", "ih", "DD", "sil"]),
        ("θˈɪŋk", ["TH", "ih", "kk", "kk"]),
        ("ʧˈɜɹʧ", ["CH", "RR", "RR", "CH"]),
        ("fˈuːd", ["FF", "ou", "DD"]),
        ("sˈuːn", ["SS", "ou", "nn"]),
        ("ˈIs", ["aa", "ih", "SS"]),
        ("", []),
    ],
)
def test_words_of_known_shapes(word: str, shapes: list[str]) -> None:
    spans = [(sign, at * 0.1, (at + 1) * 0.1) for at, sign in enumerate(word)]
    found = visemes(spans)
    assert [name for name, _, _ in found] == shapes
    if found:
        assert (found[0][1], found[-1][2]) == (0.0, pytest.approx(len(word) * 0.1))


def test_stress_and_length_give_their_time_away() -> None:
    spans = [("f", 0.0, 0.1), ("ˈ", 0.1, 0.2), ("u", 0.2, 0.3), ("ː", 0.3, 0.4), ("d", 0.4, 0.5)]
    assert visemes(spans) == [("FF", 0.0, 0.1), ("ou", 0.1, 0.4), ("DD", 0.4, 0.5)]


def test_a_stress_mark_without_its_sound_takes_no_time_back() -> None:
    spans = [("f", 0.0, 0.1), ("ˈ", 0.1, 0.1), ("ː", 0.1, 0.2), ("u", 0.2, 0.3)]
    assert visemes(spans) == [("FF", 0.0, 0.2), ("ou", 0.2, 0.3)]


def test_a_diphthong_glides() -> None:
    assert visemes([("I", 1.0, 2.0)]) == [("aa", 1.0, 1.6), ("ih", 1.6, 2.0)]


@given(st.lists(st.tuples(st.sampled_from([*SYMBOLS, "☃"]), st.sampled_from([0, 1, 2, 5])), max_size=20))
def test_shapes_follow_each_other_inside_their_word(signs: list[tuple[str, int]]) -> None:
    at, spans = 0.0, []
    for sign, frames in signs:
        spans.append((sign, at, at + frames * 0.025))
        at += frames * 0.025
    edge = 0.0
    for name, start, end in visemes(spans):
        assert name in NAMES
        assert edge <= start < end <= at + 1e-9
        edge = end


def test_shapes_come_only_when_asked_for_and_before_their_sound() -> None:
    assert speak(WHOLE).types() == ["chunk", "done"]
    client = speak(WHOLE, add_visemes=True)
    assert set(client.types()) == {"viseme_timestamps", "chunk", "done"}
    sent, edge = 0.0, 0.0
    for frame in client.frames:
        if frame["type"] == "chunk":
            sent += len(frame["data"]) * 3 / 4 / 2 / 24000
        if frame["type"] == "viseme_timestamps":
            times = frame["viseme_timestamps"]
            assert len(times["visemes"]) == len(times["start"]) == len(times["end"]) > 0
            assert set(times["visemes"]) <= set(OVR)
            assert times["start"][0] >= sent - 0.03
            for start, end in zip(times["start"], times["end"], strict=True):
                assert edge - 0.002 <= start <= end
                edge = end
    assert edge == pytest.approx(sent, abs=0.1)
