"""What a training run shows of itself: held-out loss, sound files and spectrograms."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import soundfile
import torch
from larksong.model.excitation import REFERENCE_HZ, VOICED_HZ

from . import prosody
from .acoustic import AcousticTask, collate, crop
from .data import Utterance
from .loop import Loop

matplotlib.use("Agg")
from matplotlib import pyplot as plt

SHOWN = 4  # utterances written out


def device_of(task: torch.nn.Module) -> str:
    """Where the weights are."""
    return str(next(task.parameters()).device)


def spectrogram(path: Path, rows: dict[str, np.ndarray], rate: int = 24000) -> None:
    """Draw one spectrogram per named waveform, above each other."""
    figure, axes = plt.subplots(len(rows), 1, figsize=(11, 2.6 * len(rows)), sharex=True, squeeze=False)
    for axis, (name, wave) in zip(axes[:, 0], rows.items(), strict=True):
        audible = wave + 1e-6 * np.random.default_rng(0).standard_normal(len(wave))  # silence has no logarithm
        axis.specgram(audible, NFFT=512, Fs=rate, noverlap=384, vmin=-140, vmax=-30)
        axis.set_ylabel(name)
    figure.tight_layout()
    figure.savefig(path, dpi=70)
    plt.close(figure)


@torch.no_grad()
def speak_given(task: AcousticTask, u: Utterance) -> np.ndarray:
    """The utterance from the teacher's durations, F0 and energy; float waveform."""
    size = int(u.frames.sum()) + 2
    batch = collate([crop(u, 0, size, task.cfg, np.random.default_rng(0))]).to(device_of(task))
    with torch.compiler.set_stance("force_eager"):
        return task.render(batch, 1)[0][0].float().cpu().numpy()


def sample_acoustic(loop: Loop, task: AcousticTask, held_out: list[Utterance]) -> dict[str, object]:
    """Held-out loss of the averaged weights; writes sound and a picture beside the checkpoint."""
    trained = {k: v.clone() for k, v in task.state_dict().items()}
    task.load_state_dict(loop.average)
    rng, folder = np.random.default_rng(1), loop.config.out
    even = np.full(len(held_out), 1 / len(held_out))
    with torch.no_grad(), torch.compiler.set_stance("force_eager"):  # every length would be compiled anew
        parts = [task(task.batch(held_out, even, 64, 16, rng).to(device_of(task))) for _ in range(4)]
    waves: dict[str, np.ndarray] = {}
    for i, u in enumerate(held_out[:SHOWN]):
        wave = speak_given(task, u)
        soundfile.write(folder / f"held_{i}.wav", wave, 24000)
        soundfile.write(folder / f"held_{i}_teacher.wav", u.audio, 24000)
        waves = waves or {f"step {loop.step}": wave, "teacher": u.audio.astype(np.float32) / 32768}
    spectrogram(folder / f"spectrogram_{loop.step:06d}.png", waves)
    task.load_state_dict(trained)
    return {f"held_{k}": round(sum(float(p[k]) for p in parts) / len(parts), 4) for k in parts[0]}


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Of two curves; NaN where one of them does not move."""
    if min(np.ptp(left), np.ptp(right)) == 0:
        return float("nan")
    return float(np.corrcoef(left, right)[0, 1])


@torch.no_grad()
def sample_prosody(loop: Loop, task: prosody.ProsodyTask, held_out: list[Utterance]) -> dict[str, object]:
    """How near the averaged weights come to the teacher's prosody on held-out texts, given whole."""
    trained = {k: v.clone() for k, v in task.state_dict().items()}
    task.load_state_dict(loop.average)
    scores: dict[str, list[float]] = {}
    for u in held_out:
        b = prosody.collate([prosody.stretch(u, None, task.cfg, np.random.default_rng(0))]).to(device_of(task))
        tokens, log_frames, _ = task.predictor.read(b.ids, task.predictor.reading_manner(b.style))
        manner = task.predictor.manner(b.style)
        said, _ = task.predictor(tokens[:, b.token[0]], b.place, manner, None)
        frames = log_frames[0].exp()
        both = ((said.voiced[0] > 0) & (b.f0[0] > VOICED_HZ)).cpu().numpy()
        ours, theirs = said.tone[0].cpu().numpy()[both], np.log(b.f0[0].cpu().numpy()[both] / REFERENCE_HZ)
        row = {
            "duration_error_frames": float((frames - b.duration[0]).abs().mean()),
            "length_ratio": float(frames.sum() / b.duration[0].sum()),
            "f0_correlation": correlation(ours, theirs),
            "f0_spread_ratio": float(ours.std() / theirs.std()),
            "voicing_error": float(((said.voiced > 0) != (b.f0 > VOICED_HZ)).float().mean()),
        }
        for key, value in row.items():
            scores.setdefault(key, []).append(value)
    task.load_state_dict(trained)
    return {key: round(float(np.mean(values)), 4) for key, values in scores.items()}
