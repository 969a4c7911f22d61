"""The voices at hand: those that came with the server, and the owner's own on top of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from uuid import uuid4

import numpy as np
from larksong.model.voice import Voice, VoiceNotFound, mix

from ..engine.backend import Voices
from ..errors import SpeechError

MAX_OWN = 10_000
EMBEDDING = 192  # numbers of a voice's style that old clients are shown
_BUILT_IN_SINCE = "2025-01-01T00:00:00Z"  # they have no date of their own, and clients want one
_SAME = 1e-3  # how far an embedding may be from the one that was shown
_COLUMNS = "id, slug, name, description, gender, language, accent, middle_hz, style, created_at"


@dataclass(frozen=True)
class Entry:
    """A voice of the list."""

    voice: Voice
    own: bool = False
    created_at: str = _BUILT_IN_SINCE

    @property
    def id(self) -> str:
        """Its UUID."""
        return self.voice.uuid


class Library:
    """Voices by slug or UUID. Own ones live in the database, so that all workers see them."""

    def __init__(self, built_in: Voices, database: sqlite3.Connection, limit: int = MAX_OWN) -> None:
        self._built_in = built_in
        self._database = database
        self._limit = limit

    @property
    def default(self) -> Voice:
        """The voice for whoever cannot name one."""
        return self._built_in.default

    def get(self, key: str) -> Voice:
        """By slug or UUID; raises VoiceNotFound."""
        return self.entry(key).voice

    def __iter__(self) -> Iterator[Voice]:
        return (entry.voice for entry in self.entries())

    def entry(self, key: str) -> Entry:
        """The voice with what the list says about it; raises VoiceNotFound."""
        try:
            return Entry(self._built_in.get(key))
        except VoiceNotFound:
            found = self._select("WHERE slug = ? OR id = ?", key, key.lower())
        if not found:
            raise VoiceNotFound(key)
        return found[0]

    def entries(self) -> list[Entry]:
        """All of them: the default, the others that came with the server, then own ones as they were made."""
        first = self.default
        others = [voice for voice in self._built_in if voice.slug != first.slug]
        return [*map(Entry, [first, *others]), *self._select("ORDER BY rowid")]

    def mix(self, parts: Sequence[tuple[Voice, float]], name: str, description: str) -> Entry:
        """Make and keep a weighted mix; raises BadVoice, or SpeechError when there are too many."""
        names = " and ".join(dict.fromkeys(voice.name for voice, weight in parts if weight > 0))
        return self.add(mix(parts, own_slug(), name or f"Mix of {names}"[:200], description))

    def check_room(self) -> None:
        """Raise SpeechError when there are as many own voices as there may be."""
        count = self._database.execute("SELECT count(*) FROM voices").fetchone()[0]
        if count >= self._limit:
            raise SpeechError("limit_reached", f"There are {count} own voices; delete one first.")

    def add(self, made: Voice) -> Entry:
        """Keep an own voice, whose slug is an `own_slug`; raises SpeechError when there are too many."""
        self.check_room()
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        marks = ", ".join("?" * len(_COLUMNS.split(", ")))
        style = made.style.astype("<f4").tobytes()
        facts = (made.name, made.description, made.gender, made.language, made.accent, made.middle_hz)
        self._database.execute(
            f"INSERT INTO voices ({_COLUMNS}) VALUES ({marks})", (made.uuid, made.slug, *facts, style, now)
        )
        return Entry(made, True, now)

    def update(self, entry: Entry, changes: dict[str, str]) -> Entry:
        """Change some of an own voice's name, description, gender and accent."""
        for column in ("name", "description", "gender", "accent"):
            if column in changes:
                self._database.execute(f"UPDATE voices SET {column} = ? WHERE id = ?", (changes[column], entry.id))
        return self.entry(entry.id)

    def delete(self, entry: Entry) -> None:
        """Forget an own voice. Whoever is being spoken to with it hears it to the end."""
        self._database.execute("DELETE FROM voices WHERE id = ?", (entry.id,))

    def _select(self, condition: str, *values: str) -> list[Entry]:
        rows = self._database.execute(f"SELECT {_COLUMNS} FROM voices {condition}", values)
        return [Entry(_voice(row), True, row["created_at"]) for row in rows]


def own_slug() -> str:
    """A new slug that no other voice has."""
    return f"own_{uuid4().hex[:16]}"


def unknown(key: str) -> SpeechError:
    """The error for a voice that there is not."""
    return SpeechError("voice_not_found", f"There is no voice {key[:80]!r}.")


def named(voices: Voices, key: str) -> Voice:
    """By slug or UUID; raises SpeechError."""
    try:
        return voices.get(key)
    except VoiceNotFound:
        raise unknown(key) from None


def like(voices: Voices, embedding: Sequence[float]) -> Voice:
    """The voice that was shown with this embedding; the default for one from elsewhere, whose turn is still
    worth speaking."""
    given = np.asarray(embedding, np.float32)
    if given.shape == (EMBEDDING,):
        for voice in voices:
            if np.allclose(voice.style[:EMBEDDING], given, rtol=0.0, atol=_SAME):
                return voice
    return voices.default


def _voice(row: Any) -> Voice:
    facts = ("slug", "name", "description", "gender", "language", "accent", "middle_hz")
    return Voice(**{fact: row[fact] for fact in facts}, style=np.frombuffer(row["style"], "<f4"))
