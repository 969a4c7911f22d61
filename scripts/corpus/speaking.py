"""Worker processes that speak planned utterances: one teacher and one thread each."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from larksong.model.text import Word, front_end

from .shards import Spoken
from .teacher import Teacher
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

    def speak(self, number: int) -> Spoken:
        """Speak utterance `number` of the plan."""
        for attempt in range(ATTEMPTS):
            plan = self.planner.plan(number, attempt)
            british = is_british(plan.mix)
            phonemes = phonemes_of(plan.line.text, british)
            if 1 <= len(phonemes) <= self.longest:
                break
        else:
            raise PlanError(f"utterance {number}: no text of 1 to {self.longest} signs was found")
        style = _packs(self.voices).blend(plan.mix).row(len(phonemes))
        said = _teacher(self.mute).speak(phonemes, style)
        return Spoken(plan.line.text, plan.line.source, phonemes, british, plan.mix, style, said)


def phonemes_of(text: str, british: bool) -> str:
    """The teacher's phoneme signs for a text, by the front end that the served voice uses."""
    return " ".join(word.phonemes for word in words_of(text, british))


def words_of(text: str, british: bool) -> list[Word]:
    """The words of a text, by the same front end."""
    return front_end("en-GB" if british else "en-US").words(text)


# One of each per process, made by the first utterance that it speaks.
_teacher = cache(lambda mute: Teacher(mute=mute))
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
