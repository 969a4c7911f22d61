"""Score every named voice beside the teacher's voice of that name, on the same held-out sentences.

    python scripts/evaluate_voices.py --voices DIR --cache ~/.cache/larksong

For each voice: DistillMOS of Larksong and of the teacher; similarity of its clips to the mean of the teacher's clips
in that voice, and to the nearest other voice of the teacher, without which the first says little; spread and middle
of F0 against the teacher's. The table goes to standard error; ends in one JSON line on standard output.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import scoring
import torch
from benching.report import finish, say
from numpy.typing import NDArray
from scoring import options
from scoring.heldout import HeldOut, Sentence
from scoring.report import spread_ratio
from scoring.systems import LarksongHere, Speech, System, Teacher
from tqdm import tqdm

Embedding = NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """What was measured of one sentence in one voice. NaN where it could not be taken."""

    voice: str
    text: str
    distillmos: float
    f0_spread: float  # semitones
    f0_hz: float
    embedding: Embedding  # [256]


@dataclass(frozen=True)
class VoiceScore:
    """One voice. Similarities are means over clips of cosines to a mean of the teacher's clips."""

    voice: str
    distillmos: float
    teacher: float  # DistillMOS of the teacher
    similarity: float
    teacher_similarity: float  # of the teacher's own clips, each to the mean of the others
    best_other: str | None  # voice of the teacher that is the nearest but for its own
    best_other_similarity: float | None
    own_is_nearest: float  # share of clips
    f0_ratio: float | None  # spread, over the teacher's
    f0_difference: float | None  # semitones above the teacher


def measure(voice: str, text: str, said: Speech) -> Clip:
    f0 = scoring.f0_track(said.audio, said.rate)
    return Clip(
        voice=voice,
        text=text,
        distillmos=scoring.distillmos_score(said.audio, said.rate),
        f0_spread=scoring.pitch_spread(f0),
        f0_hz=scoring.pitch_middle(f0),
        embedding=scoring.speaker_embedding(said.audio, said.rate),
    )


def speak_and_measure(
    system: System, voices: Sequence[str], sentences: Sequence[Sentence]
) -> dict[str, list[Clip]]:
    """Clips by voice."""
    clips: dict[str, list[Clip]] = {voice: [] for voice in voices}
    with tqdm(total=len(voices) * len(sentences), desc=system.name) as bar:
        for voice in voices:
            for sentence in sentences:
                clips[voice].append(measure(voice, sentence.text, system.speak(sentence.text, voice)))
                bar.update()
    return clips


def score(ours: Sequence[Clip], taught: Mapping[str, Sequence[Clip]]) -> VoiceScore:
    """Score clips of one voice against the teacher's clips of all voices."""
    voice = ours[0].voice
    means = {name: np.nanmean([clip.embedding for clip in clips], axis=0) for name, clips in taught.items()}
    near = {name: _similarities(ours, mean) for name, mean in means.items()}  # each [clips]
    others = {name: float(np.nanmean(found)) for name, found in near.items() if name != voice}
    best = max(others, key=lambda name: others[name], default=None)
    heard = ~np.isnan(near[voice])
    nearest = np.max([found[heard] for found in near.values()], axis=0)
    return VoiceScore(
        voice=voice,
        distillmos=_mean([clip.distillmos for clip in ours]),
        teacher=_mean([clip.distillmos for clip in taught[voice]]),
        similarity=_mean(near[voice]),
        teacher_similarity=_mean(_to_the_others(taught[voice])),
        best_other=best,
        best_other_similarity=round(others[best], 4) if best else None,
        own_is_nearest=_mean(near[voice][heard] == nearest),
        f0_ratio=spread_ratio(ours, taught[voice]),
        f0_difference=_f0_difference(ours, taught[voice]),
    )


def _similarities(clips: Sequence[Clip], mean: Embedding) -> NDArray[np.float64]:
    return np.array([scoring.speaker_similarity(clip.embedding, mean) for clip in clips])


def _to_the_others(clips: Sequence[Clip]) -> NDArray[np.float64]:
    rest = [np.nanmean([other.embedding for other in clips if other is not clip], axis=0) for clip in clips]
    return np.array([scoring.speaker_similarity(clip.embedding, mean) for clip, mean in zip(clips, rest, strict=True)])


def _mean(values: Sequence[float] | NDArray[Any]) -> float:
    return round(float(np.nanmean(values)), 4)


def _f0_difference(ours: Sequence[Clip], taught: Sequence[Clip]) -> float | None:
    steps = [scoring.semitones(a.f0_hz, b.f0_hz) for a, b in zip(ours, taught, strict=True)]
    return None if np.isnan(steps).all() else _mean(steps)


def table(scores: Sequence[VoiceScore]) -> str:
    """Markdown, the best voice first."""
    lines = ["| voice | DistillMOS | teacher | similarity | nearest other | F0 spread | F0, semitones |"]
    lines.append("|---" * 7 + "|")
    for one in sorted(scores, key=lambda one: -one.distillmos):
        other = f"{one.best_other_similarity:.2f} ({one.best_other})" if one.best_other else "–"
        pitch = ["–" if value is None else form % value for value, form in
                 ((one.f0_ratio, "%.2f"), (one.f0_difference, "%+.2f"))]  # fmt: skip
        cells = (one.voice, f"{one.distillmos:.2f}", f"{one.teacher:.2f}", f"{one.similarity:.2f}", other, *pitch)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def overall(scores: Sequence[VoiceScore]) -> dict[str, Any]:
    """Means over voices, and the voices that are worst."""
    worst = min(scores, key=lambda one: one.distillmos)
    furthest = max(scores, key=lambda one: one.teacher - one.distillmos)
    unlike = min(scores, key=lambda one: one.similarity)
    return {
        "mean": {
            name: _mean([getattr(one, name) for one in scores])
            for name in ("distillmos", "teacher", "similarity", "teacher_similarity", "own_is_nearest")
        },
        "worst": {"voice": worst.voice, "distillmos": worst.distillmos},
        "furthest_from_teacher": {
            "voice": furthest.voice, "behind": round(furthest.teacher - furthest.distillmos, 4)
        },
        "least_similar": {"voice": unlike.voice, "similarity": unlike.similarity},
    }  # fmt: skip


@click.command(help=__doc__)
@click.option("--voice", "voices", multiple=True, help="Only these, instead of all that have a card.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(2), help="Sentences in each voice.")
@options.weights
@options.packs
@options.cache
def main(
    voices: tuple[str, ...], limit: int, weights: Path | None, packs: Path | None, cache: Path | None
) -> None:
    torch.set_num_threads(1)
    teacher, larksong = Teacher(options.find_packs(packs, cache), cache), LarksongHere.load(weights)
    names = voices or tuple(card.slug for card in larksong.voices)
    sentences = HeldOut.load().some(limit)
    ours, taught = (speak_and_measure(system, names, sentences) for system in (larksong, teacher))
    scores = [score(ours[name], taught) for name in names]
    say(table(scores))
    report = {"sentences": len(sentences), **overall(scores), "voices": [asdict(one) for one in scores]}
    finish("voices", report, options.PACKAGES)


if __name__ == "__main__":
    main()
