"""The corpus in memory: utterances as arrays, audio as int16."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from tqdm import tqdm

LEAD_FRAMES = 2  # the teacher begins with 0.3 s of silence; this much of it is kept


@dataclass(frozen=True)
class Utterance:
    """One teacher utterance. Frames are 25 ms; F0 and energy have two values a frame."""

    text: str
    voice: str  # the voice's name, or "blend"
    british: bool
    ids: NDArray[np.int64]  # [tokens], boundary token at both ends
    frames: NDArray[np.int64]  # [tokens]
    duration: NDArray[np.float32]  # [tokens], in frames, before rounding
    f0: NDArray[np.float32]  # [2 * sum(frames)] Hz
    energy: NDArray[np.float32]  # [2 * sum(frames)]
    style: NDArray[np.float32]  # [256]: first half for the sound, second for prosody
    phase: float  # cycles of the excitation at the first kept sample
    audio: NDArray[np.int16]  # [600 * sum(frames)]; empty where the teacher was mute


def load_shard(stem: Path) -> Iterator[Utterance]:
    """Read one shard (``stem``.jsonl, .npz and .flac or .opus, if any) and trim the silence before each utterance."""
    sound = next((p for p in (stem.with_suffix(".flac"), stem.with_suffix(".opus")) if p.exists()), None)
    audio = soundfile.read(sound, dtype="int16")[0] if sound else np.zeros(0, np.int16)
    arrays = dict(np.load(stem.with_suffix(".npz")))
    token = frame = 0
    for index, line in enumerate(stem.with_suffix(".jsonl").read_text().splitlines()):
        row = json.loads(line)
        tokens = slice(token, token + row["n_tokens"])
        halves = slice(2 * frame, 2 * (frame + row["n_frames"]))
        token, frame = tokens.stop, frame + row["n_frames"]
        frames = arrays["frames"][tokens].astype(np.int64)
        duration = arrays["dur"][tokens].astype(np.float32)
        f0 = arrays["f0"][halves].astype(np.float32)
        cut = max(int(frames[0]) - LEAD_FRAMES, 0)
        frames[0] -= cut
        duration[0] = duration[0] - cut
        yield Utterance(
            text=row["text"],
            voice=row["mix"][0][0] if len(row["mix"]) == 1 else "blend",
            british=row["british"],
            ids=arrays["ids"][tokens].astype(np.int64),
            frames=frames,
            duration=duration,
            f0=f0[2 * cut :],
            energy=arrays["energy"][halves].astype(np.float32)[2 * cut :],
            style=arrays["style"][index].astype(np.float32),
            phase=float(np.remainder(f0[: 2 * cut].astype(np.float64).sum() * 300 / 24000, 1)),
            audio=audio[row["start"] + 600 * cut : row["start"] + row["length"]],
        )


def load_corpus(folders: list[Path], held_out: int = 16) -> tuple[list[Utterance], list[Utterance]]:
    """All shards of all folders -> training utterances, and the last ``held_out`` of the first shard."""
    stems = sorted(p.with_suffix("") for folder in folders for p in folder.glob("*.jsonl"))
    shards = [list(load_shard(stem)) for stem in tqdm(stems, desc="corpus")]
    first = shards[0]
    kept = len(first) - held_out
    return [u for shard in [first[:kept], *shards[1:]] for u in shard], first[kept:]
