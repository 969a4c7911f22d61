"""API versions are dates; three behaviours branch on them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, order=True)
class Version:
    """The API version of one connection, compared by date."""

    date: str

    @property
    def first_flush_id(self) -> int:
        """Old clients index a list with flush ids; newer ones count from one."""
        return 0 if self.date <= "2024-11-13" else 1

    @property
    def closes_failed(self) -> bool:
        """Whether the closing frame of a context that failed is still answered with `done`.

        LiveKit's clients (2025-04-16) wait for it; for cartesia 3 (2025-11-04) and later it would end the next turn.
        """
        return self.date < "2025-11-04"

    @property
    def embeddings(self) -> bool:
        """Whether a voice may still be given as an embedding (spoken by the default voice)."""
        return self.date < "2026-03-01"

    @property
    def bare_lists(self) -> bool:
        """Whether list endpoints answer with a bare JSON array."""
        return self.date <= "2024-06-10"


DEFAULT = Version("2026-08-14")


def choose(query: str | None, header: str | None) -> Version:
    """The version of a request: the query beats the header, anything but a date means the default."""
    for given in (query, header):
        if given and _DATE.fullmatch(given):
            return Version(given)
    return DEFAULT
