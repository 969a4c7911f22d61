"""Word and phoneme times on the wire."""

from __future__ import annotations

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
