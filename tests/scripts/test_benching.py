"""The sums of the benchmarks: percentiles, gaps heard, first audible sample, arrivals, text in tokens."""

import base64

import msgspec
import numpy as np
import pytest
from benching import texts
from benching.callers import RATE, Turn, _skim, samples_in
from benching.listening import Onset, Player, onset_s
from benching.load import Load, Room, held, summary
from benching.stats import most_at_once, percentile, poisson_arrivals, spread_ms


def test_percentiles_lie_between_ranks():
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == 2.5
    assert percentile([0.0, 10.0], 99) == pytest.approx(9.9)
    assert percentile([7.0], 99) == 7.0
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_a_spread_is_in_milliseconds_and_empty_where_nothing_was_measured():
    assert spread_ms([0.010] * 99 + [0.500]) == {"p50": 10.0, "p95": 10.0, "p99": 14.9, "max": 500.0}
    assert set(spread_ms([]).values()) == {None}


def player(*chunks: tuple[float, float], rate: int = 1000) -> Player:
    """A player that was given chunks of (arrival, seconds)."""
    made = Player(rate)
    for at, seconds in chunks:
        made.add(round(seconds * rate), at)
    return made


def test_a_player_starts_on_its_first_chunk_and_hears_no_gap_in_time():
    heard = player((5.0, 0.1), (5.05, 0.2), (5.3, 0.1))
    assert (heard.first_at, heard.last_at, heard.underruns, heard.gap_s) == (5.0, 5.3, 0, 0.0)
    assert heard.least_lead_s == pytest.approx(0.0)  # the last came in the very moment
    assert heard.dry_at == pytest.approx(5.4)
    assert heard.seconds == pytest.approx(0.4)


def test_a_late_chunk_is_an_underrun_and_moves_all_that_follows():
    heard = player((0.0, 0.1), (0.15, 0.1), (0.24, 0.1), (0.40, 0.1))
    assert heard.underruns == 2
    assert heard.gap_s == pytest.approx(0.05 + 0.05)
    assert heard.least_lead_s == pytest.approx(-0.05)
    assert heard.dry_at == pytest.approx(0.5)


def test_an_empty_chunk_does_not_start_a_player_and_fills_no_gap():
    heard = player((0.0, 0.0), (1.0, 0.1), (1.05, 0.0), (1.2, 0.1))
    assert heard.first_at == 1.0
    assert (heard.underruns, heard.chunks) == (1, 2)


def tone(seconds: float, level: float, rate: int = RATE) -> np.ndarray:
    """A square wave: its RMS is its level in every frame."""
    return (level * np.resize([1.0, -1.0], round(seconds * rate))).astype(np.float32)


def test_the_onset_is_the_first_10_ms_louder_than_a_hundredth():
    assert onset_s(np.concatenate([tone(0.05, 0.0), tone(0.1, 0.5)]), RATE) == pytest.approx(0.05)
    assert onset_s(np.concatenate([tone(0.05, 0.0099), tone(0.1, 0.0101)]), RATE) == pytest.approx(0.05)
    assert onset_s(tone(0.1, 0.02), RATE) == 0.0
    assert onset_s(tone(1.0, 0.0099), RATE) is None
    assert onset_s(np.zeros(0, np.float32), RATE) is None


def test_a_click_shorter_than_a_frame_counts_by_its_power():
    quiet = np.zeros(RATE, np.float32)
    quiet[1000] = 0.1  # RMS 0.0065 over its 240 samples
    assert onset_s(quiet, RATE) is None
    quiet[1001] = 0.15  # 0.0116 together; both lie in the frame that begins at 960
    assert onset_s(quiet, RATE) == pytest.approx(0.04)


@pytest.mark.parametrize("size", [1, 7, 239, 240, 241, 5000])
def test_the_onset_does_not_hang_on_how_sound_is_cut(size):
    sound = np.concatenate([tone(0.033, 0.0), tone(0.1, 0.3)])
    onset = Onset(RATE)
    found = [onset.add(sound[at : at + size]) for at in range(0, len(sound), size)]
    assert onset.found_s == onset_s(sound, RATE) == pytest.approx(0.03)
    assert found[-1]


def test_arrivals_are_poisson():
    arrivals = list(poisson_arrivals(50.0, 200.0, np.random.default_rng(3)))
    gaps = np.diff(arrivals)
    assert arrivals[0] > 0
    assert arrivals[-1] < 200
    assert (gaps > 0).all()
    assert len(arrivals) == pytest.approx(10_000, rel=0.03)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.05)  # exponential: as wide as it is long
    counts = np.histogram(arrivals, bins=np.arange(0, 201))[0]
    assert counts.var() == pytest.approx(counts.mean(), rel=0.25)
    assert arrivals == list(poisson_arrivals(50.0, 200.0, np.random.default_rng(3)))
    with pytest.raises(ValueError, match="above 0"):
        next(poisson_arrivals(0.0, 1.0, np.random.default_rng(0)))


def test_the_most_at_once_counts_overlaps_only():
    assert most_at_once([(0, 2), (1, 3), (2, 4), (5, 6)]) == 2
    assert most_at_once([(0, 9), (1, 8), (2, 3)]) == 3
    assert most_at_once([]) == 0


def test_sentences_have_10_to_40_words_and_a_choice_spans_them():
    lengths = [len(text.split()) for text in texts.sentences()]
    assert (min(lengths), max(lengths)) == (10, 40)
    assert lengths == sorted(lengths)
    few = [len(text.split()) for text in texts.sentences(3)]
    assert (few[0], few[-1], len(few)) == (10, 40, 3)


def test_fresh_sentences_are_single_sentences_of_every_length():
    said = texts.fresh_sentences(300, 1)
    lengths = [len(text.split()) for text in said]
    assert min(lengths) >= 10
    assert max(lengths) <= 40
    assert len(set(lengths)) > 25
    assert len(set(said)) == 300
    assert all(text.endswith(".") and not any(stop in text for stop in (". ", "? ", "! ")) for text in said)
    assert said == texts.fresh_sentences(300, 1)


def test_tokens_give_the_text_back_and_are_of_a_models_size():
    for text in [*texts.sentences(), *texts.turns(50, 1), "Pay $1,249.75 (by 5 p.m.), né?\n"]:
        pieces = texts.tokens(text)
        assert "".join(pieces) == text.rstrip()
        assert max(len(piece.strip()) for piece in pieces) <= 6
    said = " ".join(texts.sentences())
    assert 0.7 < len(said.split()) / len(texts.tokens(said)) < 0.85


def test_turns_are_the_same_for_the_same_seed():
    assert texts.turns(5, 1) == texts.turns(5, 1) != texts.turns(5, 2)


@pytest.mark.parametrize("samples", [0, 1, 2, 3, 100, 101])
def test_sound_is_measured_without_decoding_it(samples):
    data = base64.b64encode(bytes(2 * samples))
    frame = msgspec.json.encode({"type": "chunk", "context_id": "c", "data": data.decode(), "step_time": 1.0})
    assert samples_in(bytes(_skim(frame).data)) == samples


def chunk(sound: np.ndarray) -> bytes:
    data = base64.b64encode((sound * 32767).astype("<i2").tobytes()).decode()
    return msgspec.json.encode({"type": "chunk", "context_id": "c", "data": data})


def test_a_turn_tells_first_byte_from_first_audible():
    turn = Turn("Hi.", sent_at=10.0, onset=Onset(RATE))
    turn.receive(_skim(chunk(tone(0.02, 0.0))), 10.1)
    assert (turn.first_byte_s, turn.audible_s, turn.audible_received_s) == (pytest.approx(0.1), None, None)
    turn.receive(_skim(chunk(tone(0.1, 0.3))), 10.11)
    assert turn.audible_s == pytest.approx(0.12)  # the first chunk's arrival and 20 ms of silence
    assert turn.audible_received_s == pytest.approx(0.11)
    turn.receive(_skim(b'{"type":"done","context_id":"c"}'), 10.2)
    assert turn.over.is_set()
    assert turn.error is None


def spoken(sent_at: float, wait: float, *chunks: tuple[float, float]) -> Turn:
    first = sent_at + wait
    return Turn("", sent_at=sent_at, player=player(*((first + at, s) for at, s in chunks), rate=RATE))


def refused(sent_at: float, code: str = "concurrency_limited") -> Turn:
    return Turn("", sent_at=sent_at, error=code, over_at=sent_at + 0.004)


def level(*turns: Turn) -> dict:
    return summary(Load(2, 10, 3.0), list(turns), [0.0], {})


def test_a_level_is_held_when_everyone_was_served_in_time():
    clean = spoken(0.0, 0.02, (0.0, 0.5), (0.3, 0.5))
    gap = spoken(0.5, 0.02, (0.0, 0.1), (0.1005, 0.5))
    assert held(level(clean), 100)
    assert not held(level(clean), 10)
    assert not held(level(clean, gap), 100)
    assert not held(level(clean, refused(1.0)), 100)
    assert not held(level(clean, refused(1.0, "internal_error")), 100)
    assert not held(level(), 100)


def test_a_level_counts_what_was_heard():
    clean = spoken(0.0, 0.02, (0.0, 0.5), (0.3, 0.5))
    gap = spoken(0.5, 0.04, (0.0, 0.1), (0.1005, 0.5), (0.7, 0.1))
    found = level(clean, gap, refused(1.0), refused(2.0, "internal_error"))
    assert found["turns"] == 4
    assert found["listeners_at_once"] == 2
    assert (found["turns_with_underruns"], found["turns_with_gaps_over_1ms"]) == (1, 1)
    assert found["longest_gap_ms"] == pytest.approx(100.0)
    assert (found["refused"], found["refusal_ms"]["max"], found["errors"]) == (1, 4.0, {"internal_error": 1})
    assert found["first_byte_ms"]["max"] == 40.0
    assert found["least_lead_ms"]["min"] == pytest.approx(-99.5)


def test_the_rate_of_turns_follows_from_listeners_and_their_length():
    assert Load(60, 40.0, turn_s=4.0).rate == 15.0


def test_turns_take_free_sockets_and_share_when_there_are_none():
    room = Room(["a", "b"])  # type: ignore[list-item]
    assert [room.take(), room.take(), room.take()] == ["a", "b", "a"]
    assert room.shared == 1
    room.give_back("b")
    assert (room.take(), room.shared) == ("b", 1)
