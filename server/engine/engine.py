"""The one thread that runs the model: take in text, plan, step a batch, hand out.

The event loop reaches it through a bounded inbox and reads from outboxes; nothing else is shared. `tick` does
one round and can be called without the thread, which is how the tests run it.
"""

from __future__ import annotations

import itertools
import logging
import math
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ..config import EngineLimits, ServerConfig
from ..errors import SpeechError
from ..metrics import Metrics
from .job import Job, Push
from .outbox import Audio, Failed, Finished, Flushed, Outbox
from .planner import Planner
from .scheduler import Batch, Row, Scheduler
from .settings import Settings
from .slots import Slots

if TYPE_CHECKING:
    import numpy as np

    from .backend import Synthesizer

BLOCKED_POLL_S = 0.02  # how often a full outbox is looked at again

logger = logging.getLogger(__name__)


class Engine:
    """Owns the synthesizer. `open`, `push`, `cancel` belong to the event loop, all else to the thread."""

    def __init__(
        self,
        synthesizer: Synthesizer,
        slots: Slots,
        metrics: Metrics,
        limits: EngineLimits | None = None,
        max_text: int = ServerConfig.max_text_chars,
        notify: Callable[[list[Outbox]], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`notify` is called on the thread with the outboxes that have news; by default it wakes them."""
        self.limits = limits or EngineLimits()
        self.slots = slots
        self.sample_rate = synthesizer.sample_rate
        self._synthesizer = synthesizer
        self._frame_s = synthesizer.frame_samples / synthesizer.sample_rate
        self._metrics = metrics
        self._max_text = max_text
        self._notify = notify or _wake
        self._clock = clock
        self._scheduler = Scheduler(self.limits)
        self._planner = Planner(synthesizer, self.limits)
        self._inbox: queue.Queue[Push | None] = queue.Queue(self.limits.inbox)
        self._jobs: dict[Row, Job] = {}
        self._ids = itertools.count()
        self._news: dict[Outbox, None] = {}
        self._stopping = False
        self._thread: threading.Thread | None = None

    # --- the event loop's side

    def now(self) -> float:
        """The engine's clock, in seconds."""
        return self._clock()

    def outbox(self, wake: Callable[[], None]) -> Outbox:
        """A bounded way out for one reader."""
        return Outbox(int(self.limits.outbox_s * self.sample_rate), wake)

    def open(self, settings: Settings, outbox: Outbox, live: bool = True) -> Job:
        """Take a slot for a new context; raises SpeechError when there is none."""
        self.slots.take()
        latency = settings.format.latency_s(self.sample_rate)
        first = self.limits.first_frames
        while first * self._frame_s <= latency:  # or the first chunk would vanish in the resampler
            first *= 2
        row = Row(self._clock(), self._frame_s, live=live, first_frames=first, latency_s=latency)
        return Job(next(self._ids), settings, outbox, row, self.sample_rate)

    def push(self, job: Job, text: str, flush: int | None = None, close: bool = False) -> None:
        """Give a job text; raises SpeechError when the engine cannot keep up with its inbox."""
        try:
            self._inbox.put_nowait(Push(job, text, flush, close, self._clock()))
        except queue.Full:
            if not job.pushed:
                self.slots.give_back()  # the engine has never heard of it
            raise SpeechError("overloaded", "The engine cannot keep up.", retry_after=1.0) from None
        job.pushed = True
        job.outbox.submitted += 1

    def cancel(self, job: Job) -> None:
        """Stop a job within one tick; nothing more comes out of it."""
        job.cancelled = True
        with suppress(queue.Full):  # then the engine is awake anyway
            self._inbox.put_nowait(None)

    @property
    def alive(self) -> bool:
        """The thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, within one tick."""
        self._stopping = True
        with suppress(queue.Full):
            self._inbox.put_nowait(None)
        if self._thread:
            self._thread.join()

    # --- the thread's side

    def _run(self) -> None:
        while not self._stopping:
            try:
                wait = self.tick()
            except Exception:
                logger.exception("the engine failed; its contexts are given up")
                self._give_up()
                wait = None
            if wait != 0.0:
                with suppress(queue.Empty):
                    self._handle(self._inbox.get(timeout=wait))

    def tick(self) -> float | None:
        """One round. Seconds until the next is due: 0.0 at once, None when only input can change anything."""
        self._take_in()
        now = self._clock()
        for job in self._jobs.values():
            if not job.closed and job.idle and now >= self._expires(job):
                job.close()
        progress, faults = self._planner.plan(list(self._jobs.values()), now, self._scheduler.critical_s)
        for job, fault in faults:
            self._fail(job, fault)
        for job in list(self._jobs.values()):
            self._settle(job)
            self._check_reader(job, now)
            job.refresh(now)
        batch = self._scheduler.pick(self._jobs, now)
        if batch:
            self._step(batch)
        self._send_news()
        if not (batch or progress):
            return self._wait(now)
        self._scheduler.took(self._clock() - now)
        return 0.0

    def _take_in(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._handle(self._inbox.get_nowait())
        for job in [job for job in self._jobs.values() if job.cancelled]:
            self._remove(job)

    def _handle(self, push: Push | None) -> None:
        if push is None:
            return
        job = push.job
        job.outbox.handled += 1
        self._metrics.queue_age.observe(self._clock() - push.at)
        if job.gone:
            return
        self._jobs[job.row] = job
        if job.text.pending + len(push.text) > self._max_text:
            message = f"More than {self._max_text} characters wait to be spoken."
            self._fail(job, SpeechError("text_too_long", message))
            return
        job.push(push)

    def _step(self, batch: Batch) -> None:
        jobs = [self._jobs[row] for row in batch.rows]
        started = time.perf_counter()
        sound = self._sound(jobs, batch.frames)
        took_ms = (time.perf_counter() - started) * 1000.0
        self._metrics.batch_width.observe(len(jobs))
        now = self._clock()
        for job, samples in zip(jobs, sound, strict=True):
            if isinstance(samples, Exception):
                self._fail(job, samples)
                continue
            if len(samples) or job.words:
                self._hand_out(job, samples, took_ms, now)
            self._settle(job)

    def _sound(self, jobs: list[Job], frames: int) -> list[np.ndarray | Exception]:
        """Advance all as one batch; one by one if that fails, to find the culprit."""
        streams = [job.stream for job in jobs if job.stream]
        try:
            return list(self._synthesizer.step(streams, frames))
        except Exception as fault:
            if len(jobs) == 1:
                return [fault]
            logger.exception("a batch of %d failed; trying its streams one by one", len(jobs))
            return [self._sound([job], frames)[0] for job in jobs]

    def _hand_out(self, job: Job, samples: np.ndarray, took_ms: float, now: float) -> None:
        over = job.stream is not None and job.stream.finished
        words = job.words_until(math.inf if over else job.samples)
        job.outbox.put(Audio(job.id, samples, words, took_ms, job.flushes))
        self._news[job.outbox] = None
        if not len(samples):
            return
        if self._scheduler.delivered(job.row, len(samples) / self.sample_rate, now):
            self._metrics.underruns.inc()
        if job.row.live:
            self._metrics.lead.observe(job.row.lead(now))

    def _settle(self, job: Job) -> None:
        """Report flushes that are complete, and the end."""
        while job.marks and job.samples >= job.marks[0].samples:
            job.outbox.put(Flushed(job.id, job.marks.popleft().number))
            job.flushes += 1
            self._news[job.outbox] = None
        if job.ended and not job.marks and (job.stream is None or job.stream.finished):
            job.outbox.put(Finished(job.id, job.flushes))
            self._remove(job)

    def _check_reader(self, job: Job, now: float) -> None:
        """Note whether the reader has room, and give up on one that has stopped."""
        outbox, row = job.outbox, job.row
        row.blocked = outbox.full
        if not row.blocked:
            job.blocked_since = None
        elif job.blocked_since is None or outbox.taken_samples != job.taken_when_blocked:
            job.blocked_since, job.taken_when_blocked = now, outbox.taken_samples
        elif now - job.blocked_since > self.limits.stall_s:
            self._fail(job, SpeechError("reader_stalled", "The audio was not read."))

    def _expires(self, job: Job) -> float:
        return max(job.last_input, job.row.dry_at or 0.0) + self.limits.expiry_s

    def _fail(self, job: Job, fault: Exception) -> None:
        if job.gone:
            return
        if not isinstance(fault, SpeechError):
            logger.error("a context failed", exc_info=fault)
            fault = SpeechError("internal_error", "The voice failed on this context.")
        job.outbox.put(Failed(job.id, fault))
        self._remove(job)

    def _remove(self, job: Job) -> None:
        job.gone = True
        self._jobs.pop(job.row, None)
        self._news[job.outbox] = None
        self.slots.give_back()

    def _give_up(self) -> None:
        for job in list(self._jobs.values()):
            self._fail(job, RuntimeError("engine fault"))
        self._send_news()

    def _send_news(self) -> None:
        if self._news:
            self._notify(list(self._news))
            self._news.clear()

    def _wait(self, now: float) -> float | None:
        """Seconds until time alone gives the engine something to do."""
        times = [self._scheduler.wake_at(self._jobs, now)]
        for job in self._jobs.values():
            times.append(self._planner.looks_at(job))
            if self._planner.tail_waits(job):
                times.append(self._planner.tail_due(job, self._scheduler.critical_s))
            if job.row.blocked:
                times.append(now + BLOCKED_POLL_S)
            if not job.closed and job.idle:
                times.append(self._expires(job))
        soonest = min((time for time in times if time is not None), default=math.inf)
        return None if soonest == math.inf else max(0.0005, soonest - now)


def _wake(outboxes: list[Outbox]) -> None:
    for outbox in outboxes:
        outbox.wake()
