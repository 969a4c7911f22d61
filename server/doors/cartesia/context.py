"""The life of a context on one socket, as the wire sees it. Pure: no I/O, the clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...audio.formats import Encoder
    from ...engine.settings import Settings
    from ...speech.session import Turn

MAX_REMEMBERED = 1000
MAX_WAITING = 1 << 17  # characters of frames held back for a context's successor


class Status(Enum):
    """OPEN takes text; CLOSING speaks the rest; the others are over."""

    OPEN = auto()
    CLOSING = auto()
    DONE = auto()
    CANCELLED = auto()
    FAILED = auto()


@dataclass(eq=False)
class Context:
    """One utterance stream. `turn` is its counterpart below the wire."""

    id: str
    settings: Settings
    turn: Turn
    encoder: Encoder
    status: Status = Status.OPEN
    samples_sent: int = 0  # at the context's own rate
    words_sent: int = 0
    last_word: str | None = None
    waiting: list[str | bytes] = field(default_factory=list)  # frames for the next context of this name

    @property
    def alive(self) -> bool:
        """Frames may still be sent for it."""
        return self.status in (Status.OPEN, Status.CLOSING)


class Contexts:
    """The contexts of one socket, and for a while the names of those that failed."""

    def __init__(self, remember_s: float) -> None:
        self._remember_s = remember_s
        self._active: dict[str, Context] = {}
        self._failed: dict[str, float] = {}  # name -> until when its frames are swallowed

    def get(self, context_id: str) -> Context | None:
        """The living context of this name."""
        return self._active.get(context_id)

    def all(self) -> list[Context]:
        """Every living context."""
        return list(self._active.values())

    def has_failed(self, context_id: str, now: float) -> bool:
        """Whether a turn of this name failed a short while ago and its last frame has not come yet."""
        until = self._failed.get(context_id)
        if until is not None and now >= until:
            del self._failed[context_id]
            return False
        return until is not None

    def add(self, context: Context) -> None:
        """A context has opened."""
        self._active[context.id] = context

    def end(self, context: Context, status: Status) -> None:
        """A context is over; its name is free again."""
        context.status = status
        if self._active.get(context.id) is context:
            del self._active[context.id]

    def remember_failure(self, context_id: str, now: float) -> None:
        """Swallow what still arrives for this name: the sender does not know of the failure yet."""
        self._failed.pop(context_id, None)
        self._failed[context_id] = now + self._remember_s
        while len(self._failed) > MAX_REMEMBERED:
            del self._failed[next(iter(self._failed))]

    def forget_failure(self, context_id: str) -> None:
        """The failed turn's last frame has arrived."""
        self._failed.pop(context_id, None)
