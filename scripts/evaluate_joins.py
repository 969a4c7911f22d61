"""Does the sound jump where text was added? The same sentences given whole, by clause, in halves, and word by word.

    python scripts/evaluate_joins.py

A join is where sound begins that was planned after the sound before it. At each: how much the spectrum changes (mean
decibels over all bins, within 5 ms) and how far the pitch steps, as a rank among the same measures elsewhere in the
speech of the same clip: 0.99 means that 99 % of all other moments change less. Joins lie between words, where speech
changes more than in the middle of one, so the same places in the whole reading are ranked too, as it is and with 40 ms
cut out at each, which is what a bad join looks like. DistillMOS of each way beside them. Ends in one JSON line on
standard output.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np
import scoring
import torch
from benching.report import finish
from numpy.typing import NDArray
from scoring import options
from scoring.heldout import HeldOut
from scoring.joins import Changes, flux, pitch_steps
from scoring.report import interval
from scoring.systems import PIECES, LarksongHere, Speech
from tqdm import tqdm

CUT_S = 0.040

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """A clip with its measures at every moment."""

    said: Speech
    flux: Changes
    pitch: Changes

    @classmethod
    def of(cls, said: Speech) -> Heard:
        f0 = scoring.f0_track(said.audio, said.rate)
        return cls(said, flux(said.audio, said.rate), pitch_steps(f0, said.audio.size / said.rate))

    def at(self, moments: Sequence[float]) -> Array:
        """[moments, 3]: rank of the flux, rank of the pitch step, pitch step in semitones."""
        return np.stack([self.flux.ranks(moments), self.pitch.ranks(moments), self.pitch.at(moments)], axis=1)


def beginnings(said: Speech, words: Sequence[int]) -> list[float]:
    """Seconds at which the share of each word begins: where that of the word before ends."""
    return [said.words[word - 1].end_s for word in words]


def cut_out(said: Speech, moments: Sequence[float], seconds: float = CUT_S) -> tuple[Speech, list[float]]:
    """The clip without the last part before each moment, and where the moments are then.

    What lies between two moments keeps 10 ms at least.
    """
    edges = [round(second * said.rate) for second in (0.0, *moments)]
    gone, kept = round(seconds * said.rate), round(0.010 * said.rate)
    parts = [said.audio[start : max(start + kept, end - gone)] for start, end in pairwise(edges)]
    ends = np.cumsum([part.size for part in parts]) / said.rate
    audio = np.concatenate([*parts, said.audio[edges[-1] :]])
    return replace(said, audio=audio, segments=()), ends.tolist()


@dataclass
class Way:
    """All sentences given in one kind of piece."""

    scores: list[float] = field(default_factory=list)  # DistillMOS
    at_joins: list[Array] = field(default_factory=list)
    in_whole: list[Array] = field(default_factory=list)  # the same places, spoken without a join
    cut_out: list[Array] = field(default_factory=list)  # the same, spoiled

    def add(self, heard: Heard, whole: Heard) -> None:
        said, joins = heard.said, heard.said.joins
        self.scores.append(scoring.distillmos_score(said.audio, said.rate))
        if not joins:
            return
        self.at_joins.append(heard.at(beginnings(said, joins)))
        if len(said.words) == len(whole.said.words):  # else the pieces were read as other words
            places = beginnings(whole.said, joins)
            self.in_whole.append(whole.at(places))
            spoiled, places = cut_out(whole.said, places)
            self.cut_out.append(Heard.of(spoiled).at(places))

    def summary(self) -> dict[str, Any]:
        return {
            "distillmos": interval(self.scores),
            "joins": places(self.at_joins),
            "same_places_in_whole": places(self.in_whole),
            "same_places_40_ms_cut_out": places(self.cut_out),
        }


def places(found: Sequence[Array]) -> dict[str, Any]:
    """Shares and medians over all places of all clips."""
    flux_ranks, pitch_ranks, steps = np.concatenate([np.zeros((0, 3)), *found]).T
    return {
        "places": len(steps),
        "flux": ranked(flux_ranks),
        "pitch": ranked(pitch_ranks),
        "pitch_step_semitones": {
            name: _rounded(np.nanpercentile(steps, percent)) if (~np.isnan(steps)).any() else None
            for name, percent in (("p50", 50), ("p90", 90))
        },
    }


def ranked(ranks: Array) -> dict[str, float | int | None]:
    """What chance would give: 0.05 above the 95th percentile, 0.01 above the 99th, a median of 0.5."""
    known = ranks[~np.isnan(ranks)]
    if not known.size:
        return {"places": 0, "above_p95": None, "above_p99": None, "median_rank": None}
    return {
        "places": int(known.size),
        "above_p95": _rounded(np.mean(known > 0.95)),
        "above_p99": _rounded(np.mean(known > 0.99)),
        "median_rank": _rounded(np.median(known)),
    }


def _rounded(value: Any) -> float:
    return round(float(value), 4)


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Sentences, spread over the categories.")
@options.weights
def main(voice: str, limit: int | None, weights: Path | None) -> None:
    torch.set_num_threads(1)
    larksong, sentences = LarksongHere.load(weights), HeldOut.load().some(limit)
    ways = {pieces: Way() for pieces in PIECES}
    for sentence in tqdm(sentences, desc="sentences"):
        whole = Heard.of(larksong.speak(sentence.text, voice))
        for pieces, way in ways.items():
            heard = whole if pieces == "whole" else Heard.of(larksong.fed(pieces).speak(sentence.text, voice))
            way.add(heard, whole)
    results = {pieces: way.summary() for pieces, way in ways.items()}
    finish("joins", {"voice": voice, "sentences": len(sentences), "ways": results}, options.PACKAGES)


if __name__ == "__main__":
    main()
