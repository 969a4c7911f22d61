"""A chapter of ten minutes in one context: does the voice stay the same, and does it say every word once?

    python scripts/evaluate_long.py --voices DIR --cache ~/.cache/larksong

Held-out lines in a fixed random order go into one context of Larksong, one after another. The teacher, which cannot
speak for so long, says them two at a time. Of both, minute by minute: similarity to the first minute and to the
teacher, pitch, level, DistillMOS. Over all: word errors, runs of words that were repeated or skipped, the silence
between the two lines of each pair, and clicks: samples more abrupt than 99.99 % of the teacher's (scoring/clicks.py),
with the share of planted clicks that this would have found. Ends in one JSON line on standard output.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np
import scoring
import torch
from benching.report import finish, say
from corpus.voices import is_british
from numpy.typing import NDArray
from scoring import options
from scoring.chapter import Passage, Take, as_utterance, cut, lines, passages, spoken_at_once
from scoring.clicks import abruptness, clicks, sensitivity, threshold
from scoring.pauses import speech_level_db
from scoring.report import interval
from scoring.systems import LarksongHere, Teacher
from tqdm import tqdm

PLANTED = 0.1  # of full scale: size of the clicks that are planted

Embedding: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True)
class Scored:
    """What was measured of one passage."""

    words: scoring.WordErrors
    stumbles: scoring.Stumbles
    distillmos: float
    f0: NDArray[np.float64]


def score(part: Passage, take: Take) -> Scored:
    heard = scoring.transcribe(take.audio, take.rate)
    return Scored(
        words=scoring.word_errors(part.text, heard),
        stumbles=scoring.stumbles(part.text, heard),
        distillmos=scoring.distillmos_score(take.audio, take.rate),
        f0=scoring.f0_track(take.audio, take.rate),
    )


def joined(takes: Iterable[Take]) -> NDArray[np.float32]:
    return np.concatenate([take.audio for take in takes])


class Reading:
    """The chapter as one system said it."""

    def __init__(self, parts: Sequence[Passage], takes: Sequence[Take], name: str) -> None:
        self.takes, self.rate = takes, takes[0].rate
        pairs = zip(parts, takes, strict=True)
        self.scored = [score(*pair) for pair in tqdm(pairs, desc=f"scoring {name}", total=len(parts))]

    def embeddings(self, windows: Sequence[Sequence[int]]) -> list[Embedding]:
        """[256] of each window, a list of passages."""
        return [scoring.speaker_embedding(joined(self.takes[n] for n in window), self.rate) for window in windows]

    def window(
        self, chosen: Sequence[int], embedding: Embedding, first: Embedding, taught: Embedding
    ) -> dict[str, Any]:
        """Scores of some passages."""
        f0 = scoring.pitch_middle(np.concatenate([self.scored[n].f0 for n in chosen]))
        found = {
            "similarity_to_first": scoring.speaker_similarity(embedding, first),
            "similarity_to_teacher": scoring.speaker_similarity(embedding, taught),
            "f0_hz": f0,
            "level_db": speech_level_db(joined(self.takes[n] for n in chosen), self.rate),
            "distillmos": float(np.mean([self.scored[n].distillmos for n in chosen])),
        }
        return {name: round(value, 4) if np.isfinite(value) else None for name, value in found.items()}

    def overall(self) -> dict[str, Any]:
        """Words, silences and naturalness of the whole."""
        errors, words = [s.words.errors for s in self.scored], [s.words.words for s in self.scored]
        pauses = [take.pause_s for take in self.takes]
        return {
            "wer": interval(errors, words),
            "repeated": sum(s.stumbles.repeated for s in self.scored),
            "skipped": sum(s.stumbles.skipped for s in self.scored),
            "distillmos": interval([s.distillmos for s in self.scored]),
            "silence_s": {f"p{percent}": round(float(np.percentile(pauses, percent)), 3) for percent in (10, 50, 90)},
        }

    def clicks(self, limit: float) -> dict[str, float]:
        """How many a minute, and the most abrupt sample; each passage by itself, as the cuts are no part of it."""
        seconds = sum(take.audio.size for take in self.takes) / self.rate
        found = sum(len(clicks(take.audio, self.rate, limit)) for take in self.takes)
        most = max(float(abruptness(take.audio, self.rate).max()) for take in self.takes)
        return {"per_minute": round(60 * found / seconds, 3), "most_abrupt": round(most, 2)}


def by_window(starts: Sequence[float], window_s: float) -> list[list[int]]:
    """Numbers of the passages that begin in each window; windows in which none begins are left out."""
    numbers: dict[int, list[int]] = {}
    for number, start in enumerate(starts):
        numbers.setdefault(int(start // window_s), []).append(number)
    return list(numbers.values())


def compare(ours: Reading, taught: Reading, windows: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    """Both systems, window by window."""
    both = [(reading, reading.embeddings(windows)) for reading in (ours, taught)]
    voice = np.mean(both[1][1], axis=0)
    return [
        {
            name: reading.window(window, embeddings[number], embeddings[0], voice)
            for name, (reading, embeddings) in zip(("larksong", "teacher"), both, strict=True)
        }
        for number, window in enumerate(windows)
    ]


def drift(windows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How far the voice moves from window to window; the teacher's windows tell what the texts alone do to it."""
    sides = {name: [window[name] for window in windows] for name in ("larksong", "teacher")}
    pitch = [scoring.semitones(w["larksong"]["f0_hz"], w["teacher"]["f0_hz"]) for w in windows]
    found: dict[str, Any] = {"f0_against_teacher_semitones": [round(step, 2) for step in pitch]}
    for name, side in sides.items():
        found[name] = {
            "least_similarity_to_first": min((w["similarity_to_first"] for w in side[1:]), default=None),
            "level_range_db": _range(side, "level_db"),
            "distillmos_range": _range(side, "distillmos"),
        }
    return found


def _range(side: Sequence[dict[str, Any]], key: str) -> float:
    return round(max(w[key] for w in side) - min(w[key] for w in side), 4)


def speak(
    larksong: LarksongHere, teacher: Teacher, voice: str, minutes: float
) -> tuple[list[Passage], list[float], list[Take], list[Take]]:
    """Passages, where they begin in the chapter, and what both systems made of them."""
    british, texts = is_british([(voice, 1.0)]), lines(minutes)
    said = spoken_at_once(larksong, tqdm(texts, desc="larksong"), voice)
    found = list(zip(passages(texts), cut(said, passages(texts), british), strict=True))
    kept = [(part, start, take) for part, (start, take) in found if start + take.audio.size / take.rate <= 60 * minutes]
    parts, starts, ours = (list(column) for column in zip(*kept, strict=True))
    taught = [as_utterance(teacher, part, voice, british) for part in tqdm(parts, desc="teacher")]
    return parts, starts, ours, taught


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(0.5), help="Of Larksong's speech.")
@click.option("--window", "window_s", default=60.0, show_default=True, type=click.FloatRange(5), help="Seconds.")
@options.weights
@options.packs
@options.cache
def main(
    voice: str, minutes: float, window_s: float, weights: Path | None, packs: Path | None, cache: Path | None
) -> None:
    torch.set_num_threads(1)
    teacher, larksong = Teacher(options.find_packs(packs, cache), cache), LarksongHere.load(weights)
    parts, starts, said, said_by_teacher = speak(larksong, teacher, voice, minutes)
    ours, taught = Reading(parts, said, "larksong"), Reading(parts, said_by_teacher, "teacher")
    windows = compare(ours, taught, by_window(starts, window_s))
    for number, window in enumerate(windows):
        say(f"{number * window_s:.0f} s: {window['larksong']}")
    limit = threshold([take.audio for take in taught.takes], taught.rate)
    report = {
        "voice": voice,
        "seconds": round(sum(take.audio.size for take in said) / ours.rate, 1),
        "passages": len(parts),
        "larksong": ours.overall(),
        "teacher": taught.overall(),
        "clicks": {
            "limit": round(limit, 2),
            "larksong": ours.clicks(limit),
            "teacher": taught.clicks(limit),
            "planted_found": sensitivity(joined(said), ours.rate, limit, PLANTED),
        },
        "drift": drift(windows),
        "windows": windows,
    }
    finish("long", report, options.PACKAGES)


if __name__ == "__main__":
    main()
