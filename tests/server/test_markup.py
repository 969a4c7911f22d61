"""Tags, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from larksong.model.stream import Controls
from larksong.server.text import markup
from larksong.server.text.emotions import NAMES, NEUTRAL, shape
from larksong.server.text.lexicon import Entry, Lexicon
from larksong.server.text.markup import Break, Change, Say
from larksong.server.text.script import Control, Pause, Script, Speak, from_ipa

from .fake_synthesizer import FakeFrontEnd


def script(lexicon: Lexicon | None = None, base: Controls | None = None) -> Script:
    return Script(FakeFrontEnd(), base or Controls(), NEUTRAL, lexicon or Lexicon())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", [Say("plain")]),
        ('<speed ratio="1.5"/>on', [Change("speed", 1.5), Say("on")]),
        ("<volume ratio='0.5'/>", [Change("volume", 0.5)]),
        ('a<emotion value="angry"/> b', [Say("a"), Change("emotion", "angry"), Say(" b")]),
        ('<break time="1s"/>', [Break(1.0)]),
        ('<break time="500ms" />', [Break(0.5)]),
        ('<break time="900s"/>', [Break(markup.MAX_BREAK_S)]),
        ('<break time="soon"/>', []),
        ("<speed ratio=fast/>x", [Say("x")]),
        ('<speed ratio="2">x</speed>y', [Change("speed", 2.0), Say("x"), Change("speed", None), Say("y")]),
        ("<spell>A1</spell>.", [Say("A1.", spell="A1.")]),
        ("<<m|ɛ|t>>, yes", [Say("<<m|ɛ|t>>,", phonemes="m|ɛ|t"), Say(" yes")]),
        ("ha [laughter] ha", [Say("ha "), Say(" ha")]),
        ('<p class="x">text</p>', [Say("text")]),
        ("2 < 3 > 1", [Say("2 < 3 > 1")]),
        ("cut <speed rat", [Say("cut ")]),
        ("cut <spell>AB", [Say("cut "), Say("AB")]),
        ("a <b c", [Say("a <b c")]),
    ],
)
def test_pieces(text: str, pieces: list[markup.Piece]) -> None:
    assert list(markup.parse(text)) == pieces


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("done.", 5),
        ("wait <", 5),
        ("wait <spe", 5),
        ('wait <speed ratio="1', 5),
        ("wait <<m|", 5),
        ("wait <<m|ɛ>", 5),
        ("wait <spell>ABC", 5),
        ("wait <spell>ABC</sp", 5),
        ("wait [laugh", 5),
        ("note [1", 7),
        ("2 < 3", 5),
        ("<" + "x" * 300, 301),
    ],
)
def test_an_unfinished_tag_is_held(text: str, usable: int) -> None:
    assert markup.held(text) == usable


@given(st.text(alphabet='<>/ab "=[]\n.!', max_size=60))
def test_masking_keeps_every_place(text: str) -> None:
    masked = markup.mask(text)
    assert len(masked) == len(text)
    assert all(m in (t, "\0") for m, t in zip(masked, text, strict=True))


@given(st.text(alphabet="<>/abspel=[]1 ", max_size=60))
def test_whatever_is_sent_no_tag_is_spoken(text: str) -> None:
    said = "".join(piece.text for piece in markup.parse(text) if isinstance(piece, Say) and not piece.phonemes)
    assert not any(tag in said for tag in ("<a>", "<b>", "</s>", "<spell>a</spell>"))


def test_neighbouring_words_become_one_step() -> None:
    steps = script().steps("One <x/>two <break time='1s'/> three")
    assert [type(step) for step in steps] == [Speak, Pause, Speak]
    assert isinstance(steps[0], Speak)
    assert [word.text for word in steps[0].words] == ["One", "two"]


def test_controls_hold_from_their_tag_on() -> None:
    one = script(base=Controls(speed=1.2))
    assert one.steps('a <speed ratio="0.8"/> b')[1] == Control(Controls(speed=0.8))
    assert one.steps("</speed>")[0] == Control(Controls(speed=1.2))


# §14.25
@pytest.mark.parametrize(("asked", "given_"), [("9", 1.5), ("0.1", 0.6)])
def test_ratios_are_clamped(asked: str, given_: float) -> None:
    assert script().steps(f"<speed ratio='{asked}'/>") == [Control(Controls(speed=given_))]


# §14.24
def test_emotions_are_matched_without_case_and_unknown_ones_change_nothing() -> None:
    assert shape("ANGRY") == shape("angry") != NEUTRAL
    assert shape("quantum") == NEUTRAL
    assert shape(["unheard of", "Sad"]) == shape("sad")
    assert shape("positivity:high") == shape("happy")
    assert shape(None) == NEUTRAL


def test_every_documented_emotion_is_known() -> None:
    documented = """neutral happy excited enthusiastic elated euphoric triumphant amazed surprised flirtatious
        curious content peaceful serene calm grateful affectionate trust sympathetic anticipation mysterious angry
        mad outraged frustrated agitated threatened disgusted contempt envious sarcastic ironic sad dejected
        melancholic disappointed hurt guilty bored tired rejected nostalgic wistful apologetic hesitant insecure
        confused resigned anxious panicked alarmed scared proud confident distant skeptical contemplative
        determined joking/comedic"""
    assert set(documented.split()) <= set(NAMES)


def test_spelling_names_every_sign_and_keeps_what_was_written() -> None:
    steps = script().steps("code <spell>AB-1</spell>, ok")
    assert isinstance(steps[0], Speak)
    word = steps[0].words[1]
    assert (word.text, word.phonemes) == ("AB-1,", "a b, 1,")


def test_inline_phonemes_are_spoken_as_they_are() -> None:
    steps = script().steps("<<m|eɪ|d|ʒ>>!")
    assert isinstance(steps[0], Speak)
    assert (steps[0].words[0].text, steps[0].words[0].phonemes) == ("<<m|eɪ|d|ʒ>>!", "mAʤ!")
    assert from_ipa("g|r|☃") == "ɡɹ"


def test_a_dictionary_changes_the_sound_and_not_the_text() -> None:
    lexicon = Lexicon([Entry("kubectl", "cube control"), Entry("SQL", "sequel"), Entry("ai", "<<eɪ>>", False)])
    steps = script(lexicon).steps("Kubectl, SQL and sql say AI.")
    assert isinstance(steps[0], Speak)
    said = {word.text: word.phonemes for word in steps[0].words}
    assert said["Kubectl,"] == "cube control,"
    assert said["SQL"] == "sequel"
    assert said["sql"] == "sql"
    assert said["AI."] == "A."


def test_a_dictionary_replaces_whole_words_and_the_longest_entry_first() -> None:
    lexicon = Lexicon([Entry("New", "old"), Entry("New York", "big apple")])
    assert [part.alias for part in lexicon.split("New York Newt New")] == ["big apple", None, "old"]


def test_controls_combine_with_an_emotion() -> None:
    one = Script(FakeFrontEnd(), Controls(speed=1.5), replace(NEUTRAL, speed=1.2, pitch=2.0), Lexicon())
    assert one.controls == Controls(speed=1.5, pitch=2.0)


def test_entries_are_whole_words_of_any_signs_and_never_part_of_one() -> None:
    lexicon = Lexicon([Entry("C++", "see plus plus"), Entry("art", "ort"), Entry("Art Deco", "x"), Entry("ß", "sharp")])

    def said(text: str) -> list[str]:
        return [part.text for part in lexicon.split(text) if part.alias is not None]

    assert said("C++, art. Art! ART part arts art_ art") == ["C++,", "art.", "Art!", "art"]
    assert said("art deco") == ["art"]  # the longer one does not match in this case, the shorter one does
    assert said("ß SS İart art") == ["ß", "art"]
    assert "".join(part.text for part in lexicon.split("a C++x art…b")) == "a C++x art…b"
