"""Word and phoneme times on the wire."""

from __future__ import annotations

from dataclasses import replace

import pytest
from larksong.model.text import Word
from larksong.model.timing import WordTiming
from larksong.model.voice import VoiceCatalogue
from larksong.server.doors.cartesia.timings import by_character

from .fake_synthesizer import load
from .harness import WHOLE, Bench, speak


# §14.67
def test_timestamps_are_off_by_default() -> None:
    assert speak(WHOLE).types() == ["chunk", "done"]


# §14.68 §14.69 §14.70 §14.72
def test_word_times_are_cumulative_literal_and_before_their_sound() -> None:
    client = Bench().client()
    texts = ["One, two! ", '"Three" <speed ratio="1.2"/>four. ', "Five"]
    for text in texts:
        client.send(text, more=True, add_timestamps=True)
    client.send("", more=False)
    client.bench.run()
    sent = 0.0
    ends: list[float] = []
    for frame in client.frames:
        if frame["type"] == "chunk":
            sent += len(frame["data"]) * 3 / 4 / 2 / 24000
        if frame["type"] == "timestamps":
            times = frame["word_timestamps"]
            assert len(times["words"]) == len(times["start"]) == len(times["end"]) > 0
            assert times["start"][0] >= sent - 0.03  # no earlier than the sound already sent needs it
            ends += [edge for pair in zip(times["start"], times["end"], strict=True) for edge in pair]
    assert ends == sorted(ends)
    assert client.words() == ["One,", "two!", '"Three"', "four.", "Five"]
    at = 0
    for word in client.words():
        at = "".join(texts).index(word, at) + len(word)
    assert client.types()[-1] == "done"


# §14.70
def test_no_sound_is_sent_before_the_times_of_its_words() -> None:
    client = speak(WHOLE, add_timestamps=True)
    told, sent = 0.0, 0.0
    for frame in client.frames:
        if frame["type"] == "timestamps":
            told = frame["word_timestamps"]["end"][-1]
        elif frame["type"] == "chunk":
            sent += len(frame["data"]) * 3 / 4 / 2 / 24000
            assert sent <= told + 0.03


# §14.38
def test_phoneme_times_come_only_when_asked_for_and_fit_their_words() -> None:
    client = speak("Hello you.", add_phoneme_timestamps=True)
    assert "timestamps" not in client.types()
    times = [frame["phoneme_timestamps"] for frame in client.frames if frame["type"] == "phoneme_timestamps"]
    assert "".join(sign for each in times for sign in each["phonemes"]) == "helloyou."
    starts = [start for each in times for start in each["start"]]
    assert starts == sorted(starts)


READINGS = {"今日": "kyoː", "は": "wa", "、": ",", "晴れ": "hare", "です": "desɯ", "。」": ".", "「": ""}


class Japanese:
    """A front end for a text without spaces, whose words it knows."""

    language = "ja-JP"

    def words(self, text: str) -> list[Word]:
        found: list[Word] = []
        at, begin, phonemes = 0, 0, ""
        while at < len(text):
            written = next(written for written in READINGS if text.startswith(written, at))
            at += len(written)
            phonemes += READINGS[written]
            if phonemes and not text.startswith(("、", "。"), at):  # stops stay with their word
                found.append(Word(text[begin:at], begin, at, phonemes))
                begin, phonemes = at, ""
        return found

    def settled(self, text: str) -> int:
        return 0


# §14.71
@pytest.mark.parametrize("delay", [0, None])
def test_a_text_without_spaces_has_a_time_for_every_character(delay: int | None) -> None:
    text = "「今日は、晴れです。」"
    backend = load()
    voices = VoiceCatalogue([replace(voice, language="ja") for voice in backend.voices])
    client = Bench(backend=replace(backend, voices=voices, front_end=lambda locale: Japanese())).client()
    for part in (text[:4], text[4:]):
        client.send(part, more=True, language="ja", max_buffer_delay_ms=delay, add_timestamps=True)
    client.send("", more=False)
    client.bench.run()
    assert client.words() == list(text)
    told = [frame["word_timestamps"] for frame in client.frames if frame["type"] == "timestamps"]
    spans = [span for each in told for span in zip(each["words"], each["start"], each["end"], strict=True)]
    edges = [edge for _, *span in spans for edge in span]
    assert edges == sorted(edges)
    assert all((end > start) == (character not in "「」") for character, start, end in spans)
    assert client.types()[-1] == "done"


def test_characters_share_the_sounds_of_their_word_and_a_stop_has_its_pause() -> None:
    phonemes = (("h", 1.0, 1.1), ("a", 1.1, 1.4), ("ɾ", 1.4, 1.5), ("e", 1.5, 1.7), (".", 1.7, 2.0))
    spans = by_character(WordTiming("晴れ。", 1.0, 2.0, phonemes))
    assert spans == [("晴", 1.0, 1.4), ("れ", 1.4, 1.7), ("。", 1.7, 2.0)]


def test_a_sign_that_changes_a_character_stays_with_it_and_inline_phonemes_stay_whole() -> None:
    decomposed = "か\u3099"
    assert [text for text, *_ in by_character(WordTiming(decomposed + "き", 0.0, 1.0, ()))] == [decomposed, "き"]
    assert by_character(WordTiming("<<a|i>>", 0.0, 1.0, ())) == [("<<a|i>>", 0.0, 1.0)]
