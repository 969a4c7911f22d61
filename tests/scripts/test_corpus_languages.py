"""Corpora of other languages: who says what, and the accents that the teacher does not know."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from corpus.accents import AccentedTeacher, accented
from corpus.languages import VOICES, refused
from corpus.teacher import FRAME_SAMPLES, Utterance
from corpus.texts import Line, Planner
from larksong.model.text import LANGUAGES, any_front_end
from scoring.languages import STYLES, units, without_accents

from .tiny_teacher import SYMBOLS, tiny_teacher


def said(frames: list[int], hertz: float) -> Utterance:
    count = np.array(frames)
    f0 = np.full(2 * count.sum(), hertz, np.float32)
    f0[:4] = 5.0  # not voiced
    tokens = np.zeros(len(frames))
    return Utterance(tokens.astype(int), tokens, count, f0, f0, np.zeros(0, np.float32))


def test_the_tone_falls_where_the_dictionary_says() -> None:
    frames = [4, *[12] * 6, 4]
    high = [False, True, True, False, False, False]
    f0 = accented(said(frames, 200.0), [(i, i + 1, is_high) for i, is_high in enumerate(high)], False)
    middles = [4 * 2 + 24 * i + 14 for i in range(6)]
    tones = 12 * np.log2(f0[middles] / 200.0)
    assert tones[1] - tones[0] > 2
    assert tones[2] - tones[3] > 2
    assert abs(tones[4] - tones[5]) < 1.5
    assert (f0[:4] == 5.0).all()


def test_a_question_keeps_the_end_of_the_teacher() -> None:
    tones = [(i, i + 1, i < 4) for i in range(6)]
    whole = said([4, *[12] * 6, 4], 200.0)
    asked, told = accented(whole, tones, True), accented(whole, tones, False)
    assert asked[-1] == pytest.approx(200.0, rel=1e-4)
    assert asked[20] == told[20]
    assert told[-20] != pytest.approx(200.0, rel=1e-4)


def test_without_tones_or_voice_nothing_changes() -> None:
    whole = said([4, 12, 4], 200.0)
    assert accented(whole, [], False) is whole.f0
    whisper = said([4, 12, 4], 20.0)
    assert accented(whisper, [(0, 1, True)], False) is whisper.f0


@pytest.mark.parametrize("mute", [True, False])
def test_the_sound_is_made_from_the_new_tone(mute: bool) -> None:
    teacher = AccentedTeacher(tiny_teacher(), SYMBOLS, mute=mute, quick=False)
    spoken = teacher.speak("bbbbbbbb", np.full(256, 0.5, np.float32), [(i, i + 1, i < 4) for i in range(8)])
    assert spoken.f0.std() > 1
    assert spoken.audio.size == (0 if mute else spoken.frames.sum() * FRAME_SAMPLES)


def test_morae_stand_where_their_signs_stand() -> None:
    text = "「箸」で、東京の橋の端を12回渡りましたか？"
    front_end = any_front_end("ja")
    signs = " ".join(word.phonemes for word in front_end.words(text))
    tones = front_end.tones(text)  # type: ignore[attr-defined]
    marks = set(" ,.?“”")
    assert all(end > start and not marks & set(signs[start:end]) for start, end, _ in tones)
    covered = {at for start, end, _ in tones for at in range(start, end)}
    assert {signs[at] for at in set(range(len(signs))) - covered} <= marks
    for (_, end, high), (start, _, next_high) in pairwise(tones):
        if high and not next_high and start == end:
            assert set(signs[:end][-2:]) & set("áéíóúý") or signs[end - 1] in "ːɴʔmnŋɲ"


def test_plans_without_templates_are_natural_texts_and_pieces_of_them() -> None:
    natural = [Line(f"uno dos tres cuatro {number}", "text") for number in range(40)]
    planner = Planner(1, natural, [], VOICES["es"], 0.0, templates=False)
    plans = [planner.plan(number) for number in range(300)]
    assert planner.plan(5) == plans[5]
    assert {plan.line.source for plan in plans} == {"text", "short", "multi"}
    assert all(set(plan.line.text.split()) <= set(" ".join(line.text for line in natural).split()) for plan in plans)
    assert (("ef_dora", 0.5), ("af_heart", 0.5)) in {plan.mix for plan in plans}


def test_held_out_sentences_are_refused_also_inside_others() -> None:
    held_out = refused("es")
    assert held_out("Pues: pero si estoy aquí para ayudar, claro")
    assert not held_out("Otra frase cualquiera.")


def test_every_language_has_voices_for_its_corpus() -> None:
    assert set(VOICES) == {language.code for language in LANGUAGES}
    assert set("+".join("+".join(weights) for weights in VOICES.values()).split("+")) >= {
        name for style in STYLES.values() for name in style
    }


@pytest.mark.parametrize(
    ("language", "written", "same"),
    [("ja", "十二時、東京。", "12時東京"), ("ja", "経済", "ケーザイ"), ("es", "¿Qué tal?", "qué tal")],
)
def test_spelling_is_no_error(language: str, written: str, same: str) -> None:
    assert units(written, language) == units(same, language)


def test_accents_are_our_own_signs() -> None:
    assert without_accents("haɕi háɕi mʲízɨ") == "haɕi haɕi mʲizɨ"
