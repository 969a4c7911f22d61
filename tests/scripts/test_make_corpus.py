"""Making a corpus: order, resuming, and refusing to mix two recipes. The teacher is the tiny one."""

import json
from concurrent.futures import Future

import make_corpus
import numpy as np
import pytest
from click.testing import CliRunner
from corpus import speaking
from corpus.shards import read_records, read_shard
from corpus.speaking import PlanError, Speaker, in_order
from corpus.teacher import Teacher
from training.data import load_corpus

from .tiny_teacher import SYMBOLS, tiny_teacher


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Runs the command in this process; returns its result and the utterance numbers that were spoken."""
    (tmp_path / "voices").mkdir()
    for name in ("af_heart", "bf_emma", "am_puck"):
        np.full((510, 256), 0.5, "<f4").tofile(tmp_path / "voices" / f"{name}.bin")
    teachers = {mute: Teacher(tiny_teacher(), SYMBOLS, mute=mute) for mute in (False, True)}
    monkeypatch.setattr(speaking, "_teacher", teachers.get)
    monkeypatch.setattr(speaking, "phonemes_of", lambda text, british: ("b" if british else "a") * len(text[:90]))

    def run(*options, stop_at=None):
        numbers = []

        def speak_all(speaker, given, workers):
            for number in given:
                if number == stop_at:
                    raise KeyboardInterrupt
                numbers.append(number)
                yield speaker.speak(number)

        monkeypatch.setattr(make_corpus, "speak_all", speak_all)
        fixed = ["--out", str(tmp_path / "out"), "--voices", str(tmp_path / "voices"), "--per-shard", "4"]
        voices = ["--voice", "af_heart=2", "--voice", "bf_emma=1"]
        return CliRunner().invoke(make_corpus.main, [*fixed, *voices, *options]), numbers

    return run


def stored(folder) -> list[tuple]:
    return [
        (record.text, tuple(record.mix), arrays["ids"].tolist(), float(arrays["audio"].sum()))
        for path in sorted(folder.glob("*.jsonl"))
        for record, arrays in read_shard(folder, path.stem)
    ]


def test_a_stopped_corpus_goes_on_where_it_was(made, tmp_path):
    hours = ["--hours", "0.012"]
    stopped, before = made(*hours, stop_at=6)
    assert stopped.exit_code != 0
    assert before == [0, 1, 2, 3, 4, 5]
    assert [path.stem for path in (tmp_path / "out").glob("*.jsonl")] == ["en_000"]
    finished, after = made(*hours)
    assert finished.exit_code == 0, finished.output
    assert after[:4] == [4, 5, 6, 7]  # the broken shard anew, the whole one not again
    resumed = stored(tmp_path / "out")
    assert sum(record.length for path in (tmp_path / "out").glob("*.jsonl") for record in read_records(path)) >= (
        0.012 * 3600 * 24_000
    )
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    _, at_once = made(*hours)
    assert at_once == list(range(len(resumed)))
    assert stored(tmp_path / "out") == resumed
    assert made(*hours)[1] == []  # nothing is missing now


def test_a_mute_corpus_is_planned_alike_and_trains_prosody(made, tmp_path):
    hours = ["--hours", "0.004"]
    made(*hours)
    heard = load_corpus([tmp_path / "out"], held_out=0)[0]
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    result, _ = made(*hours, "--mute")
    assert result.exit_code == 0, result.output
    assert not list((tmp_path / "out").glob("*.flac"))
    mute = load_corpus([tmp_path / "out"], held_out=0)[0]
    assert [(u.text, u.voice, u.f0.tolist()) for u in mute] == [(u.text, u.voice, u.f0.tolist()) for u in heard]
    assert all(u.audio.size for u in heard)
    assert not any(u.audio.size for u in mute)


def test_a_lost_shard_is_made_again(made, tmp_path):
    made("--hours", "0.012")
    whole = stored(tmp_path / "out")
    (tmp_path / "out" / "en_000.jsonl").unlink()
    _, numbers = made("--hours", "0.012")
    assert numbers == [0, 1, 2, 3]
    assert stored(tmp_path / "out") == whole


def test_another_recipe_is_refused(made):
    assert made("--hours", "0.001")[0].exit_code == 0
    result, numbers = made("--hours", "0.001", "--seed", "1", "--blends", "0.5")
    assert result.exit_code == 1
    assert "other blends, seed" in result.output
    assert numbers == []


def test_british_voices_get_british_phonemes_and_their_own_weight(made, tmp_path):
    made("--hours", "0.03", "--blends", "0")
    records = [r for path in (tmp_path / "out").glob("*.jsonl") for r in read_records(path)]
    assert {name for record in records for name, _ in record.mix} == {"af_heart", "bf_emma"}
    for record in records:
        british = record.mix[0][0] == "bf_emma"
        assert record.british is british
        assert set(record.phonemes) == {"b" if british else "a"}


def test_the_symbol_table_lies_beside_the_shards(made, tmp_path, monkeypatch):
    monkeypatch.setattr(make_corpus, "published_symbols", lambda: {"ə": 83})
    made("--hours", "0.001")
    assert json.loads((tmp_path / "out" / "vocab.json").read_text(encoding="utf-8")) == {"ə": 83}


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--voice", "af_heart"], "name=weight"),
        (["--voice", "af_none=1"], "af_none"),
        (["--hours", "0"], "--hours"),
    ],
)
def test_wrong_options_are_named(made, options, fault):
    result, numbers = made(*options)
    assert result.exit_code != 0
    assert fault in f"{result.output} {result.exception}"
    assert numbers == []


def test_texts_that_are_too_long_are_planned_anew(tmp_path, monkeypatch, made):
    lengths = []
    monkeypatch.setattr(speaking, "phonemes_of", lambda text, british: lengths.append(len(text)) or "a" * len(text))
    assert made("--hours", "0.001", "--longest", "40")[0].exit_code == 0
    assert max(lengths) > 40
    records = read_records(tmp_path / "out" / "en_000.jsonl")
    assert all(record.n_tokens <= 42 for record in records)
    monkeypatch.setattr(speaking, "phonemes_of", lambda text, british: "")
    with pytest.raises(PlanError, match="utterance 3"):
        Speaker(make_corpus.Planner(0, [], [], {"af_heart": 1.0}), tmp_path, 40).speak(3)


def test_results_come_in_order_with_few_under_way():
    under_way: list[tuple[int, Future]] = []
    most = 0

    def submit(number: int) -> Future:
        nonlocal most
        future: Future = Future()
        under_way.append((number, future))
        most = max(most, sum(not other.done() for _, other in under_way))
        if len(under_way) % 3 == 0:  # the last finishes first
            for done, waiting in reversed(under_way):
                if not waiting.done():
                    waiting.set_result(done * 10)
        return future

    assert list(in_order(submit, range(9), ahead=3)) == [0, 10, 20, 30, 40, 50, 60, 70, 80]
    assert most == 3
