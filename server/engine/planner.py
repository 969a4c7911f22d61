"""From arriving text to planned sound: takes what is speakable and has the voice plan it, in batches."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..config import EngineLimits
from ..text.buffer import Flush
from ..text.script import Control, Pause, Speak, Step
from .job import Job, Mark

if TYPE_CHECKING:
    from larksong.model.text import Word

    from .backend import Stream, Synthesizer

Fault = tuple[Job, Exception]
UNSPEAKABLE_S = 0.1  # silence for a context whose text has no sound
TAIL_S = 0.05  # silence planned at a time to let the last word out while the context stays open
TAIL_LEAD_S = 0.1  # when the listener has no more than this, the last word must go out

logger = logging.getLogger(__name__)


class Planner:
    """Runs on the engine's thread. Faults are per job: one bad text never harms another's."""

    def __init__(self, synthesizer: Synthesizer, limits: EngineLimits) -> None:
        self._synthesizer = synthesizer
        self._limits = limits
        self._progress = False

    def plan(self, jobs: Iterable[Job], now: float, critical_s: float) -> tuple[bool, list[Fault]]:
        """Plan for those who need it most; whether anything was done, and whose planning failed.

        Newcomers go first, except before listeners who will have heard all that is planned in `critical_s`.
        """
        self._progress = False
        faults: list[Fault] = []
        adds: list[tuple[Job, list[Word]]] = []
        wanting = [job for job in jobs if self.looks_at(job) <= now]
        wanting.sort(key=lambda job: self._need(job, now, critical_s))
        for job in wanting:
            if len(adds) == self._limits.tick_texts:
                self._progress = True  # there is more to do than one tick may take
                break
            try:
                words = self._next_words(job, now)
            except Exception as fault:
                faults.append((job, fault))
                continue
            if words:
                adds.append((job, words))
        faults += self._add(adds)
        failed = {job for job, _ in faults}
        for job in jobs:
            if job not in failed:
                try:
                    self._finish_or_release(job, now, critical_s)
                except Exception as fault:
                    faults.append((job, fault))
        return self._progress, faults

    @staticmethod
    def _need(job: Job, now: float, critical_s: float) -> tuple[int, float, float]:
        """Smaller is planned first."""
        runway = job.runway_s(now)
        if job.row.dry_at is None:
            return 1, runway, job.row.arrived
        return 0 if runway < critical_s else 2, runway, job.row.arrived

    def looks_at(self, job: Job) -> float:
        """When this job's text is worth looking at, if nothing arrives before; infinity for never."""
        if job.planned_s() >= self._limits.plan_ahead_s:
            return math.inf
        return 0.0 if job.steps else math.inf if job.text.empty else job.look_at

    def _next_words(self, job: Job, now: float) -> list[Word] | None:
        """Carry out a job's steps up to the next words; None when it must wait for text."""
        while job.planned_s() < self._limits.plan_ahead_s:
            if job.steps:
                step = job.steps.popleft()
                self._progress = True
                if isinstance(step, Speak):
                    self._stream(job)
                    return step.words
                self._do(job, step)
                continue
            part = job.text.take(now, job.runway_s(now))
            if part is None:
                due = job.text.due(now, job.runway_s(now))
                job.look_at = math.inf if due is None else due
                return None
            self._progress = True
            job.steps.extend([part.number] if isinstance(part, Flush) else job.script.steps(part.text))
        return None

    def _do(self, job: Job, step: Step | int) -> None:
        if isinstance(step, Pause):
            self._synthesizer.pause(self._stream(job), step.seconds)
        elif isinstance(step, Control):
            job.controls = step.controls
            if job.stream:
                self._synthesizer.set_controls(job.stream, step.controls)
        elif isinstance(step, int):
            job.marks.append(Mark(step, job.words_end))

    def _stream(self, job: Job) -> Stream:
        if job.stream is None:
            job.stream = self._synthesizer.open(job.settings.voice, job.controls)
        return job.stream

    def _add(self, adds: list[tuple[Job, list[Word]]]) -> list[Fault]:
        """Have the voice plan these words as one batch; one by one if that fails, to find the culprit."""
        if not adds:
            return []
        try:
            planned = self._synthesizer.add([(self._stream(job), words) for job, words in adds])
        except Exception as fault:
            if len(adds) == 1:
                return [(adds[0][0], fault)]
            logger.exception("planning a batch of %d failed; trying them one by one", len(adds))
            return [found for add in adds for found in self._add([add])]
        for (job, _), timings in zip(adds, planned, strict=True):
            job.words.extend(timings)
            if timings:
                job.words_end = max(job.words_end, round(timings[-1].end_s * job.sample_rate))
        return []

    def _finish_or_release(self, job: Job, now: float, critical_s: float) -> None:
        if job.closed:
            if job.all_planned and not job.ended:
                self._end(job)
        elif self.tail_waits(job) and (job.marks or now >= self.tail_due(job, critical_s)):
            # The voice holds back the end of the last word until it knows what follows. The listener is
            # about to hear a gap anyway, or wants all of it now (flush): let silence follow.
            self._synthesizer.pause(self._stream(job), TAIL_S)
            self._progress = True

    @staticmethod
    def tail_waits(job: Job) -> bool:
        """Whether an open context's last word is held back for lack of text after it."""
        if job.stream is None or job.ended or job.steps or job.stream.ready:
            return False
        return job.samples < job.words_end

    @staticmethod
    def tail_due(job: Job, critical_s: float) -> float:
        """When a last word that is held back must go out: at the last moment, if the next is still to be expected."""
        if job.row.dry_at is None:
            return 0.0
        expected = (job.text.last_at or 0.0) + job.text.next_word_s
        return max(job.row.dry_at - TAIL_LEAD_S, min(job.row.dry_at - critical_s, expected))

    def _end(self, job: Job) -> None:
        if job.stream is None and job.has_text:
            self._synthesizer.pause(self._stream(job), UNSPEAKABLE_S)
        if job.stream:
            self._synthesizer.finish(job.stream)
        job.ended = True
        self._progress = True
