"""Train one part of the voice, from a corpus folder, on CPU or GPU, resuming where it stopped.

    python scripts/train.py acoustic --corpus DIR --out DIR --minutes 120
    python scripts/train.py prosody  --corpus DIR --out DIR --minutes 30
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import torch
from larksong.model.config import ModelConfig
from larksong.model.net.restore import restore
from training.acoustic import AcousticTask
from training.blend import Blend, Move, frozen
from training.critic import Critic, Window
from training.data import Utterance, load_corpus
from training.keep import Keep
from training.loop import Loop, LoopConfig
from training.new_signs import begin as begin_new_signs
from training.prosody import ProsodyTask
from training.sample import sample_acoustic, sample_prosody


def weights(corpus: list[Utterance], favour: dict[str, float]) -> np.ndarray:
    """Probability of each utterance: its length, times how much its voice is favoured."""
    w = np.array([u.frames.sum() * favour.get(u.voice, 1.0) for u in corpus], float)
    return w / w.sum()


def pairs(text: str) -> dict[str, str]:
    """``name=value,…``"""
    return dict(pair.split("=") for pair in text.split(",") if pair)


@click.command()
@click.argument("part", type=click.Choice(["acoustic", "prosody"]))
@click.option("--corpus", "folders", type=click.Path(exists=True, path_type=Path), multiple=True, required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="checkpoint, log and samples")
@click.option("--minutes", type=float, required=True, help="budget over all sessions")
@click.option("--begin-with", type=click.Path(exists=True, path_type=Path), help="exported weights to start from")
@click.option("--size", default="", help="acoustic_layers=4,… other sizes than those of ModelConfig")
@click.option("--layers", default="", help="acoustic: 0,2,… the layers of --begin-with that go on")
@click.option("--critic", "share", default=0.0, help="acoustic: discriminators' share of the gradient (second stage)")
@click.option("--windows", default="768/192", help="window/hop[/mel bands],… in samples, one discriminator each")
@click.option("--width", default=32, help="channels of a discriminator")
@click.option("--blend", "moves", multiple=True, help="acoustic: CHECKPOINT@LOW-HIGH@AMOUNT, see training/blend.py")
@click.option("--new-signs", is_flag=True, help="signs that English lacks begin as the nearest that it has")
@click.option("--keep", "kept_folders", type=click.Path(exists=True, path_type=Path), multiple=True,
              help="acoustic: corpora in which the decoder imitates what it began as")
@click.option("--keep-share", default=1 / 3, help="their crops, against those that are heard")
@click.option("--rate", default=2e-3)
@click.option("--fall", default=0.5, help="share of the budget over which the learning rate falls")
@click.option("--batch", default=16)
@click.option("--frames", default=64, help="frames of 25 ms per crop")
@click.option("--favour", default="", help="voice=factor,… more often than its share of the corpus")
@click.option("--stop-after", "stop_after_s", default=float("inf"), help="seconds after which this process ends")
@click.option("--threads", default=2)
@click.option("--seed", default=0)
def main(
    part: str, folders: tuple[Path, ...], out: Path, minutes: float, begin_with: Path | None, size: str, layers: str,
    share: float, windows: str, width: int, moves: tuple[str, ...], new_signs: bool, kept_folders: tuple[Path, ...],
    keep_share: float, rate: float, fall: float, batch: int, frames: int, favour: str, stop_after_s: float,
    threads: int, seed: int,
) -> None:
    """Train PART of the voice."""
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    corpus, held_out = load_corpus(list(folders))
    if part == "acoustic":
        corpus = [u for u in corpus if u.audio.size]
    kept = [int(layer) for layer in layers.split(",") if layer]
    if kept and not (part == "acoustic" and begin_with):
        raise click.UsageError("--layers chooses among the decoder's layers in --begin-with")
    if kept:
        size = f"acoustic_layers={len(kept)}," + size
    config = replace(ModelConfig(), **{name: int(value) for name, value in pairs(size).items()})
    chosen = weights(corpus, {voice: float(factor) for voice, factor in pairs(favour).items()})
    critic = None
    if share and part == "acoustic":
        seen = [Window.parse(one) for one in windows.split(",")]
        critic = Critic(config.sample_rate, seen, share, width=width).to(device)
    task = (AcousticTask(config, True, critic) if part == "acoustic" else ProsodyTask(config)).to(device)
    if begin_with:
        restore(task.decoder if isinstance(task, AcousticTask) else task.predictor, part, begin_with, kept)
    if kept_folders and isinstance(task, AcousticTask):
        if not begin_with:
            raise click.UsageError("--keep imitates the decoder of --begin-with")
        kept_corpus, _ = load_corpus(list(kept_folders))
        first = frozen(task.cfg, task.decoder.state_dict(), fuse=True).to(device)
        task.keep = Keep(first, kept_corpus, weights(kept_corpus, {}), keep_share)
    if new_signs:
        begin_new_signs(task)
    if moves and critic:
        raise click.UsageError("--blend hears no sound, so there is nothing for --critic to judge")
    if moves and isinstance(task, AcousticTask):
        task.blend = Blend(task.decoder, [Move.parse(move) for move in moves], fuse=True)
    loop = Loop(
        task,
        LoopConfig(out=out, minutes=minutes, rate=rate, fall=fall, stop_after_s=stop_after_s),
        {"config": config.to_json(), "hours": sum(int(u.frames.sum()) for u in corpus) / 144000},
        {"critic": critic} if critic else None,
    )
    rng = np.random.default_rng((seed, loop.step))
    loop.run(
        lambda: task.batch(corpus, chosen, frames, batch, rng).to(device),
        lambda running: (
            sample_acoustic(running, task, held_out)
            if isinstance(task, AcousticTask)
            else sample_prosody(running, task, held_out)
        ),
    )


if __name__ == "__main__":
    main()
