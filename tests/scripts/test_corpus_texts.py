"""The grammar of lines and the plan of who says what."""

import json
import re
from collections import Counter

import numpy as np
import pytest
from corpus.grammar import Grammar, GrammarError, english
from corpus.texts import VOICE_WEIGHTS, Line, Planner, read_texts
from scoring.heldout import HeldOut, Sentence

BLENDABLE = ("af_heart", "am_puck", "bf_emma", "bm_george")


def planner(**changes) -> Planner:
    settings = {"seed": 3, "natural": [], "blendable": BLENDABLE, "weights": VOICE_WEIGHTS}
    return Planner(**{**settings, **changes})


def test_slots_are_filled_and_articles_fit():
    grammar = Grammar("[say]\na {thing} and a {thing}, {digit}\n[thing]\nowl\n")
    assert re.fullmatch(r"An owl and an owl, \d", grammar.line("say", np.random.default_rng(0)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("lost line\n", "before the first section"),
        ("[a]\n{nowhere}\n", "nowhere"),
        ("[a]\n{b}\n[b]\n{a}\n", "leads back"),
    ],
)
def test_a_broken_grammar_is_refused(text, fault):
    with pytest.raises(GrammarError, match=fault):
        Grammar(text)


def test_every_alternative_of_the_english_grammar_can_be_spoken():
    grammar, rng = english(), np.random.default_rng(5)
    for section in grammar.sections:
        for _ in range(60):
            line = grammar.line(section, rng)
            assert line.strip() == line != ""
            assert not re.search(r"[{}|\[\]]|  |\ba [aeio]", line), line


def test_a_plan_depends_on_its_number_alone():
    numbers = range(60)
    forward = [planner().plan(number) for number in numbers]
    backward = [planner().plan(number) for number in reversed(numbers)]
    assert forward == backward[::-1]
    assert planner(seed=4).plan(7) != forward[7]
    assert planner().plan(7, attempt=1) != forward[7]
    assert len({plan.line.text for plan in forward}) > 45


def test_shares_of_voices_and_kinds():
    natural = [Line(f"natural line {number}", "lj") for number in range(500)]
    plans = [planner(natural=natural).plan(number) for number in range(1500)]
    blends = [plan.mix for plan in plans if len(plan.mix) > 1]
    assert 0.08 < len(blends) / len(plans) < 0.16
    for mix in blends:
        assert sum(weight for _, weight in mix) == pytest.approx(1.0)
        assert len({name for name, _ in mix}) == len(mix) <= 3
        assert {name for name, _ in mix} <= set(BLENDABLE)
    singles = Counter(plan.mix[0][0] for plan in plans if len(plan.mix) == 1)
    assert set(singles) == set(VOICE_WEIGHTS)
    assert singles.most_common(1)[0][0] == "af_heart"
    kinds = Counter(plan.line.source for plan in plans)
    assert set(kinds) == {"lj", "template", "short", "multi"}
    assert 0.52 < kinds["lj"] / len(plans) < 0.68


def test_natural_texts_do_not_repeat_within_a_round():
    natural = [Line(f"natural line {number}", "lj") for number in range(300)]
    said = [planner(natural=natural).plan(number).line for number in range(300)]
    alone = [line.text for line in said if line.source == "lj"]
    assert len(alone) == len(set(alone)) > 150


def test_held_out_sentences_are_never_planned():
    first = [planner().plan(number).line.text for number in range(40)]
    heldout = HeldOut(tuple(Sentence("x", text) for text in first[:20]))
    again = [planner(refused=heldout.touches).plan(number).line.text for number in range(40)]
    assert not any(heldout.touches(text) for text in again)
    assert again[21:] == first[21:]


def test_texts_are_read_once_each_and_only_natural_ones(tmp_path):
    file = tmp_path / "lines.txt"
    file.write_text("One line.\n\nOne line.\n Another. \n", encoding="utf-8")
    rows = [("Another.", "lj"), ("From a book.", "lj"), ("From a grammar.", "template"), ("A. B.", "multi")]
    shard = "\n".join(json.dumps({"text": text, "source": source}) for text, source in rows)
    (tmp_path / "en_000.jsonl").write_text(shard, encoding="utf-8")
    assert read_texts([file], [tmp_path]) == [
        Line("One line.", "text"),
        Line("Another.", "text"),
        Line("From a book.", "lj"),
    ]
