"""Open-loop load: callers call when they call, whatever the server does."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from .callers import Caller, Turn, errors_of
from .report import Cost
from .server import Server
from .stats import most_at_once, percentile, poisson_arrivals, spread_ms

CLICK_S = 0.001  # a gap that a player's own buffer hides for certain


@dataclass(frozen=True)
class Load:
    """A level of load. `streams`: listeners at once, on average, if every turn is spoken in real time."""

    streams: float
    seconds: float
    turn_s: float  # mean length of a turn's speech
    tokens_per_s: float = 0.0  # 0: the whole turn's text at once

    @property
    def rate(self) -> float:
        """Turns begun a second."""
        return self.streams / self.turn_s


class Room:
    """Warm sockets. A turn takes a free one, or shares the one longest in use when all are taken."""

    def __init__(self, callers: Sequence[Caller]) -> None:
        self._free = deque(callers)
        self._taken: deque[Caller] = deque()
        self.shared = 0  # turns that had to share

    def take(self) -> Caller:
        if not self._free:
            self.shared += 1
            self._free.append(self._taken.popleft())
        caller = self._free.popleft()
        self._taken.append(caller)
        return caller

    def give_back(self, caller: Caller) -> None:
        if caller in self._taken:
            self._taken.remove(caller)
            self._free.append(caller)


async def run(load: Load, texts: Sequence[list[str]], room: Room, seed: int) -> tuple[list[Turn], list[float]]:
    """Turns of texts (each a list of pieces) at Poisson arrivals; and by how much each was begun too late."""
    rng = np.random.default_rng(seed)
    arrivals = list(poisson_arrivals(load.rate, load.seconds, rng))
    started, late, tasks = perf_counter(), [], []

    async def one(pieces: list[str]) -> Turn:
        caller = room.take()
        if load.tokens_per_s:
            turn = await caller.feed(pieces, load.tokens_per_s, listen=True)
        else:
            turn = await caller.say("".join(pieces), listen=True)
        await turn.end()
        room.give_back(caller)
        return turn

    for number, at in enumerate(arrivals):
        await asyncio.sleep(started + at - perf_counter())
        late.append(perf_counter() - started - at)
        tasks.append(asyncio.create_task(one(texts[number % len(texts)])))
    return list(await asyncio.gather(*tasks)), late


def summary(load: Load, turns: list[Turn], late: list[float], cpu: dict[str, float]) -> dict[str, Any]:
    """One level as it goes into the report."""
    heard = [turn for turn in turns if turn.player.first_at is not None]
    refused = [turn for turn in turns if turn.refused]
    leads = [turn.player.least_lead_s for turn in heard if turn.player.least_lead_s is not None]
    gaps = [turn.player.gap_s for turn in heard if turn.player.underruns]
    return {
        "streams": load.streams,
        "turns": len(turns),
        "listeners_at_once": most_at_once([(turn.sent_at, turn.player.dry_at) for turn in heard]),
        "first_byte_ms": spread_ms([turn.first_byte_s for turn in heard if turn.first_byte_s is not None]),
        "audible_ms": spread_ms([turn.audible_s for turn in heard if turn.audible_s is not None]),
        "turns_with_underruns": len(gaps),
        "turns_with_gaps_over_1ms": sum(gap > CLICK_S for gap in gaps),
        "longest_gap_ms": round(1000 * max(gaps, default=0.0), 1),
        "least_lead_ms": {
            "min": round(1000 * min(leads), 1) if leads else None,
            "p5": round(1000 * percentile(leads, 5), 1) if leads else None,
            "p50": round(1000 * percentile(leads, 50), 1) if leads else None,
        },
        "refused": len(refused),
        "refusal_ms": spread_ms([turn.over_at - turn.sent_at for turn in refused]),
        "errors": errors_of([turn for turn in turns if not turn.refused]),
        "generator_late_ms": spread_ms(late),
        "core_share": cpu,
    }


def held(level: dict[str, Any], limit_ms: float) -> bool:
    """Whether everyone was served: no underrun, nobody refused, and the slowest hundredth in time."""
    p99 = level["first_byte_ms"]["p99"]
    clean = not (level["turns_with_underruns"] or level["refused"] or level["errors"])
    return clean and p99 is not None and p99 <= limit_ms


class Shares:
    """Cores used by the server and by this process over one level."""

    def __init__(self, server: Server) -> None:
        self._server, self._cpu, self._at, self._own = server, server.cpu_s(), perf_counter(), Cost()

    def take(self) -> dict[str, float]:
        """Until now."""
        used = (self._server.cpu_s() - self._cpu) / (perf_counter() - self._at)
        return {"server": round(used, 3), "load_generator": self._own.share()}
