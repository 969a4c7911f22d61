"""The way out of the engine: what it has made for one reader, in order, and bounded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from larksong.model.timing import WordTiming

    from ..errors import SpeechError


@dataclass(frozen=True)
class Audio:
    """Sound of one context, with the words that begin in it or before."""

    job_id: int
    samples: np.ndarray  # float32, [n]
    words: list[WordTiming]
    step_ms: float  # what the batch took
    flushes: int  # flushes completed before this sound


@dataclass(frozen=True)
class Flushed:
    """All sound for the text before flush `number` has been handed out."""

    job_id: int
    number: int


@dataclass(frozen=True)
class Finished:
    """The context has been spoken to its end."""

    job_id: int
    flushes: int  # flushes completed in all


@dataclass(frozen=True)
class Failed:
    """The context ends here, with a fault."""

    job_id: int
    error: SpeechError


@dataclass(frozen=True)
class Reply:
    """A frame that needs no engine, in its place among the others."""

    frame: bytes


Event = Audio | Flushed | Finished | Failed | Reply


class Outbox:
    """Events from the engine (one writer thread) to one reader (the event loop).

    Every count is written by one side only, so no lock is needed. Sound is bounded by `limit` samples: while
    more than that is unread, the engine leaves this reader's streams alone. Other events are bounded by what
    the reader may send: it is not read from while `backlog` is high.
    """

    def __init__(self, limit: int, wake: Callable[[], None] = lambda: None) -> None:
        """`wake` is called on the reader's side whenever there are new events."""
        self.limit = limit
        self.wake = wake
        self.submitted = 0  # commands given to the engine; written by the reader's side
        self.handled = 0  # commands the engine has seen; written by the engine
        self._events: deque[Event] = deque()
        self._put_samples = 0
        self._taken_samples = 0

    @property
    def full(self) -> bool:
        """The reader has enough unread sound."""
        return self.unread >= self.limit

    @property
    def unread(self) -> int:
        """Samples that wait for the reader."""
        return self._put_samples - self._taken_samples

    @property
    def taken_samples(self) -> int:
        """Samples the reader has ever taken."""
        return self._taken_samples

    @property
    def backlog(self) -> int:
        """Events not yet read and commands not yet seen."""
        return len(self._events) + self.submitted - self.handled

    def put(self, event: Event) -> None:
        """Append an event."""
        if isinstance(event, Audio):
            self._put_samples += len(event.samples)
        self._events.append(event)

    def get(self) -> Event | None:
        """The next event, or None."""
        if not self._events:
            return None
        event = self._events.popleft()
        if isinstance(event, Audio):
            self._taken_samples += len(event.samples)
        return event
