"""What survives a restart: one SQLite file, shared by the worker processes.

Everything here is called on the event loop. Reads take microseconds, and with a write-ahead log a commit waits
for no disk; whoever loses power may lose the last seconds, nothing else.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

FILE = "larksong.sqlite3"
LAYOUT = 1  # of the tables
BUSY_S = 5.0  # how long to wait for another worker's commit

_TABLES = """
CREATE TABLE IF NOT EXISTS voices (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    gender TEXT NOT NULL,
    language TEXT NOT NULL,
    accent TEXT NOT NULL,
    middle_hz REAL NOT NULL,
    style BLOB NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS dictionaries (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    items TEXT NOT NULL,
    created_at TEXT NOT NULL
);
"""


class BadDatabase(RuntimeError):
    """The file cannot be used."""


def connect(folder: Path | None) -> sqlite3.Connection:
    """The database in `folder`, made if need be; without a folder one in memory. Raises BadDatabase."""
    place = ":memory:" if folder is None else str(folder / FILE)
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(place, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        found = database.execute("PRAGMA user_version").fetchone()[0]
        if found > LAYOUT:
            raise BadDatabase(f"{place} was written by a newer version.")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_TABLES)
        database.execute(f"PRAGMA user_version = {LAYOUT}")
    except (OSError, sqlite3.Error) as reason:
        raise BadDatabase(f"{place} cannot be used: {reason}") from reason
    database.row_factory = sqlite3.Row
    return database
