"""Pronunciation dictionaries in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Annotated
from uuid import uuid4

import msgspec
from msgspec import Meta

from ..errors import SpeechError
from ..text.lexicon import Entry

MAX_DICTIONARIES = 1000
MAX_ITEMS = 2000


class Item(msgspec.Struct, omit_defaults=True):
    """Say `alias` (also called `pronunciation`) for `text`; it may be inline phonemes, <<…>>."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]
    alias: Annotated[str, Meta(max_length=1000)] | None = None
    pronunciation: Annotated[str, Meta(max_length=1000)] | None = None
    case_sensitive: bool | None = None


class Dictionary(msgspec.Struct):
    """A named list of pronunciations."""

    id: str
    name: str
    items: list[Item]
    created_at: str
    owner_id: str = "owner"
    pinned: bool = False


class DictionaryStore:
    """Dictionaries by id, oldest first; all workers see them."""

    def __init__(self, database: sqlite3.Connection, limit: int = MAX_DICTIONARIES) -> None:
        self._database = database
        self._limit = limit

    def get(self, dictionary_id: str) -> Sequence[Entry]:
        """The entries; raises KeyError for an unknown id."""
        # Case counts unless told otherwise, as it did before the flag existed.
        return [
            Entry(item.text, item.alias or "", item.case_sensitive is not False)
            for item in self.find(dictionary_id).items
        ]

    def find(self, dictionary_id: str) -> Dictionary:
        """The dictionary; raises KeyError for an unknown id."""
        found = self._select("WHERE id = ?", dictionary_id)
        if not found:
            raise KeyError(dictionary_id)
        return found[0]

    def all(self) -> list[Dictionary]:
        """Every dictionary."""
        return self._select("ORDER BY rowid")

    def create(self, name: str, items: Sequence[Item]) -> Dictionary:
        """Keep a new one; raises SpeechError when there are too many."""
        count = self._database.execute("SELECT count(*) FROM dictionaries").fetchone()[0]
        if count >= self._limit:
            raise SpeechError("limit_reached", f"There are {count} dictionaries; delete one first.")
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made = Dictionary(str(uuid4()), name, list(items), now)
        values = (made.id, name, _dump(items), now)
        self._database.execute("INSERT INTO dictionaries (id, name, items, created_at) VALUES (?, ?, ?, ?)", values)
        return made

    def update(self, dictionary_id: str, name: str | None, items: Sequence[Item] | None) -> Dictionary:
        """Change what is given; raises KeyError for an unknown id."""
        if name is not None:
            self._database.execute("UPDATE dictionaries SET name = ? WHERE id = ?", (name, dictionary_id))
        if items is not None:
            self._database.execute("UPDATE dictionaries SET items = ? WHERE id = ?", (_dump(items), dictionary_id))
        return self.find(dictionary_id)

    def delete(self, dictionary_id: str) -> None:
        """Forget one; raises KeyError for an unknown id."""
        if not self._database.execute("DELETE FROM dictionaries WHERE id = ?", (dictionary_id,)).rowcount:
            raise KeyError(dictionary_id)

    def _select(self, condition: str, *values: str) -> list[Dictionary]:
        rows = self._database.execute(f"SELECT * FROM dictionaries {condition}", values)
        return [
            Dictionary(row["id"], row["name"], msgspec.json.decode(row["items"], type=list[Item]), row["created_at"])
            for row in rows
        ]


def _dump(items: Sequence[Item]) -> str:
    return msgspec.json.encode(items).decode()
