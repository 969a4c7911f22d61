"""The one interface that every door uses: turns are opened, given text, ended; their events come out in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

from ..engine.engine import Engine
from ..engine.job import Job
from ..engine.outbox import Event, Failed, Finished, Outbox, Reply
from ..engine.settings import Settings


class Turn:
    """One context being spoken. Its events carry `id` as `job_id`."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.id = job.id
        self.flushes = 0  # asked for

    @property
    def gone(self) -> bool:
        """The engine has finished with it, though its last events may not have been read."""
        return self._job.gone

    @property
    def asked_at(self) -> float:
        """When its first text came, or it was opened, by the engine's clock."""
        return self._job.asked_at


class SpeechSession:
    """Everything that is spoken to one listener. Lives on the event loop.

    In go `open`, `push`, `cancel` and `close`; out come Audio (with the words that begin in it), Flushed, Finished
    and Failed, each marked with its turn's id.
    """

    def __init__(self, engine: Engine, outbox: Outbox) -> None:
        self._engine = engine
        self._outbox = outbox
        self._turns: dict[int, Turn] = {}

    def open(self, settings: Settings, live: bool = True) -> Turn:
        """A new turn; raises SpeechError when there is no slot. `live`: paced for somebody who listens meanwhile."""
        turn = Turn(self._engine.open(settings, self._outbox, live))
        self._turns[turn.id] = turn
        return turn

    def push(self, turn: Turn, text: str, flush: bool = False, close: bool = False) -> None:
        """Say this; `flush`: say all of it now and report it, `close`: no more will come. Raises SpeechError."""
        number = None
        if flush:
            number, turn.flushes = turn.flushes, turn.flushes + 1
        self._engine.push(turn._job, text, number, close)

    def cancel(self, turn: Turn) -> None:
        """Stop at once; what is left of its events is dropped."""
        self._turns.pop(turn.id, None)
        self._engine.cancel(turn._job)

    def close(self) -> None:
        """The listener is gone: so is all speech for it."""
        for turn in list(self._turns.values()):
            self.cancel(turn)

    def reply(self, frame: bytes) -> None:
        """Put a door's own message in its place among the events."""
        self._outbox.put(Reply(frame))
        self._outbox.wake()

    def get(self) -> Event | None:
        """The next event of a turn that goes on, or None."""
        while (event := self._outbox.get()) is not None:
            if isinstance(event, Reply) or self.takes(event):
                return event
        return None

    def takes(self, event: Event) -> bool:
        """Whether this event's turn goes on; after its last event it does not."""
        if isinstance(event, Reply) or event.job_id not in self._turns:
            return False
        if isinstance(event, Finished | Failed):
            del self._turns[event.job_id]
        return True


class Listening(SpeechSession):
    """A session whose events are waited for."""

    def __init__(self, engine: Engine) -> None:
        self._news = asyncio.Event()
        wake: Callable[[], None] = self._news.set
        super().__init__(engine, engine.outbox(wake))

    async def events(self) -> AsyncGenerator[Event, None]:
        """Events as they come, without end."""
        while True:
            self._news.clear()
            event = self.get()
            if event is None:
                await self._news.wait()
            else:
                yield event
