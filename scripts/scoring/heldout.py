"""The held-out sentences: scored, never trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

HELDOUT_FILE = Path(__file__).with_name("heldout_en.txt")

_NOT_WORD = re.compile(r"[^a-z0-9]+")

# A held-out line of fewer words may well be part of an honest other text.
_FEWEST_WORDS = 4


@dataclass(frozen=True)
class Sentence:
    """One held-out text, and the kind of speech it stands for."""

    category: str
    text: str


@dataclass(frozen=True)
class HeldOut:
    """All held-out sentences, with a test for texts that hold one of them."""

    sentences: tuple[Sentence, ...]

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(plain(sentence.text) for sentence in self.sentences)

    @cached_property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(sorted({len(key.split()) for key in self._keys}))

    @classmethod
    def load(cls, path: Path = HELDOUT_FILE) -> HeldOut:
        """Read `[category]` headings and one sentence a line."""
        return cls(tuple(_parse(path.read_text(encoding="utf-8").splitlines())))

    def touches(self, text: str) -> bool:
        """Whether the text is a held-out sentence or has one of four words or more within it, letter case
        and punctuation aside."""
        words = plain(text).split()
        if " ".join(words) in self._keys:
            return True
        sizes = (size for size in self._sizes if _FEWEST_WORDS <= size <= len(words))
        return any(
            " ".join(words[start : start + size]) in self._keys
            for size in sizes
            for start in range(len(words) - size + 1)
        )

    def some(self, limit: int | None) -> tuple[Sentence, ...]:
        """At most `limit` sentences, spread evenly over the file and so over its categories."""
        if limit is None or limit >= len(self.sentences):
            return self.sentences
        return tuple(self.sentences[index * len(self.sentences) // limit] for index in range(limit))


def plain(text: str) -> str:
    """Lower-case words and digits only, one space between."""
    return _NOT_WORD.sub(" ", text.lower().replace("'", "")).strip()


def _parse(lines: Iterable[str]) -> Iterable[Sentence]:
    category = ""
    for raw in lines:
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            category = line[1:-1]
        elif not category:
            raise ValueError(f"a sentence before the first [category]: {line!r}")
        else:
            yield Sentence(category, line)
