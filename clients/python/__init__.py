"""Python client of a Larksong server.

Copy this folder into a project under any name; besides Python >= 3.10 it needs only `websockets`.
`core` is the protocol without I/O, `aio` and `sync` are shells around it.
"""

from .aio import AsyncContext, AsyncLarksong
from .core import Core, Settings
from .events import Chunk, Done, Event, Failed, FlushDone, LarksongError, Other, Timestamps
from .sync import Context, Larksong

__all__ = [
    "AsyncContext",
    "AsyncLarksong",
    "Chunk",
    "Context",
    "Core",
    "Done",
    "Event",
    "Failed",
    "FlushDone",
    "Larksong",
    "LarksongError",
    "Other",
    "Settings",
    "Timestamps",
]
