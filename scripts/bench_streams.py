"""How many people can be spoken to at once: more and more callers, until one of them hears a gap.

    python scripts/bench_streams.py --picture server/pictures/streams.png

Turns of a call center begin at random moments (Poisson, open loop) on sockets that are open already. A level of
N streams has turns begin so often that N listeners are spoken to at once on average. A player starts on its
first chunk and holds nothing back: any later chunk that comes after it has run out is an underrun. The level
rises until a turn underruns, is refused, or 1 % of turns wait longer than the limit for their first chunk.
The load generator shares the machine with the server. Ends in one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
from benching.callers import Caller
from benching.load import Load, Room, Shares, held, run, summary
from benching.picture import lines
from benching.report import finish, say
from benching.server import Server
from benching.texts import tokens, turns
from websockets.exceptions import InvalidStatus

LEVELS = (5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 105, 120, 135, 150, 175, 200, 250)
QUICK = (3, 6)
TURNS = 1000  # of a level; more are said again
SAMPLE = 24  # turns that are spoken first, to learn how long they are


async def mean_turn_s(caller: Caller, texts: list[str]) -> float:
    """Mean seconds of speech in these turns; warms the server up as well."""
    spoken = []
    for text in texts:
        turn = await caller.say(text)
        await turn.end()
        spoken.append(turn.player.seconds)
    return sum(spoken) / len(spoken)


async def more_callers(callers: list[Caller], wanted: int, url: str, voice: str) -> None:
    """Open sockets up to so many, or as many as the server allows: then turns share them."""
    with suppress(InvalidStatus):
        while len(callers) < wanted:
            callers.append(await Caller.call(url, voice))


async def rise(
    server: Server, voice: str, plan: list[Load], seed: int, go_on: bool, limit_ms: float
) -> list[dict[str, Any]]:
    """Levels in turn, until one is not held."""
    first = await Caller.call(server.url, voice)
    turn_s = await mean_turn_s(first, turns(SAMPLE if plan[0].seconds > 10 else 6, seed))
    callers, levels = [first], []
    for number, load in enumerate(plan):
        load = Load(load.streams, load.seconds, turn_s, load.tokens_per_s)
        # Turns arrive in clumps: sockets for three deviations more than the mean, and some.
        await more_callers(callers, round(load.streams + 3 * load.streams**0.5 + 4), server.url, voice)
        texts = [tokens(text) for text in turns(TURNS, seed + 1 + number)]  # others for every level
        room, shares, before = Room(callers), Shares(server), server.metrics()
        spoken, late = await run(load, texts, room, seed + number)
        cpu, after = shares.take(), server.metrics()
        level = summary(load, spoken, late, cpu) | {"sockets": len(callers), "turns_sharing_a_socket": room.shared}
        level |= of_server(before, after)
        levels.append(level)
        say(f"{load.streams:g} streams: {level['first_byte_ms']}, {level['turns_with_underruns']} underran, "
            f"{level['refused']} refused, cores {cpu}")  # fmt: skip
        if not (go_on or held(level, limit_ms)):
            break
    await asyncio.gather(*(caller.hang_up() for caller in callers))
    return levels


def of_server(before: dict[str, float], after: dict[str, float]) -> dict[str, Any]:
    """What the server counted in between."""
    grown = {name: value - before.get(name, 0.0) for name, value in after.items()}
    batches = grown.get("larksong_batch_width_count", 0.0)
    return {
        "server_underruns": int(grown.get("larksong_underruns_total", 0)),
        "mean_batch": round(grown.get("larksong_batch_width_sum", 0.0) / batches, 2) if batches else None,
    }


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1))
@click.option("--slots", default=0, show_default=True, help="Contexts at once for each worker; 0: it measures.")
@click.option("--level", "chosen", multiple=True, type=float, help="Streams; may be repeated. All are run.")
@click.option("--seconds", default=40.0, show_default=True, help="Length of a level.")
@click.option("--tokens-per-second", default=0.0, show_default=True, help="Feed the text so; 0: a turn in one frame.")
@click.option("--limit-ms", default=100.0, show_default=True, help="Longest first byte for 99 % of turns.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--seed", default=1, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path), help="Draw first byte against streams.")
@click.option("--quick", is_flag=True, help="Two small levels of a few seconds: a try, no measurement.")
def main(
    voice: str, workers: int, slots: int, chosen: tuple[float, ...], seconds: float, tokens_per_second: float,
    limit_ms: float, weights: Path | None, seed: int, picture: Path | None, quick: bool,
) -> None:  # fmt: skip
    steps = chosen or (QUICK if quick else LEVELS)
    plan = [Load(step, 4.0 if quick else seconds, 1.0, tokens_per_second) for step in steps]
    with Server(workers, slots, weights) as server:
        levels = asyncio.run(rise(server, voice, plan, seed, bool(chosen) or quick, limit_ms))
        facts = {**server.facts(), "rss_mb_after": round(server.rss_mb())}
    good = [level["streams"] for level in levels if held(level, limit_ms)]
    if picture:
        xs = [level["streams"] for level in levels]
        curves = {name: (xs, [level["first_byte_ms"][name] for level in levels]) for name in ("p50", "p95", "p99")}
        lines(picture, "First audio under load", "streams at once", "first byte, ms", curves)
    report = {"voice": voice, "quick": quick, "seconds_per_level": plan[0].seconds, "tokens_per_s": tokens_per_second}
    finish("streams", {**report, "limit_ms": limit_ms, "held": max(good, default=0), "levels": levels, "server": facts})


if __name__ == "__main__":
    main()
