"""What bad behaviour leaves behind: callers that hang up in mid-speech, and one text of 100,000 characters.

    python scripts/bench_abuse.py

Each case has a server of its own, with the installed weights. `hang-ups`: callers connect, ask for a long text, hear
a few chunks and vanish, half of them without closing the socket, while one other caller listens to turn after turn.
`long-request` and `long-pieces`: 100,000 characters in one context, in one request or in pieces of a token's size as
fast as the socket takes them; first in real time for some minutes, then by a server without a lead limit, to the
last word. Memory is the server's resident set. Ends in one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
import random
import time
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import click
from benching.callers import Caller, Turn, errors_of
from benching.report import finish, say
from benching.server import Server
from benching.stats import spread_ms
from benching.texts import sentences, tokens, turns

CASES = ("hang-ups", "long-request", "long-pieces")
SETTLE_S = 20.0  # for a server to notice that everyone has gone
CHARACTERS = 100_000
TENTHS = 10
NO_LEAD_LIMIT = ("--lead", "1000000")


async def hang_up(url: str, voice: str, text: str, chance: random.Random) -> None:
    """One caller that goes after a few chunks."""
    caller = await Caller.call(url, voice)
    turn, enough = await caller.say(text), chance.randrange(1, 6)
    while turn.player.chunks < enough and not turn.over.is_set():  # noqa: ASYNC110 - chunks come without an event
        await asyncio.sleep(0.005)
    if chance.random() < 0.5:
        await caller.vanish()
    else:
        await caller.hang_up()


async def hang_up_often(server: Server, voice: str, count: int, rate: float, chance: random.Random) -> list[float]:
    """So many callers, `rate` a second on average; the server's memory in MB at each tenth of them."""
    text, tasks, memory = " ".join(sentences()[-4:]), [], [server.rss_mb()]
    for number in range(count):
        tasks.append(asyncio.create_task(hang_up(server.url, voice, text, chance)))
        await asyncio.sleep(chance.expovariate(rate))
        if (number + 1) * TENTHS % count < TENTHS:
            memory.append(round(server.rss_mb(), 1))
    await asyncio.gather(*tasks)
    return memory


async def idle(server: Server) -> dict[str, float]:
    """Contexts and sockets that are left, once nothing changes any more."""
    deadline = time.perf_counter() + SETTLE_S
    while True:
        found = await asyncio.to_thread(server.metrics)
        left = {"slots_used": found["larksong_slots_used"], "sockets": found["larksong_sockets"]}
        if not any(left.values()) or time.perf_counter() > deadline:
            return left
        await asyncio.sleep(0.2)


async def hang_ups(voice: str, count: int, rate: float, weights: Path | None) -> dict[str, Any]:
    """Memory before and after, what is left, and how one who stayed was served; after as many that are not counted."""
    with Server(weights=weights) as server:
        await hang_up_often(server, voice, count, rate, random.Random(1))  # caches and heaps fill up
        await idle(server)
        before = server.rss_mb()
        rush = asyncio.create_task(hang_up_often(server, voice, count, rate, random.Random(1)))  # the same again
        caller, heard = await Caller.call(server.url, voice), []
        for text in cycle(turns(100, 1)):
            heard.append(await (await caller.say(text)).end())
            await asyncio.sleep(max(0.0, heard[-1].player.dry_at - time.perf_counter()))  # hear it out
            if rush.done():
                break
        memory = await rush
        await caller.hang_up()
        left = await idle(server)
        after, facts = server.rss_mb(), server.facts()
    return {
        "callers": count,
        "callers_per_s": rate,
        "rss_mb": {"before": round(before, 1), "after": round(after, 1), "grown": round(after - before, 1)},
        "rss_mb_by_tenths": memory,
        "left": left,
        "other_caller": {
            "turns": len(heard),
            "first_byte_ms": spread_ms([turn.first_byte_s for turn in heard if turn.first_byte_s is not None]),
            "underruns": sum(turn.player.underruns for turn in heard),
            "errors": errors_of(heard),
        },
        "server": facts,
    }


def long_text() -> str:
    """Call-center lines, 100,000 characters of them."""
    text = ""
    for line in turns(10_000, 3):
        text += line + " "
        if len(text) >= CHARACTERS:
            break
    return text[:CHARACTERS]


async def begin(caller: Caller, in_pieces: bool) -> Turn:
    text = long_text()
    return await caller.feed(tokens(text), float("inf")) if in_pieces else await caller.say(text)


async def in_real_time(voice: str, in_pieces: bool, minutes: float, weights: Path | None) -> dict[str, Any]:
    """Served as always, for some minutes; then the caller hangs up."""
    with Server(weights=weights) as server:
        caller = await Caller.call(server.url, voice)
        turn = await begin(caller, in_pieces)
        marks: list[dict[str, Any]] = []
        while not marks or (marks[-1]["heard_s"] < 60 * minutes and not turn.over.is_set()):
            cpu, heard = server.cpu_s(), turn.player.seconds
            await asyncio.sleep(min(30.0, 30 * minutes))
            heard = turn.player.seconds - heard
            mark = {"heard_s": round(turn.player.seconds, 1), "rss_mb": round(server.rss_mb(), 1)}
            marks.append(mark | {"cpu_ms_per_s": round(1000 * (server.cpu_s() - cpu) / max(heard, 1e-9), 2)})
        await caller.hang_up()
        left = await idle(server)
    first = turn.first_byte_s or float("nan")
    return {"first_byte_ms": round(1000 * first, 1), "underruns": turn.player.underruns, "marks": marks, "left": left}


async def to_the_end(voice: str, in_pieces: bool, weights: Path | None) -> dict[str, Any]:
    """Without a lead limit: all of it, as fast as the caller reads."""
    with Server(weights=weights, options=NO_LEAD_LIMIT) as server:
        caller = await Caller.call(server.url, voice)
        marks: list[tuple[float, float, float]] = []
        turn = await begin(caller, in_pieces)
        while not turn.over.is_set():
            marks.append((turn.player.seconds, server.cpu_s(), server.rss_mb()))
            await asyncio.sleep(0.25)
        await caller.hang_up()
        left, errors = await idle(server), errors_of([turn])
    heard = turn.player.seconds
    edges = [next(m for m in marks if m[0] >= heard * n / TENTHS) for n in range(TENTHS)] + [marks[-1]]
    cost = [1000 * (b[1] - a[1]) / (b[0] - a[0]) for a, b in pairwise(edges)]
    memory = [round(edge[2], 1) for edge in edges]
    return {
        "speech_s": round(heard, 1),
        "errors": errors,
        "cpu_ms_per_s": [round(one, 2) for one in cost],
        "last_to_first_tenth": round(cost[-1] / cost[0], 3),
        "rss_mb": memory,
        "rss_grown_mb": round(memory[-1] - memory[1], 1),
        "left": left,
    }


@click.command(help=__doc__)
@click.option("--case", "cases", multiple=True, default=CASES, show_default=True, type=click.Choice(CASES))
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--callers", default=1000, show_default=True, type=click.IntRange(1), help="That hang up.")
@click.option("--rate", default=10.0, show_default=True, help="Of them, a second.")
@click.option("--minutes", default=3.0, show_default=True, help="Of a long text in real time.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--quick", is_flag=True, help="A few callers and seconds: a try, no measurement.")
def main(
    cases: tuple[str, ...], voice: str, callers: int, rate: float, minutes: float, weights: Path | None, quick: bool
) -> None:
    callers = 50 if quick else callers
    found: dict[str, Any] = {}
    for case in cases:
        if case == "hang-ups":
            found[case] = asyncio.run(hang_ups(voice, callers, rate, weights))
        else:
            found[case] = long(voice, case == "long-pieces", 0.2 if quick else minutes, weights, quick)
        say(f"{case}: {found[case]}")
    finish("abuse", {"voice": voice, "quick": quick, **found})


def long(voice: str, in_pieces: bool, minutes: float, weights: Path | None, quick: bool) -> dict[str, Any]:
    """A long text, in real time and to its end."""
    real_time = asyncio.run(in_real_time(voice, in_pieces, minutes, weights))
    end = {} if quick else {"to_the_end": asyncio.run(to_the_end(voice, in_pieces, weights))}
    return {"characters": CHARACTERS, "real_time": real_time, **end}


if __name__ == "__main__":
    main()
