"""One context inside the engine: its text, its stream, and what has been planned but not handed out."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..text.buffer import TextBuffer
from ..text.phrasing import Phrasing
from ..text.script import Script, Step
from .scheduler import Row
from .settings import Settings

if TYPE_CHECKING:
    from larksong.model.timing import WordTiming

    from .backend import Stream
    from .outbox import Outbox


@dataclass(frozen=True)
class Push:
    """Text for a job, from the event loop to the engine."""

    job: Job
    text: str
    flush: int | None  # number of the flush that follows the text
    close: bool  # no more text will come
    at: float


@dataclass(frozen=True)
class Mark:
    """Where a flush ends: reached when so many samples have been handed out."""

    number: int
    samples: int


class Job:
    """Owned by the engine thread, except for `cancelled`, which the event loop sets."""

    def __init__(self, number: int, settings: Settings, outbox: Outbox, row: Row, sample_rate: int) -> None:
        self.id = number  # what its events are marked with
        self.settings = settings
        self.outbox = outbox
        self.row = row
        self.sample_rate = sample_rate
        self.cancelled = False
        self.text = TextBuffer(settings.delay_s, Phrasing.of(settings.front_end))
        self.script = Script(settings.front_end, settings.controls, settings.emotion, settings.lexicon)
        self.steps: deque[Step | int] = deque()  # planned next; an int is a flush number
        self.words: deque[WordTiming] = deque()  # planned, their sound not handed out yet
        self.marks: deque[Mark] = deque()
        self.stream: Stream | None = None  # opened with the first thing to say
        self.controls = self.script.controls
        self.pushed = False  # the engine has been given something; set by the event loop
        self.gone = False  # finished, failed or cancelled: the engine has forgotten it
        self.closed = False  # no more text will come
        self.ended = False  # the voice has been told so
        self.look_at = 0.0  # when the waiting text may have become speakable
        self.has_text = False  # something other than space was sent
        self.flushes = 0  # flushes whose sound has been handed out
        self.last_input = row.arrived
        self.asked_at = row.arrived  # when the first text came, or the context opened
        self.words_end = 0  # sample at which the last planned word ends
        self.blocked_since: float | None = None
        self.taken_when_blocked = 0

    def push(self, push: Push) -> None:
        """Take in one submission."""
        self.last_input = push.at
        self.look_at = 0.0
        if not self.has_text and push.text.strip():
            self.has_text = True
            self.asked_at = push.at
        self.text.push(push.text, push.at)
        if push.flush is not None:
            self.text.flush(push.flush)
        if push.close:
            self.close()

    def close(self) -> None:
        """No more text will come."""
        self.closed = True
        self.look_at = 0.0
        self.text.close()

    @property
    def samples(self) -> int:
        """Samples handed out so far."""
        return self.stream.samples if self.stream else 0

    def planned_s(self) -> float:
        """Seconds that could be decoded at once."""
        return self.stream.ready * self.row.frame_s if self.stream else 0.0

    def runway_s(self, now: float) -> float:
        """Seconds of sound, decoded or planned, that the listener has not heard."""
        return max(0.0, self.row.lead(now)) + self.planned_s()

    @property
    def all_planned(self) -> bool:
        """Every submission has been given to the voice."""
        return self.text.empty and not self.steps

    @property
    def idle(self) -> bool:
        """Only its client can give it more to say. A space or half a tag may be left that nothing has followed."""
        return not self.steps and (self.text.empty or self.look_at == math.inf)

    def refresh(self, now: float) -> None:
        """Tell the scheduler how this job stands."""
        row = self.row
        row.ready = self.stream.ready if self.stream else 0
        row.ending = self.ended and not self.marks  # a step must not go past a flush
        row.draining = self.ended or bool(self.marks)
        if self.ended and self.stream and not self.stream.finished:
            row.ready = max(1, row.ready)  # the voice's own tail
        if self.marks and row.ready:
            # Stop at the flush, so that sound before and after it leaves in separate chunks.
            frame = row.frame_s * self.sample_rate
            row.ready = min(row.ready, max(1, round((self.marks[0].samples - self.samples) / frame)))
        if not row.ready:
            row.ready_since = None
        elif row.ready_since is None:
            row.ready_since = now

    def words_until(self, samples: float) -> list[WordTiming]:
        """Take the planned words that begin before this sample."""
        due: list[WordTiming] = []
        while self.words and self.words[0].start_s * self.sample_rate < samples:
            due.append(self.words.popleft())
        return due
