"""What the evaluation scripts make of what was measured."""

import json

import numpy as np
import pytest
from evaluate_joins import beginnings, cut_out, places, ranked
from evaluate_long import by_window, drift
from evaluate_odd import Heard, behind, rates, texts
from evaluate_voices import Clip, overall, score, table
from larksong.model.timing import WordTiming
from scoring import CharacterErrors, Stumbles, WordErrors
from scoring.chapter import as_utterance, cut, lines, passages
from scoring.heldout import HeldOut
from scoring.systems import Speech

RATE = 24_000


def direction(degrees: float) -> np.ndarray:
    """A speaker, as an angle."""
    embedding = np.zeros(256, np.float32)
    embedding[:2] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return embedding


def spoken_by(voice: str, degrees: float, mos: float, hz: float = 200.0, spread: float = 2.0) -> list[Clip]:
    return [
        Clip(voice, f"text {n}", mos + 0.1 * step, spread, hz, direction(degrees + 5 * step))
        for n, step in enumerate((-1, 0, 1))
    ]


@pytest.fixture
def scores():
    taught = {
        "af_one": spoken_by("af_one", 0, 4.5),
        "am_two": spoken_by("am_two", 60, 4.4, hz=100.0),
        "bf_three": spoken_by("bf_three", 90, 4.6),
    }
    ours = [
        spoken_by("af_one", 10, 4.3, hz=200.0 * 2 ** (1 / 12), spread=1.8),
        spoken_by("am_two", 60, 4.1, hz=100.0),
        spoken_by("bf_three", 70, 3.9),  # nearer to the second voice than to its own
    ]
    return [score(clips, taught) for clips in ours]


def test_a_voice_is_compared_with_its_teacher_and_with_the_nearest_other(scores):
    first, _, third = scores
    assert (first.voice, first.distillmos, first.teacher) == ("af_one", 4.3, 4.5)
    assert first.similarity == pytest.approx(np.cos(np.radians(10)), abs=0.01)
    assert (first.best_other, first.own_is_nearest) == ("am_two", 1.0)
    assert first.best_other_similarity == pytest.approx(np.cos(np.radians(50)), abs=0.01)
    assert (first.f0_ratio, first.f0_difference) == (0.9, 1.0)
    assert (third.best_other, third.own_is_nearest) == ("am_two", pytest.approx(1 / 3, abs=0.01))
    assert third.best_other_similarity > third.similarity
    assert third.teacher_similarity < 1.0  # to clips other than itself


def test_a_set_of_voices_has_a_mean_and_a_worst(scores):
    found = overall(scores)
    assert found["mean"]["distillmos"] == pytest.approx(4.1)
    assert found["mean"]["teacher"] == pytest.approx(4.5)
    assert found["worst"] == {"voice": "bf_three", "distillmos": 3.9}
    assert found["furthest_from_teacher"] == {"voice": "bf_three", "behind": 0.7}
    assert found["least_similar"]["voice"] == "bf_three"
    assert json.dumps(found, allow_nan=False)


def test_the_table_begins_with_the_best_voice(scores):
    rows = table(scores[::-1]).splitlines()
    assert rows[0].count("|") == rows[1].count("|") == rows[2].count("|") == 8
    assert [row.split("|")[1].strip() for row in rows[2:]] == ["af_one", "am_two", "bf_three"]
    assert "| 4.30 | 4.50 | 0.98 | 0.64 (am_two) | 0.90 | +1.00 |" in rows[2]


def test_a_voice_alone_has_no_other(scores):
    alone = score(spoken_by("af_one", 0, 4.0), {"af_one": spoken_by("af_one", 0, 4.5)})
    assert (alone.best_other, alone.best_other_similarity, alone.own_is_nearest) == (None, None, 1.0)
    assert "–" in table([alone])


def test_odd_texts_are_of_many_kinds_and_none_is_held_out():
    found = texts(None)
    kinds = {sentence.category: [] for sentence in found}
    for sentence in found:
        kinds[sentence.category].append(sentence.text)
    assert len(kinds) >= 10
    assert all(len(set(group)) == len(group) >= 15 for group in kinds.values())
    assert len(texts(2)) == 2 * len(kinds)
    heldout = HeldOut.load()
    assert not [sentence.text for sentence in found if heldout.touches(sentence.text)]


def heard(system: str, text: str, errors: int, words: int = 4, skipped: int = 0) -> Heard:
    counts = WordErrors(errors, words), CharacterErrors(2 * errors, 5 * words), Stumbles(0, skipped)
    return Heard(system, "codes", text, f"{system} {text}", *counts)


def test_odd_texts_are_scored_over_all_words_and_beside_the_teacher():
    ours = [heard("larksong", "a", 0), heard("larksong", "b", 3, skipped=1), heard("larksong", "c", 1, words=12)]
    taught = [heard("teacher", "a", 1), heard("teacher", "b", 1), heard("teacher", "c", 0)]
    found = rates(ours)
    assert (found["wer"]["mean"], found["cer"]["mean"]) == (0.2, 0.08)
    assert (found["repeated"], found["skipped"], found["texts"]) == (0, 1, 3)
    worse = behind([*ours, *taught])
    assert [pair["text"] for pair in worse] == ["b", "c"]
    assert worse[0] == {"text": "b", "larksong": "larksong b", "teacher": "teacher b"}


def test_ranks_at_joins_are_counted_where_they_are_known():
    found = ranked(np.array([0.2, 0.96, 1.0, np.nan, 0.5]))
    assert found == {"places": 4, "above_p95": 0.5, "above_p99": 0.25, "median_rank": 0.73}
    both = places([np.array([[1.0, np.nan, np.nan]]), np.zeros((0, 3)), np.array([[0.0, 0.5, 2.0]])])
    assert both["places"] == 2
    assert both["flux"]["above_p99"] == 0.5
    assert both["pitch"] == {"places": 1, "above_p95": 0.0, "above_p99": 0.0, "median_rank": 0.5}
    assert both["pitch_step_semitones"] == {"p50": 2.0, "p90": 2.0}
    assert places([])["flux"]["median_rank"] is None


def test_sound_is_cut_out_before_each_word():
    said = chapter(["One two three."], [])
    moments = beginnings(said, [1, 2])
    assert moments == pytest.approx([0.3, 0.6])
    spoiled, there = cut_out(said, moments, 0.05)
    assert there == pytest.approx([0.25, 0.5])
    assert spoiled.audio.size == said.audio.size - round(0.1 * RATE)
    assert np.array_equal(spoiled.audio[round(0.25 * RATE) : round(0.5 * RATE)], said.audio[7200 : 7200 + 6000])
    near, _ = cut_out(said, [0.3, 0.32], 0.05)
    assert near.audio.size == said.audio.size - round((0.05 + 0.01) * RATE)  # 10 ms of the second part are left


def test_passages_fall_into_windows():
    assert by_window([0.0, 30.0, 59.9, 60.0, 200.0], 60.0) == [[0, 1, 2], [3], [4]]


def test_drift_is_the_range_over_windows():
    def window(similarity, hz, level, mos):
        return {"similarity_to_first": similarity, "f0_hz": hz, "level_db": level, "distillmos": mos}

    steady = window(1.0, 200.0, -20.0, 4.5)
    windows = [
        {"larksong": window(1.0, 200.0, -20.0, 4.3), "teacher": steady},
        {"larksong": window(0.9, 400.0, -21.5, 4.2), "teacher": {**steady, "similarity_to_first": 0.97}},
    ]
    found = drift(windows)
    assert found["f0_against_teacher_semitones"] == [0.0, 12.0]
    assert found["larksong"] == {"least_similarity_to_first": 0.9, "level_range_db": 1.5, "distillmos_range": 0.1}
    assert found["teacher"]["level_range_db"] == 0.0
    assert drift(windows[:1])["larksong"]["least_similarity_to_first"] is None


def test_a_chapter_has_all_kinds_of_lines_and_enough_of_them():
    few = lines(0.5)
    assert 20 * 30 <= sum(map(len, few)) + len(few) < 20 * 30 + 200
    assert lines(10.0)[: len(few)] == few
    assert len(set(lines(1000.0))) == len(HeldOut.load().sentences)


TEXTS = ["Go on. ", "Not yet, sir. ", "Why? ", "It rained."]
PAUSES = [0.2, 0.5, 0.1]  # after each line but the last


def chapter(texts: list[str], pauses: list[float], lead: float = 0.0) -> Speech:
    """Each word sounds for 0.3 s and a stop keeps the pause that follows; the next word begins where it ends."""
    sound = (0.3 * np.sin(np.arange(round(0.3 * RATE)) * 0.05)).astype(np.float32)
    parts, words, at = [np.zeros(round(lead * RATE), np.float32)], [], lead
    for line, pause in zip(texts, [*pauses, 0.0], strict=True):
        for text in line.split():
            last = text == line.split()[-1]
            stop = at + 0.3 + (pause if last else 0.0)
            words.append(WordTiming(text, at, stop, (("a", at, at + 0.3), (".", at + 0.3, stop))))
            parts += [sound, np.zeros(round((stop - at - 0.3) * RATE), np.float32)]
            at = stop
    audio = np.concatenate([*parts, np.zeros(round(lead * RATE), np.float32)])
    return Speech(audio, RATE, 0.0, 0.0, (tuple(words),))


def test_a_chapter_is_cut_into_passages_in_the_middle_of_its_pauses():
    said = chapter(TEXTS, PAUSES)
    takes = cut(said, passages([text.strip() for text in TEXTS]), british=False)
    assert [start for start, _ in takes] == pytest.approx([0.0, 0.3 * 5 + 0.2 + 0.25], abs=0.02)
    assert [take.pause_s for _, take in takes] == pytest.approx([0.2, 0.1], abs=0.02)
    assert sum(take.audio.size for _, take in takes) == said.audio.size
    with pytest.raises(ValueError, match="words"):
        cut(said, passages(["One two three four", "five six seven eight nine"]), british=False)


def test_the_teacher_says_a_passage_at_once():
    class Stub:
        name = "teacher"

        def speak(self, text, voice):
            assert text == "Go on. Not yet, sir."
            return chapter(TEXTS[:2], PAUSES[:1], lead=0.4)

    (part,) = passages(["Go on.", "Not yet, sir."])
    take = as_utterance(Stub(), part, "af_one", british=False)
    assert take.pause_s == pytest.approx(0.2, abs=0.02)
    assert take.audio.size / RATE == pytest.approx(5 * 0.3 + 0.2 + 0.1, abs=0.01)
