"""Training on a corpus of two made-up utterances: it learns, stops, and goes on where it stopped."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from larksong.model.bands import band_centres
from larksong.model.config import ModelConfig
from larksong.model.text import SYMBOLS, front_end
from scoring.heldout import HeldOut
from training.acoustic import AcousticTask
from training.blend import Blend, Move, distance, frozen
from training.critic import Critic, Window
from training.data import LEAD_FRAMES, Utterance, load_shard
from training.keep import Keep
from training.loop import Loop, LoopConfig, optimizers
from training.new_signs import NEAREST
from training.new_signs import begin as begin_new_signs
from training.prosody import ProsodyTask, segments
from training.sample import sample_acoustic, sample_prosody

TINY = ModelConfig(
    phone=16, acoustic=16, acoustic_layers=1, tail=16, text=16, text_layers=1, prosody=16, prosody_layers=1,
    ssm_state=4, ssm_head=8,
)  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> list[Utterance]:
    """A shard of two utterances, each a tone with silence before it, written and read as a real one."""
    rows, rng = [], np.random.default_rng(0)
    frames = np.array([10, 20, 30, 20, 2] * 2)
    f0 = np.repeat(np.where(np.arange(10) % 5 == 0, 5.0, 150.0), 2 * frames)
    audio = 0.3 * np.sin(2 * np.pi * np.cumsum(np.repeat(f0, 300)) / 24000) * np.repeat(f0 > 60, 300)
    for i in range(2):
        rows.append({"text": "x", "mix": [["af_heart", 1.0]], "british": False, "start": i * 82 * 600,
                     "length": 82 * 600, "n_tokens": 5, "n_frames": 82})  # fmt: skip
    stem = tmp_path / "en_000"
    stem.with_suffix(".jsonl").write_text("\n".join(map(json.dumps, rows)))
    np.savez(stem.with_suffix(".npz"), ids=np.array([0, 50, 16, 51, 0] * 2, np.uint8), frames=frames.astype(np.uint16),
             dur=frames.astype(np.float16), f0=f0.astype(np.float16), energy=np.where(f0 > 60, 5.0, -9.0),
             style=rng.standard_normal((2, 256)).astype(np.float16))  # fmt: skip
    soundfile.write(stem.with_suffix(".flac"), audio, 24000)
    return list(load_shard(stem))


def test_silence_before_the_first_sound_is_trimmed(corpus: list[Utterance]) -> None:
    for u in corpus:
        assert u.frames[0] == LEAD_FRAMES
        assert len(u.audio) == 600 * u.frames.sum()
        assert len(u.f0) == 2 * u.frames.sum()


@pytest.mark.parametrize("part", ["acoustic", "prosody"])
def test_a_step_stays_on_its_device(part: str, corpus: list[Utterance], monkeypatch: pytest.MonkeyPatch) -> None:
    """No GPU is at hand here: torch's "meta" device stands for it, which refuses to work with tensors of the CPU."""
    autocast = torch.autocast
    monkeypatch.setattr(torch, "autocast", lambda device, dtype: autocast("cpu", dtype))  # "meta" has none
    critic = Critic(24000, [Window(384, 192)], share=1.0, wait=0, width=4).to("meta")
    task = (AcousticTask(TINY, critic=critic) if part == "acoustic" else ProsodyTask(TINY)).to("meta")
    batch = task.batch(corpus, np.array([0.5, 0.5]), 40, 2, np.random.default_rng(0)).to("meta")
    task(batch)["loss"].backward()
    for optimizer in optimizers(task, 1e-3):
        optimizer.step()
    assert {p.grad.device.type for p in task.parameters() if p.grad is not None} == {"meta"}


def test_the_decoder_stays_while_only_the_discriminators_learn(corpus: list[Utterance], tmp_path: Path) -> None:
    torch.manual_seed(0)
    critic = Critic(24000, [Window(384, 192)], share=1.0, wait=3, width=4)
    task, rng = AcousticTask(TINY, critic=critic), np.random.default_rng(0)
    before = {key: value.clone() for key, value in task.state_dict().items()}
    changed = []

    def draw() -> object:
        changed.append(any(not torch.equal(before[key], value) for key, value in task.state_dict().items()))
        if len(changed) == 5:
            os.kill(os.getpid(), signal.SIGTERM)
        return task.batch(corpus, np.array([0.5, 0.5]), 16, 2, rng)

    Loop(task, LoopConfig(out=tmp_path, minutes=1), {}, {"critic": critic}).run(draw, lambda _: {})
    assert changed == [False, False, False, False, True]


def test_a_decoder_learns_what_others_say_in_their_ranges(corpus: list[Utterance], tmp_path: Path) -> None:
    torch.manual_seed(0)
    larger = replace(TINY, acoustic=2 * TINY.acoustic, acoustic_layers=TINY.acoustic_layers + 1)
    task, other = AcousticTask(TINY), AcousticTask(larger)
    torch.save({"average": other.state_dict(), "facts": {"config": larger.to_json()}}, tmp_path / "other.pt")
    moves = [Move.parse(f"{tmp_path / 'other.pt'}@{what}") for what in ("0-1500@0.5", "4000-13000@-1")]
    task.blend = blend = Blend(task.decoder, moves)
    batch = task.batch(corpus, np.array([0.5, 0.5]), 16, 2, np.random.default_rng(0))
    wanted, first = blend.target(lambda decoder: task.decode(decoder, batch))
    theirs = other.decode(other.decoder, batch)
    hertz = band_centres(TINY)
    for amount, learns in ((0.5, hertz < 1500), (0.0, (hertz >= 1500) & (hertz < 4000)), (-1.0, hertz >= 4000)):
        moved = first.noise + amount * (theirs.noise - first.noise)
        torch.testing.assert_close(wanted.noise[..., learns], moved[..., learns])
    loop = Loop(task, LoopConfig(out=tmp_path / "run", minutes=1, rate=1e-2, warm_up=2), {})
    steps = [0]

    def draw() -> object:
        steps[0] += 1
        if steps[0] == 60:
            os.kill(os.getpid(), signal.SIGTERM)
        return batch

    loop.run(draw, lambda _: {})
    with torch.enable_grad():
        assert float(task(batch)["left"]) < 0.3
    assert all(p.grad is None for p in blend.first.parameters())
    apart = distance(wanted, first, torch.ones(()))
    assert apart > distance(wanted, wanted, torch.ones(())) == 0


@pytest.mark.parametrize("part", ["acoustic", "prosody"])
def test_a_run_learns_and_goes_on_where_it_stopped(part: str, corpus: list[Utterance], tmp_path: Path) -> None:
    torch.manual_seed(0)
    rng, even = np.random.default_rng(0), np.array([0.5, 0.5])

    def task() -> AcousticTask | ProsodyTask:
        return AcousticTask(TINY) if part == "acoustic" else ProsodyTask(TINY)

    def sample(loop: Loop) -> dict[str, object]:
        net = loop.task
        assert isinstance(net, AcousticTask | ProsodyTask)
        return sample_acoustic(loop, net, corpus) if part == "acoustic" else sample_prosody(loop, net, corpus)

    drawn = 0

    def draw() -> object:
        nonlocal drawn
        drawn += 1
        if drawn == 15:
            os.kill(os.getpid(), signal.SIGTERM)  # as whoever stops a run: it ends in good order
        return first.task.batch(corpus, even, 16, 2, rng)

    config = LoopConfig(out=tmp_path / "run", minutes=1, warm_up=2, report_every=5)
    first = Loop(task(), config, {"config": TINY.to_json()})
    first.run(draw, sample)
    assert first.step == 15
    second = Loop(task(), config, {})
    assert second.step == 15
    for key, value in first.task.state_dict().items():
        torch.testing.assert_close(second.task.state_dict()[key], value)
    rows = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["loss"] < rows[0]["loss"]
    shown = sample(second)
    if part == "acoustic":
        assert shown["held_loss"]
        assert list((tmp_path / "run").glob("spectrogram_*.png"))
    else:
        assert shown["duration_error_frames"]


def test_texts_are_cut_before_spaces_only() -> None:
    rng = np.random.default_rng(0)
    ids = np.array([0, 5, 16, 6, 7, 16, 8, 0])
    seen = {tuple(segments(ids, rng)) for _ in range(200)}
    assert len(seen) > 4
    for numbers in seen:
        borders = np.flatnonzero(np.diff(numbers)) + 1
        assert all(ids[b] == 16 or b == len(ids) - 1 for b in borders)


def test_a_language_is_kept_beside_one_that_is_learned(corpus: list[Utterance]) -> None:
    torch.manual_seed(0)
    task, rng, even = AcousticTask(TINY), np.random.default_rng(0), np.array([0.5, 0.5])
    first = frozen(TINY, task.decoder.state_dict(), fuse=False)
    task.keep = Keep(first, [replace(u, audio=np.zeros(0, np.int16)) for u in corpus], even, share=0.5)
    batch = task.batch(corpus, even, 40, 4, rng)
    assert batch.kept
    assert len(batch.kept.ids) == 2
    assert batch.kept.kept is None
    losses = task(batch)
    assert losses["kept"] == 0  # it has learned nothing yet
    with torch.no_grad():
        for parameter in task.decoder.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    losses = task(batch)
    assert losses["kept"] > 0
    heard = task.hear(batch)["loss"]
    assert losses["loss"] > heard
    losses["loss"].backward()
    assert all(parameter.grad is None for parameter in first.parameters())
    with torch.no_grad():
        assert "kept" not in task(batch)


def test_new_signs_begin_as_the_nearest_and_leave_english_alone() -> None:
    task = ProsodyTask(TINY)
    (embedding,) = (module for module in task.modules() if isinstance(module, torch.nn.Embedding))
    before = embedding.weight.detach().clone()
    assert begin_new_signs(task) == len(NEAREST) + 6
    after = embedding.weight.detach()
    assert torch.equal(after[SYMBOLS["ɕ"]], before[SYMBOLS["ʃ"]])
    assert torch.allclose(after[SYMBOLS["ʦ"]], (before[SYMBOLS["t"]] + before[SYMBOLS["s"]]) / 2)
    assert torch.equal(after[SYMBOLS["á"]], before[SYMBOLS["ɑ"]])
    english = {sign for sentence in HeldOut.load().some(40) for sign in english_signs(sentence.text)}
    for sign in english:
        assert torch.equal(after[SYMBOLS[sign]], before[SYMBOLS[sign]]), sign


def english_signs(text: str) -> str:
    return "".join(word.phonemes for word in front_end("en").words(text))
