"""What routes share: one object per application, made at start and closed at the end."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from ..auth import Auth
from ..engine import capacity
from ..engine.engine import Engine
from ..engine.slots import Slots
from ..metrics import Metrics
from ..stores import database
from ..stores.dictionaries import DictionaryStore
from ..stores.library import Library
from .cloning import Queue

if TYPE_CHECKING:
    from ..config import ServerConfig
    from ..engine.backend import Backend
    from ..engine.outbox import Outbox


class Connected(Protocol):
    """An open connection, as far as the end of the process must know of it."""

    @property
    def busy(self) -> bool:
        """Something is still to be sent."""
        ...


@dataclass
class Services:
    """The server's parts."""

    config: ServerConfig
    backend: Backend
    engine: Engine
    slots: Slots
    metrics: Metrics
    auth: Auth
    database: sqlite3.Connection
    library: Library
    dictionaries: DictionaryStore
    clones: Queue = field(default_factory=Queue)
    connections: set[Connected] = field(default_factory=set)  # open WebSockets

    @property
    def busy(self) -> bool:
        """Somebody is being spoken to, or has sound that is still on its way out."""
        return self.slots.used > 0 or any(connection.busy for connection in self.connections)

    @property
    def socket_limit(self) -> int:
        """WebSockets that may be open at once."""
        return self.slots.total * self.config.sockets_per_slot

    def stop(self) -> None:
        """End the engine's thread and put the database to rest."""
        self.engine.stop()
        self.database.close()


def start(config: ServerConfig, backend: Backend) -> Services:
    """Warm up, measure, and start the engine. Call it on the event loop that will serve."""
    loop = asyncio.get_running_loop()
    store = database.connect(config.data)
    library = Library(backend.voices, store)
    backend = replace(backend, voices=library)
    capacity.warm_up(backend, config.engine)
    slots = Slots(config.slots or capacity.measure(backend, config.engine))
    metrics = Metrics()
    metrics.slots_total.set(slots.total)
    engine = Engine(
        backend.synthesizer,
        slots,
        metrics,
        config.engine,
        config.max_text_chars,
        notify=lambda outboxes: _notify(loop, outboxes),
    )
    engine.start()
    auth, dictionaries = Auth(config), DictionaryStore(store)
    return Services(config, backend, engine, slots, metrics, auth, store, library, dictionaries)


def _notify(loop: asyncio.AbstractEventLoop, outboxes: list[Outbox]) -> None:
    """From the engine's thread: wake the readers, all with one call."""
    try:
        loop.call_soon_threadsafe(_wake, outboxes)
    except RuntimeError:
        return  # the loop has closed; nobody is left to read


def _wake(outboxes: list[Outbox]) -> None:
    for outbox in outboxes:
        outbox.wake()
