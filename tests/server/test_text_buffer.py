"""When text becomes speakable. Times are arguments, nothing here waits."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from larksong.model.text.english.settled import settled
from larksong.server.text.buffer import Flush, Pace, Segment, TextBuffer
from larksong.server.text.phrasing import Phrasing

PACE = Pace()
ENGLISH = Phrasing(settled)
AMPLE = 10.0  # seconds of planned sound: no hurry


def taken(buffer: TextBuffer, now: float = 0.0, runway: float = AMPLE) -> list[str]:
    found = []
    while isinstance(part := buffer.take(now, runway), Segment):
        found.append(part.text)
    return found


def stream(tokens: list[str], runway: float, delay: float = 3.0, gap: float = 0.03) -> list[tuple[int, str]]:
    """(number of tokens that had arrived, text) of each segment of a token stream."""
    buffer = TextBuffer(delay, ENGLISH)
    found: list[tuple[int, str]] = []
    for count, token in enumerate(tokens, 1):
        buffer.push(token, count * gap)
        found += [(count, text) for text in taken(buffer, count * gap, runway)]
    return found


# §14.47
def test_without_buffering_a_submission_is_spoken_at_once() -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("Hello", 0.0)
    assert taken(buffer) == ["Hello"]
    buffer.push(" there, how", 0.0)
    assert taken(buffer) == [" there, how"]


# §14.48
def test_sentences_that_meet_without_space_are_not_fused() -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("Hello there.", 0.0)
    buffer.push("How are you?", 0.0)
    assert taken(buffer) == ["Hello there.", "How are you?"]


def test_a_long_submission_is_handed_out_sentence_by_sentence() -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("One. Two! Mr. Smith paid 3.5 million. 1. Four", 0.0)
    assert taken(buffer) == ["One. ", "Two! ", "Mr. Smith paid 3.5 million. ", "1. Four"]


def test_the_first_segment_of_a_long_sentence_is_short() -> None:
    buffer = TextBuffer(0, ENGLISH)
    text = "Well, now that everybody is here, we may begin to talk about " + "many " * 20 + "things, at last."
    buffer.push(text, 0.0)
    found = taken(buffer)
    assert found[0] == "Well, now that everybody is here, "
    assert len(found) == 2
    buffer.push(text, 0.0)
    assert taken(buffer) == [text]


# §14.49
def test_tokens_are_joined_into_words() -> None:
    found = stream(["Hel", "lo", " wor", "ld", " ag", "ain"], runway=0.0)
    assert found == [(3, "Hello "), (5, "world ")]  # a word is complete when the next begins


@pytest.mark.parametrize(
    ("tokens", "gap", "first"),
    [
        (["We", " can", " do", " that"], 0.03, (2, "We ")),
        (["We", " can", " do", " that"], 0.08, (3, "We can ")),  # the next word would come too late
        (["Certainly", " we", " can"], 0.08, (2, "Certainly ")),  # takes longer to say
        (["The", " answer", " is"], 0.03, (3, "The answer ")),  # how the first is read hangs on the second
        (["Hel", "lo", " wor", "ld", " ag"], 0.2, (5, "Hello world ")),
    ],
)
def test_a_word_starts_a_context_if_saying_it_takes_until_the_next_comes(
    tokens: list[str], gap: float, first: tuple[int, str]
) -> None:
    assert stream(tokens, runway=0.0, gap=gap)[0] == first


def test_a_first_submission_tells_no_pace_so_only_a_longer_word_starts() -> None:
    tagged = '<speed ratio="1.2"/>We '  # a tag takes no time to say
    for text, found in (("We ", []), (tagged, []), ("Hello ", ["Hello "])):
        buffer = TextBuffer(3.0, ENGLISH)
        buffer.push(text, 0.0)
        assert taken(buffer, 0.0, 0.0) == found


def test_when_the_next_word_is_expected_follows_the_pace_of_the_text() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    assert buffer.next_word_s == pytest.approx(PACE.word_tokens * PACE.token_s)
    for now in (0.0, 0.05, 0.1, 0.4):
        buffer.push("word ", now)
    assert buffer.next_word_s == pytest.approx(PACE.word_tokens * 0.3)  # the longest wait counts,
    for now in (0.45, 0.5, 0.55):
        buffer.push("word ", now)
    assert buffer.next_word_s == pytest.approx(PACE.word_tokens * 0.3 * PACE.fade**3)  # less and less


def test_a_first_clause_of_one_word_is_enough() -> None:
    assert stream(["Sure", ",", " we", " can"], runway=0.0)[0] == (3, "Sure, ")


def test_no_hurry_waits_for_a_clause() -> None:
    tokens = "I think that we can do that, and much more".replace(" ", "| ").split("|")
    assert stream(tokens, runway=AMPLE) == [(8, "I think that we can do that, ")]


def test_no_hurry_still_speaks_a_sentence_when_it_ends() -> None:
    assert stream(["Done", ".", " Next", " thing"], runway=AMPLE) == [(3, "Done. ")]


def test_a_text_without_commas_is_cut_after_many_words() -> None:
    words = ["word "] * (PACE.long_words + 1)
    assert stream(words, runway=AMPLE)[0][0] == PACE.long_words


def test_a_number_is_not_parted_from_what_it_counts() -> None:
    found = stream(["Pay", " now", " 3", ".", "5", " million", " dollars", " please", " sir"], runway=0.3)
    assert "3.5 " not in {text for _, text in found}
    assert found[:2] == [(2, "Pay "), (3, "now ")]


def test_a_running_out_listener_gets_even_words_that_belong_together() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("We know ", 0.0)
    assert taken(buffer, 0.0, 0.0) == ["We know "]
    buffer.push("the ", 0.1)
    assert taken(buffer, 0.1, 0.4) == []
    assert taken(buffer, 0.1, 0.1) == ["the "]


# §14.50
def test_text_is_spoken_when_its_delay_is_over() -> None:
    buffer = TextBuffer(0.5, ENGLISH)
    buffer.push("one two ", 0.0)
    buffer.push("thr", 0.25)
    buffer.push("ee", 0.375)
    assert taken(buffer, 0.49) == []
    assert taken(buffer, 0.5) == ["one two "]
    assert taken(buffer, 0.74) == []
    assert taken(buffer, 0.75) == ["three"]


# §14.50
def test_due_names_the_moment_of_the_delay() -> None:
    buffer = TextBuffer(0.4, ENGLISH)
    buffer.push("one two ", 1.0)
    assert buffer.due(1.0, AMPLE) == pytest.approx(1.4)
    assert taken(buffer, 1.4) == ["one two "]


def test_a_stalled_sender_has_finished_its_word() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("Hello", 0.0)
    assert buffer.due(0.0, 0.0) == pytest.approx(PACE.word_stall_s)
    assert taken(buffer, PACE.word_stall_s - 0.01, 0.0) == []
    assert taken(buffer, PACE.word_stall_s, 0.0) == ["Hello"]


def test_a_full_stop_shortens_the_wait() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("Hello there.", 0.0)
    assert buffer.due(0.0, 0.0) == pytest.approx(PACE.stop_stall_s)
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("No 3.", 0.0)
    assert taken(buffer, PACE.stop_stall_s, 0.0) == []


def test_nothing_is_due_without_text() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    assert buffer.due(0.0, 0.0) is None
    buffer.push("  ", 0.0)
    assert buffer.due(0.0, 0.0) is None


# §14.51
def test_a_flush_empties_the_buffer_and_is_reported_after_the_text() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("half a sent", 0.0)
    buffer.flush(7)
    buffer.push("ence", 0.0)
    assert buffer.take(0.0, AMPLE) == Segment("half a sent")
    assert buffer.take(0.0, AMPLE) == Flush(7)
    assert buffer.take(0.0, AMPLE) is None


def test_flushes_without_text_are_each_reported() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.flush(0)
    buffer.flush(1)
    assert [buffer.take(0.0, 0.0), buffer.take(0.0, 0.0)] == [Flush(0), Flush(1)]
    assert buffer.empty


# §14.43 §14.44
@pytest.mark.parametrize("last", ["", " ", "\n"])
def test_blank_text_at_the_end_adds_nothing(last: str) -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("All.", 0.0)
    buffer.push(last, 0.0)
    buffer.close()
    assert taken(buffer) == ["All."]
    assert buffer.empty


def test_closing_makes_everything_speakable() -> None:
    buffer = TextBuffer(3.0, ENGLISH)
    buffer.push("no end", 0.0)
    buffer.close()
    assert taken(buffer) == ["no end"]


@pytest.mark.parametrize("delay", [0.0, 3.0])
def test_a_tag_is_held_until_it_ends(delay: float) -> None:
    buffer = TextBuffer(delay, ENGLISH)
    buffer.push("No <spe", 0.0)
    before = taken(buffer, 0.0, 0.0)
    for piece in ("ed ra", 'tio="1.5"'):
        buffer.push(piece, 0.1)
        assert taken(buffer, 0.1, 0.0) == []
    buffer.push("/>faster. ", 0.2)
    after = taken(buffer, 0.2, 0.0)
    assert "".join(before + after) == 'No <speed ratio="1.5"/>faster. '
    assert not any(text.count("<") != text.count(">") for text in before + after)


def test_a_spelled_text_is_held_until_it_ends() -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("<spell>AB", 0.0)
    assert taken(buffer) == []
    buffer.push("C</spell> yes", 0.0)
    assert taken(buffer) == ["<spell>ABC</spell> yes"]


def test_less_than_is_no_tag() -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push("2 < 3 is true", 0.0)
    assert taken(buffer) == ["2 < 3 is true"]


@pytest.mark.parametrize("text", ["word " * 4000, "x" * 20000, "a. " * 5000, "<a " * 5000, ". " * 5000])
def test_long_text_comes_in_pieces_of_bounded_length(text: str) -> None:
    buffer = TextBuffer(0, ENGLISH)
    buffer.push(text, 0.0)
    buffer.close()
    found = taken(buffer)
    assert "".join(found) == text
    assert max(map(len, found)) <= PACE.max_chars


tokens = st.lists(
    st.one_of(
        st.sampled_from(["Hel", "lo", " the", "re", ".", " ", "3", ".5", ", ", "<speed", ' ratio="1"/>', "!", "\n"]),
        st.text(max_size=8),
    ),
    max_size=30,
)


@given(
    tokens=tokens,
    delay=st.sampled_from([0.0, 0.2, 3.0]),
    runways=st.lists(st.sampled_from([0.0, 0.2, 0.4, 2.0]), min_size=1),
)
def test_text_is_neither_lost_nor_changed_nor_left_lying(tokens: list[str], delay: float, runways: list[float]) -> None:
    buffer = TextBuffer(delay, ENGLISH)
    found: list[str] = []
    for count, token in enumerate(tokens):
        buffer.push(token, count * 0.03)
        found += taken(buffer, count * 0.03, runways[count % len(runways)])
    buffer.close()
    found += taken(buffer, 100.0, 0.0)
    assert "".join("".join(found).split()) == "".join("".join(tokens).split())
    assert buffer.empty


@given(tokens=st.lists(st.sampled_from(["hel", "lo", " wor", "ld", " a", "nd", " 12", "34", "."]), min_size=1))
def test_a_word_is_never_cut_while_tokens_flow(tokens: list[str]) -> None:
    text = "".join(tokens)
    at = 0
    for _, piece in stream(tokens, runway=0.0):
        at += len(piece)
        assert not re.fullmatch(r".?\w\w|\d\.\d", text[max(0, at - 2) : at + 1])


# §14.50
@given(tokens=tokens, delay=st.sampled_from([0.05, 0.3, 1.0]))
def test_due_leads_to_the_end_of_every_word(tokens: list[str], delay: float) -> None:
    buffer = TextBuffer(delay, ENGLISH)
    for token in tokens:
        buffer.push(token.replace("<", ""), 0.0)
    now = 0.0
    for _ in range(200):
        taken(buffer, now, AMPLE)
        due = buffer.due(now, AMPLE)
        if due is None:
            break
        assert due > now
        now = due
    assert now <= delay + AMPLE
    assert not taken(buffer, now, 0.0) or buffer.empty
