"""When text in languages other than English becomes speakable."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest
from larksong.model.text import FrontEnd, any_front_end
from larksong.server.text.buffer import Segment, TextBuffer
from larksong.server.text.phrasing import Phrasing

import tests

GAP_S = 0.05  # between two letters
LETTERS_BEFORE_SOUND = 9  # of Japanese, at the median
ACCENTS = str.maketrans("áéíóúý", "aeioɯɨ")


def sentences() -> list[str]:
    table = Path(tests.__file__).parent / "fixtures" / "ja_readings.tsv"
    return [line.split("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()[1:]]


def arriving(front_end: FrontEnd, text: str, runway: float) -> list[tuple[int, str]]:
    """(letters that had come, text) of each segment of a text that comes letter by letter."""
    buffer = TextBuffer(3.0, Phrasing.of(front_end))
    found: list[tuple[int, str]] = []
    for count, letter in enumerate([*text, ""], 1):
        now = count * GAP_S
        buffer.push(letter, now)
        if not letter:
            buffer.close()
        while isinstance(part := buffer.take(now, runway), Segment):
            found.append((count, part.text))
    assert "".join(text for _, text in found).strip() == text.strip()
    return found


def signs(front_end: FrontEnd, text: str) -> str:
    return "".join(word.phonemes for word in front_end.words(text)).replace(" ", "")


def test_japanese_in_parts_is_read_as_the_whole_from_an_early_letter_on() -> None:
    front_end = any_front_end("ja")
    first: list[int] = []
    alike: list[bool] = []
    accented: list[bool] = []
    for text in sentences():
        segments = arriving(front_end, text, runway=0.0)
        first.append(segments[0][0])
        parts, whole = "".join(signs(front_end, part) for _, part in segments), signs(front_end, text)
        accented.append(parts == whole)
        alike.append(parts.translate(ACCENTS) == whole.translate(ACCENTS))
    assert statistics.median(first) <= LETTERS_BEFORE_SOUND
    assert sum(alike) >= 0.99 * len(alike)
    assert sum(accented) >= 0.96 * len(accented)


def test_with_sound_to_spare_japanese_waits_for_a_clause() -> None:
    text = "昨日は朝から雨が降っていたので、私は家で静かに本を読んで過ごしていました。"
    assert [part for _, part in arriving(any_front_end("ja"), text, runway=5.0)] == [
        "昨日は朝から雨が降っていたので、",
        "私は家で静かに本を読んで過ごしていました。",
    ]


def test_a_tag_in_japanese_is_not_cut() -> None:
    text = '私は<speed ratio="1.2"/>毎朝パンを食べます。'
    parts = [part for _, part in arriving(any_front_end("ja"), text, runway=0.0)]
    assert all(part.count("<") == part.count("/>") for part in parts)
    assert len(parts) > 1


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        ("es", "Cuesta 5 euros en la tienda de Ana, creo. ", ("5 euros", "en la tienda", "de Ana")),
        ("fr", "Il est arrivé à 8 heures chez M. Martin ! ", ("à 8 heures", "chez M. Martin", "Martin !")),
        ("hi", "यह मेरा घर है । ", ("है ।",)),
    ],
)
def test_what_hangs_together_stays_together(language: str, text: str, kept: tuple[str, ...]) -> None:
    parts = [part for _, part in arriving(any_front_end(language), text, runway=0.2)]
    assert len(parts) > 1
    for words in kept:
        assert any(words in part for part in parts), parts
