"""How many contexts are spoken at once, and the refusal of those beyond."""

from __future__ import annotations

import threading

from ..errors import SpeechError


class Slots:
    """A counter with a limit. Taken on the event loop, given back by the engine's thread."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.closed = False  # draining: nobody new
        self._used = 0
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        """Slots taken now."""
        return self._used

    def take(self) -> None:
        """Take a slot, or raise SpeechError at once."""
        with self._lock:
            if self.closed:
                raise SpeechError("shutting_down", "The server is shutting down.", retry_after=1.0)
            if self._used >= self.total:
                message = f"All {self.total} contexts of this server are in use."
                raise SpeechError("concurrency_limited", message, retry_after=1.0)
            self._used += 1

    def give_back(self) -> None:
        """Return a slot."""
        with self._lock:
            self._used -= 1
