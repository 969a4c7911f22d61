"""What the teacher is given to say: a plan that any process can work out for any utterance number alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from .grammar import Grammar, english
from .numbers import Rng

# Shares of the kinds of line. Without natural texts, their share goes to the grammar.
NATURAL, TEMPLATE, SHORT, MULTI = 0.60, 0.22, 0.07, 0.11
_WITHOUT_TEMPLATES = (0.72, 0.18, 0.10)  # natural texts, pieces of them, two in a row

_TEMPLATES = ("call", "game", "story", "ask", "chat", "numbers")
_TEMPLATE_SHARES = (0.22, 0.20, 0.22, 0.12, 0.14, 0.10)

# Ten named voices; the default voice is the one most listened to, so it gets the most audio.
VOICE_WEIGHTS: Mapping[str, float] = {
    "af_heart": 0.34,
    "am_michael": 0.13,
    "bf_emma": 0.10,
    "am_fenrir": 0.08,
    "af_alloy": 0.07,
    "bm_george": 0.07,
    "am_puck": 0.06,
    "af_kore": 0.06,
    "bm_fable": 0.05,
    "af_nova": 0.04,
}
BLEND_SHARE = 0.12


@dataclass(frozen=True)
class Line:
    """A text and where it comes from ("template", "short", "multi", or the source of a natural text)."""

    text: str
    source: str


@dataclass(frozen=True)
class Plan:
    """One utterance to be made: its line and its weighted voices."""

    line: Line
    mix: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Planner:
    """Plans utterance `number` from the seed alone, so that a resumed corpus is the one that was begun.

    `blendable` are the voices from which random blends are drawn; `refused` says which texts must not be
    spoken (the held-out sentences).
    """

    seed: int
    natural: Sequence[Line]
    blendable: Sequence[str]
    weights: Mapping[str, float]
    blend_share: float = BLEND_SHARE
    refused: Callable[[str], bool] = lambda text: False
    templates: bool = True  # lines of the English grammar; without them there must be natural texts

    def plan(self, number: int, attempt: int = 0) -> Plan:
        """The plan of one utterance; further attempts are for when the first cannot be spoken."""
        rng = np.random.default_rng([self.seed, number, attempt])
        mix = self._mix(rng)
        line = self._line(rng, number)
        while self.refused(line.text):
            line = Line(self._grammar.line("story", rng), "template") if self.templates else self._piece(rng)
        return Plan(line, mix)

    @cached_property
    def _grammar(self) -> Grammar:
        return english()

    def _line(self, rng: Rng, number: int) -> Line:
        if not self.templates:
            kind = rng.choice(3, p=_WITHOUT_TEMPLATES)
            if kind == 0:
                return self._natural(number)
            if kind == 1:
                return self._piece(rng)
            parts = [self._natural(int(rng.integers(1 << 30))) for _ in range(2)]
            return Line(" ".join(part.text for part in parts), "multi")
        shares = np.asarray([NATURAL if self.natural else 0.0, TEMPLATE, SHORT, MULTI])
        kind = rng.choice(4, p=shares / shares.sum())
        if kind == 0:
            return self._natural(number)
        if kind == 2:
            return Line(self._grammar.line("short", rng), "short")
        if kind == 1:
            return self._template(rng)
        parts = [self._part(rng) for _ in range(int(rng.integers(2, 5)))]
        return Line(" ".join(_closed(part.text) for part in parts), "multi")

    def _part(self, rng: Rng) -> Line:
        if self.natural and rng.random() < 0.6:
            return self._natural(int(rng.integers(1 << 30)))
        return self._template(rng)

    def _natural(self, number: int) -> Line:
        # Each round walks through all texts in an order of its own: none comes twice before all had a turn.
        turn, place = divmod(number, len(self.natural))
        order = np.random.default_rng([self.seed, turn, 1 << 20]).permutation(len(self.natural))
        return self.natural[int(order[place])]

    def _piece(self, rng: Rng) -> Line:
        """A part of a natural text: some words, or what stands between two commas where words have no spaces."""
        text = self._natural(int(rng.integers(1 << 30))).text
        words = text.split()
        if len(words) < 3:
            parts = [part for part in re.split("(?<=[、，。！？])", text) if part]
            return Line(str(rng.choice(parts)), "short")
        first = int(rng.integers(len(words) - 1))
        return Line(" ".join(words[first : first + int(rng.integers(1, 7))]), "short")

    def _template(self, rng: Rng) -> Line:
        section = _TEMPLATES[int(rng.choice(len(_TEMPLATES), p=_TEMPLATE_SHARES))]
        return Line(self._grammar.line(section, rng), "template")

    def _mix(self, rng: Rng) -> tuple[tuple[str, float], ...]:
        if len(self.blendable) > 1 and rng.random() < self.blend_share:
            count = min(len(self.blendable), 2 if rng.random() < 0.8 else 3)
            names = [str(name) for name in rng.choice(list(self.blendable), count, replace=False)]
            parts = [round(float(part), 4) for part in rng.dirichlet(np.ones(count))]
            parts[-1] = round(1.0 - sum(parts[:-1]), 4)
            return tuple(zip(names, parts, strict=True))
        shares = np.asarray(list(self.weights.values()))
        names = str(rng.choice(list(self.weights), p=shares / shares.sum())).split("+")
        return tuple((name, 1.0 / len(names)) for name in names)


def _closed(text: str) -> str:
    """A run of several lines needs an end to each of them."""
    return text if text.endswith((".", "!", "?", '"', "”", ")")) else f"{text.rstrip(',;: ')}."


def read_texts(paths: Iterable[Path], shards: Iterable[Path]) -> list[Line]:
    """Natural texts, each once: one a line from text files, and those of the shards of earlier corpora.

    Of a shard only natural texts are taken: the grammar makes its own, and runs are put together anew.
    """
    lines: dict[str, Line] = {}
    for path in paths:
        for raw in path.read_text(encoding="utf-8").splitlines():
            if text := raw.strip():
                lines.setdefault(text, Line(text, "text"))
    for folder in shards:
        for shard in sorted(folder.glob("*.jsonl")):
            for raw in shard.read_text(encoding="utf-8").splitlines():
                row = json.loads(raw)
                if row["source"] not in ("template", "short", "multi"):
                    lines.setdefault(row["text"], Line(row["text"], row["source"]))
    return list(lines.values())
