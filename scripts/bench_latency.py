"""Time to first audio of one stream on a warm socket, by length of the sentence.

    python scripts/bench_latency.py

Starts a server of its own, and says sentences of 10 to 40 words that it has not met before. The clock starts as
the text is handed to an open socket. It stops at the first chunk ("first byte"), and at the first audible sample
as Coval defines it: the same plus the silence that the sound begins with (RMS above 0.01 in 10 ms frames). Ends
in one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click
from benching.callers import Caller, Turn, errors_of
from benching.report import Cost, finish, say
from benching.server import Server
from benching.stats import spread_ms
from benching.texts import fresh_sentences, sentences

LENGTHS = ((10, 19), (20, 29), (30, 40))  # words


async def measure(url: str, voice: str, texts: list[str], pause_s: float) -> tuple[list[Turn], float]:
    """Every sentence once; and what this process took of a core."""
    caller = await Caller.call(url, voice)
    for text in sentences():
        await (await caller.say(text)).end()
    cost, turns = Cost(), []
    for text in texts:
        turns.append(await caller.say(text, listen=True))
        await turns[-1].end()
        await asyncio.sleep(pause_s)
    share = cost.share()
    await caller.hang_up()
    return turns, share


def results(turns: list[Turn]) -> dict[str, Any]:
    """TTFA of these turns."""
    return {
        "turns": len(turns),
        "first_byte_ms": spread_ms([t.first_byte_s for t in turns if t.first_byte_s is not None]),
        "audible_ms": spread_ms([t.audible_s for t in turns if t.audible_s is not None]),
        "leading_silence_ms": spread_ms([t.onset.found_s for t in turns if t.onset and t.onset.found_s is not None]),
        "underruns": sum(t.player.underruns for t in turns),
        "errors": errors_of(turns),
    }


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--turns", "count", default=400, show_default=True, type=click.IntRange(1), help="Sentences said.")
@click.option("--pause", "pause_s", default=0.05, show_default=True, help="Seconds between a turn and the next.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--quick", is_flag=True, help="A dozen sentences: a try, no measurement.")
def main(voice: str, count: int, pause_s: float, weights: Path | None, quick: bool) -> None:
    texts = fresh_sentences(12 if quick else count, seed=1)
    with Server(weights=weights) as server:
        say(f"{len(texts)} sentences")
        turns, share = asyncio.run(measure(server.url, voice, texts, pause_s))
        facts = server.facts()
    by_words = {
        f"{least}-{most} words": results([t for t in turns if least <= len(t.text.split()) <= most])
        for least, most in LENGTHS
    }
    report = {"voice": voice, "quick": quick, **results(turns), "by_length": by_words}
    finish("latency", {**report, "server": facts, "load_generator_core_share": share})


if __name__ == "__main__":
    main()
