"""Clips of known blends of the teacher's voices: their weights and their speaker embeddings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from corpus.voices import VoicePacks
from larksong.model.speaker import RATE, SpeakerEncoder, speech_of
from larksong.model.synthesizer import Synthesizer
from larksong.model.voice import Voice, VoiceCatalogue
from make_voices import ROWS
from numpy.typing import NDArray
from scoring.systems import LarksongHere
from tqdm import tqdm

Array = NDArray[np.float32]

SHORTEST_S = 2.2  # of speech: shorter clips tell too little of a speaker
PER_VOICE = 20  # clips of one voice unmixed; more would only repeat themselves
LARGEST = 4  # voices in a random blend
LETTERS = (40, 110)  # of the texts that our own voice speaks


@dataclass(frozen=True)
class Pairs:
    """N clips of blends of V voices."""

    weights: Array  # [N, V]
    embeddings: Array  # [N, 256]
    seconds: Array  # [N] of speech

    def __len__(self) -> int:
        return len(self.seconds)

    def __add__(self, other: Pairs) -> Pairs:
        weights = np.concatenate([self.weights, other.weights])
        embeddings = np.concatenate([self.embeddings, other.embeddings])
        return Pairs(weights, embeddings, np.concatenate([self.seconds, other.seconds]))

    def __getitem__(self, chosen: NDArray[np.int64]) -> Pairs:
        return Pairs(self.weights[chosen], self.embeddings[chosen], self.seconds[chosen])


@dataclass(frozen=True)
class Space:
    """The voices that are blended, with the styles that the served voice files have."""

    voices: tuple[str, ...]  # V names
    styles: Array  # [V, 256]

    @classmethod
    def load(cls, packs: VoicePacks) -> Space:
        """The teacher's English voices."""
        return cls(packs.english, np.stack([packs[name].styles[ROWS].mean(0) for name in packs.english]))

    def voice(self, style: Array, accent: str) -> Voice:
        """A style as a voice that can speak; what its other facts are makes no difference here."""
        return Voice("clone", "Clone", "", "", "en", accent, 150.0, style.astype(np.float32))

    def is_british(self, weights: Array) -> bool:
        """Whether half of a blend is British."""
        return sum(w for name, w in zip(self.voices, weights, strict=True) if name.startswith("b")) >= 0.5


def teacher_pairs(space: Space, encoder: SpeakerEncoder, folders: Sequence[Path]) -> Pairs:
    """From corpora: every blend, and some clips of every single voice."""
    counts: Counter[str] = Counter()
    weights, embeddings, seconds = [], [], []
    stems = sorted(path.with_suffix("") for folder in folders for path in folder.glob("*.jsonl"))
    for stem in tqdm(stems, desc="teacher"):
        audio, rate = soundfile.read(next(p for e in (".flac", ".opus") if (p := stem.with_suffix(e)).exists()))
        for line in stem.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if len(row["mix"]) == 1:
                counts[row["mix"][0][0]] += 1
                if counts[row["mix"][0][0]] > PER_VOICE:
                    continue
            speech = speech_of(audio[row["start"] : row["start"] + row["length"]], rate)
            if len(speech) < SHORTEST_S * RATE:
                continue
            mix = dict(row["mix"])
            weights.append([mix.get(name, 0.0) for name in space.voices])
            embeddings.append(encoder.embed(speech))
            seconds.append(len(speech) / RATE)
    return Pairs(np.array(weights, np.float32), np.array(embeddings), np.array(seconds, np.float32))


def own_pairs(space: Space, encoder: SpeakerEncoder, model: Synthesizer, texts: Sequence[str], count: int) -> Pairs:
    """Random blends, and every voice alone, spoken by the served voice: two texts each."""
    rng = np.random.default_rng(5)
    fitting = [text for text in texts if LETTERS[0] < len(text) < LETTERS[1]]
    weights, embeddings, seconds = [], [], []
    for number in tqdm(range(count), desc="own"):
        mix = np.eye(len(space.voices))[number] if number < len(space.voices) else _blend(rng, len(space.voices))
        text = " ".join(str(line) for line in rng.choice(fitting, 2))
        speech = speech_of(say(space, model, (mix @ space.styles), text, space.is_british(mix)), model.sample_rate)
        weights.append(mix)
        embeddings.append(encoder.embed(speech))
        seconds.append(len(speech) / RATE)
    return Pairs(np.array(weights, np.float32), np.array(embeddings), np.array(seconds, np.float32))


def say(space: Space, model: Synthesizer, style: Array, text: str, british: bool) -> Array:
    """The served voice with a style."""
    voice = space.voice(style, "GB" if british else "US")
    return LarksongHere(model, VoiceCatalogue([voice])).speak(text, voice.slug).audio


def _blend(rng: np.random.Generator, voices: int) -> Array:
    count = int(rng.integers(1, LARGEST + 1))
    weights = np.zeros(voices, np.float32)
    weights[rng.choice(voices, count, replace=False)] = rng.dirichlet(np.ones(count))
    return weights
