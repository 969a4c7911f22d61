"""Worker processes that speak planned utterances: one teacher and one thread each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from larksong.model.text import Word, any_front_end, encode, front_end
from numpy.typing import NDArray
from scoring.languages import without_accents

from .accents import AccentedTeacher
from .shards import Spoken
from .teacher import Teacher, Utterance
from .texts import Planner
from .voices import VoicePacks, is_british

ATTEMPTS = 50


class PlanError(Exception):
    """No text of speakable length was found for an utterance."""


@dataclass(frozen=True)
class Speaker:
    """All that a worker needs; sent to it once. Lengths are in phoneme signs."""

    planner: Planner
    voices: Path
    longest: int
    mute: bool = False  # how texts are said, without their sound
    language: str = "en"

    def speak(self, number: int) -> Spoken:
        """Speak utterance `number` of the plan."""
        for attempt in range(ATTEMPTS):
            plan = self.planner.plan(number, attempt)
            british = is_british(plan.mix)
            text = plan.line.text
            phonemes = phonemes_of(text, british) if self.language == "en" else signs_of(text, self.language)
            if 1 <= len(phonemes) <= self.longest:
                break
        else:
            raise PlanError(f"utterance {number}: no text of 1 to {self.longest} signs was found")
        style = _packs(self.voices).blend(plan.mix).row(len(phonemes))
        said = self._say(text, phonemes, style)
        reader = "haqumei" if self.language == "ja" else "espeak"
        return Spoken(text, plan.line.source, phonemes, british, plan.mix, style, said, reader)


    def _say(self, text: str, phonemes: str, style: NDArray[np.float32]) -> Utterance:
        tones = getattr(any_front_end(self.language), "tones", None)
        if tones is None:
            return _teacher(self.mute).speak(phonemes, style)
        question = text.rstrip().endswith(("？", "?", "か。"))
        said = _accented(self.mute).speak(without_accents(phonemes), style, tones(text), question)
        return replace(said, ids=np.array([0, *encode(phonemes), 0], np.int64))


def signs_of(text: str, language: str) -> str:
    """The signs of a text in another language, marks of accents included."""
    return " ".join(word.phonemes for word in any_front_end(language).words(text))


def phonemes_of(text: str, british: bool) -> str:
    """The teacher's phoneme signs for a text, by the front end that the served voice uses."""
    return " ".join(word.phonemes for word in words_of(text, british))


def words_of(text: str, british: bool) -> list[Word]:
    """The words of a text, by the same front end."""
    return front_end("en-GB" if british else "en-US").words(text)


# One of each per process, made by the first utterance that it speaks.
_teacher = cache(lambda mute: Teacher(mute=mute))
_accented = cache(lambda mute: AccentedTeacher(mute=mute))
_packs = cache(VoicePacks)


_speaker: Speaker


def _start(speaker: Speaker) -> None:
    global _speaker
    _speaker = speaker


def _speak(number: int) -> Spoken:
    return _speaker.speak(number)


def speak_all(speaker: Speaker, numbers: Iterable[int], workers: int) -> Iterator[Spoken]:
    """Speak utterances on several processes, handed out in order; few are ever under way or waiting."""
    # Spawned, not forked: a fork of a process with onnxruntime threads may hang.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_start, initargs=(speaker,)) as pool:
        yield from in_order(lambda number: pool.submit(_speak, number), numbers, ahead=2 * workers)


def in_order(submit: Callable[[int], Future[Spoken]], numbers: Iterable[int], ahead: int) -> Iterator[Spoken]:
    """Results in the order of `numbers`, with at most `ahead` submitted and not yet taken."""
    waiting: deque[Future[Spoken]] = deque()
    try:
        for number in numbers:
            waiting.append(submit(number))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
