"""Does the pitch of the Japanese voices fall where it should? Against the dictionary, and against the accented teacher.

    python scripts/evaluate_accents.py --voices DIR --limit 40

The pitch of a mora is the median of its F0. Pairs of neighbours in a phrase whose first is high are looked at: the
second is low (a fall) or high. "order": how often a fall falls further than a pair that should not; 0.5 is chance.
"agreement": how often Larksong and its teacher, whose tone was shaped by the dictionary, both fall or both do not.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from corpus.accents import AccentedTeacher, Tone
from corpus.voices import VoicePacks
from larksong.model.text import any_front_end
from larksong.server.engine.backend import with_experimental_languages
from numpy.typing import NDArray
from scoring.languages import STYLES, without_accents
from scoring.pitch import HOP_S, f0_track
from tqdm import tqdm

FALL = -1.0  # semitones from one mora to the next that count as a fall
RATE = 24_000
VALUE_S = 0.0125  # of the teacher's F0

Steps = list[tuple[bool, float]]  # whether the dictionary says that it falls, and the semitones of the step


def pitches(f0: NDArray[np.float64], value_s: float, spans: list[tuple[float, float]]) -> NDArray[np.float64]:
    """Median F0 of each span of seconds, in semitones; NaN where nothing sounds."""
    found = []
    for start, end in spans:
        values = f0[round(start / value_s) : max(round(end / value_s), round(start / value_s) + 1)]
        voiced = values[values > 60]
        found.append(12 * np.log2(np.median(voiced)) if voiced.size else np.nan)
    return np.array(found)


def steps(signs: str, tones: list[Tone], tone_of: NDArray[np.float64]) -> list[tuple[bool, float] | None]:
    """The step after each mora that is high and has a neighbour in its phrase; None where the pitch is unknown."""
    found: list[tuple[bool, float] | None] = []
    for i, ((_, end, high), (start, _, next_high)) in enumerate(pairwise(tones)):
        if high and not set(signs[end:start]):
            change = float(tone_of[i + 1] - tone_of[i])
            found.append(None if np.isnan(change) else (not next_high, change))
    return found


def order(found: Steps) -> float:
    """How often a fall falls further than a pair that should not."""
    falls = np.array([change for falling, change in found if falling])
    flat = np.array([change for falling, change in found if not falling])
    return float((falls[:, None] < flat[None]).mean())


@click.command(help=__doc__)
@click.option("--voices", type=click.Path(exists=True, path_type=Path), required=True, help="The teacher's *.bin.")
@click.option("--limit", default=40, show_default=True, type=click.IntRange(1))
@click.option("--voice", "chosen", multiple=True, default=("jf_sora", "jm_riku"), show_default=True)
def main(voices: Path, limit: int, chosen: tuple[str, ...]) -> None:
    backend, packs, teacher = with_experimental_languages(None), VoicePacks(voices), AccentedTeacher(mute=True)
    front_end = any_front_end("ja")
    heldout = Path(__file__).parent / "scoring" / "heldout_ja.txt"
    texts = heldout.read_text(encoding="utf-8").splitlines()[:limit]
    results = {}
    for slug in chosen:
        ours: Steps = []
        theirs: Steps = []
        agreed: list[bool] = []
        for text in tqdm(texts, desc=slug):
            words = front_end.words(text)
            signs = " ".join(word.phonemes for word in words)
            tones = front_end.tones(text)
            stream = backend.synthesizer.open(backend.voices.get(slug))
            (timings,) = backend.synthesizer.add([(stream, words)])
            backend.synthesizer.finish(stream)
            chunks = []
            while not stream.finished:
                chunks += backend.synthesizer.step([stream], min(16, stream.ready))
            times = [sign for timing in timings for sign in (*timing.phonemes, (" ", 0.0, 0.0))][:-1]
            spans = [(times[start][1], times[end - 1][2]) for start, end, _ in tones]
            mine = steps(signs, tones, pitches(f0_track(np.concatenate(chunks), RATE), HOP_S, spans))
            plain = without_accents(signs)
            said = teacher.speak(plain, packs.blend(tuple(STYLES[slug].items())).row(len(plain)), tones)
            ends = np.cumsum(said.frames) * 0.025
            starts = ends - said.frames * 0.025
            spans = [(float(starts[start + 1]), float(ends[end])) for start, end, _ in tones]
            taught = steps(signs, tones, pitches(said.f0.astype(float), VALUE_S, spans))
            for one, other in zip(mine, taught, strict=True):
                if one and other:
                    ours.append(one)
                    theirs.append(other)
                    agreed.append((one[1] < FALL) == (other[1] < FALL))
        results[slug] = {
            "pairs": len(ours),
            "falls": sum(falling for falling, _ in ours),
            "order": {"larksong": round(order(ours), 3), "teacher": round(order(theirs), 3)},
            "agreement": round(float(np.mean(agreed)), 3),
        }
    print(json.dumps(results))


if __name__ == "__main__":
    main()
