"""A grammar of lines: sections of alternatives, with {slots} filled from other sections or from numbers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from .numbers import NUMBERS, Rng

GRAMMAR_FILE = Path(__file__).with_name("grammar_en.txt")

_SLOT = re.compile(r"\{(\w+)\}")


class GrammarError(Exception):
    """The grammar file is malformed, or a slot names no section."""


class Grammar:
    """Sections by name; `line` draws from one."""

    def __init__(self, text: str) -> None:
        self.sections: dict[str, list[str]] = {}
        section: list[str] | None = None
        for number, raw in enumerate(text.splitlines(), 1):
            line = raw.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("[") and line.endswith("]"):
                section = self.sections.setdefault(line[1:-1], [])
            elif section is None:
                raise GrammarError(f"line {number} stands before the first section")
            else:
                section.extend(part.strip() for part in line.split(" | "))
        self._check()

    def _check(self) -> None:
        """Every slot has a source, and no section leads back to itself."""
        slots = {
            name: {slot for line in lines for slot in _SLOT.findall(line)} for name, lines in self.sections.items()
        }

        def descend(name: str, above: tuple[str, ...]) -> None:
            if name in above:
                raise GrammarError(f"section {name!r} leads back to itself")
            for slot in slots[name]:
                if slot in slots:
                    descend(slot, (*above, name))
                elif slot not in NUMBERS:
                    raise GrammarError(f"section {name!r} uses {{{slot}}}, which is no section")

        for name in slots:
            descend(name, ())

    def line(self, section: str, rng: Rng) -> str:
        """One line of a section, all slots filled, first letter large, "a" or "an" as the next word asks."""
        return _first_large(_articles(self._expand(section, rng)))

    def _expand(self, section: str, rng: Rng) -> str:
        if section not in self.sections:
            return NUMBERS[section](rng)
        lines = self.sections[section]
        return _SLOT.sub(lambda slot: self._expand(slot[1], rng), lines[int(rng.integers(len(lines)))])


def _articles(line: str) -> str:
    return re.sub(r"\b([Aa]) (?=[aeioAEIO]|u(?!ni|su))", r"\1n ", line)


def _first_large(line: str) -> str:
    return line[:1].upper() + line[1:]


@cache
def english() -> Grammar:
    return Grammar(GRAMMAR_FILE.read_text(encoding="utf-8"))
