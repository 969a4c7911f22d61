"""Shards on disk: `NAME.flac` or `.opus` (audio), `NAME.npz` (arrays), `NAME.jsonl` (an utterance a line).

A shard of a mute teacher has no audio.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from .teacher import CURVES_PER_FRAME, FRAME_SAMPLES, SAMPLE_RATE, Utterance

AUDIO_ENDINGS = (".flac", ".opus")


class ShardError(Exception):
    """A shard's files do not fit together."""


@dataclass(frozen=True)
class Record:
    """One line of a shard's jsonl. `start` and `length` are samples in the shard's audio."""

    text: str
    source: str
    phonemes: str
    g2p: str
    british: bool
    mix: list[tuple[str, float]]
    start: int
    length: int
    n_tokens: int
    n_frames: int


@dataclass(frozen=True)
class Spoken:
    """An utterance ready to be stored."""

    text: str
    source: str
    phonemes: str
    british: bool
    mix: tuple[tuple[str, float], ...]
    style: NDArray[np.float32]  # [256]
    utterance: Utterance
    g2p: str = "espeak"  # who read the text


def shard_name(number: int, language: str = "en") -> str:
    return f"{language}_{number:03d}"


def is_complete(folder: Path, name: str) -> bool:
    """The jsonl is written last, so a shard that has one is whole."""
    return (folder / f"{name}.jsonl").exists()


def seconds(folder: Path, name: str) -> float:
    """Length of a shard's speech."""
    return sum(record.n_frames for record in read_records(folder / f"{name}.jsonl")) * FRAME_SAMPLES / SAMPLE_RATE


def write_shard(folder: Path, name: str, spoken: Sequence[Spoken]) -> None:
    """Write the three files, each under another name first, so that no half-written one is ever taken up."""
    records, start = [], 0
    for item in spoken:
        said = item.utterance
        records.append(
            Record(
                text=item.text,
                source=item.source,
                phonemes=item.phonemes,
                g2p=item.g2p,
                british=item.british,
                mix=list(item.mix),
                start=start,
                length=said.audio.size,
                n_tokens=said.ids.size,
                n_frames=int(said.frames.sum()),
            )
        )
        start += said.audio.size
    all_said = [item.utterance for item in spoken]
    arrays: dict[str, Any] = {
        "ids": np.concatenate([said.ids for said in all_said]).astype(np.uint8),
        "frames": np.concatenate([said.frames for said in all_said]).astype(np.uint16),
        "dur": np.concatenate([said.durations for said in all_said]).astype(np.float16),
        "f0": np.concatenate([said.f0 for said in all_said]).astype(np.float16),
        "energy": np.concatenate([said.energy for said in all_said]).astype(np.float16),
        "style": np.stack([item.style for item in spoken]).astype(np.float16),
    }
    audio = np.clip(np.concatenate([said.audio for said in all_said]), -1.0, 1.0)
    folder.mkdir(parents=True, exist_ok=True)
    if audio.size:
        with _replacing(folder / f"{name}.flac") as path:
            sf.write(path, audio, SAMPLE_RATE, format="FLAC", subtype="PCM_16")
    with _replacing(folder / f"{name}.npz") as path, path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    with _replacing(folder / f"{name}.jsonl") as path:
        rows = (json.dumps(asdict(record), ensure_ascii=False) for record in records)
        path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """Gives a path to write to, and puts the file in its place once it is whole."""
    part = target.with_name(target.name + ".part")
    try:
        yield part
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def read_records(path: Path) -> list[Record]:
    """The jsonl of a shard."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Record(**{**row, "mix": [(name, weight) for name, weight in row["mix"]]}) for row in rows]


def read_shard(folder: Path, name: str) -> Iterator[tuple[Record, dict[str, NDArray[Any]]]]:
    """Each utterance with its own part of the arrays, and `audio` [600 N] float32 besides.

    Raises ShardError where the three files disagree about lengths.
    """
    records = read_records(folder / f"{name}.jsonl")
    path = next((folder / (name + end) for end in AUDIO_ENDINGS if (folder / (name + end)).exists()), None)
    if path is None:
        raise ShardError(f"{name} has no audio in {folder}")
    audio, rate = sf.read(path, dtype="float32")
    with np.load(folder / f"{name}.npz") as stored:
        arrays = {key: stored[key] for key in stored.files}
    tokens = sum(record.n_tokens for record in records)
    frames = sum(record.n_frames for record in records)
    found = (rate, audio.size, arrays["ids"].size, arrays["f0"].size, len(arrays["style"]))
    if found != (SAMPLE_RATE, frames * FRAME_SAMPLES, tokens, frames * CURVES_PER_FRAME, len(records)):
        raise ShardError(f"the files of {name} disagree: rate, samples, tokens, curves, styles are {found}")
    token = curve = 0
    for row, record in enumerate(records):
        by_token = slice(token, token := token + record.n_tokens)
        by_curve = slice(curve, curve := curve + record.n_frames * CURVES_PER_FRAME)
        part = {key: arrays[key][by_token] for key in ("ids", "frames", "dur")}
        part |= {key: arrays[key][by_curve] for key in ("f0", "energy")}
        part |= {"style": arrays["style"][row], "audio": audio[record.start : record.start + record.length]}
        yield record, part
