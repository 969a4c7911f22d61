"""From a language model's first token to audible speech, the tokens coming 30 a second.

    python scripts/bench_llm.py

One context on a warm socket, a frame for each token with `continue`. The clock starts as the first token is
handed to the socket. It stops at the first chunk, at what a player would make audible (that plus leading
silence), and when the first audible sample has been received. Ends in one JSON line on standard output.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click
from benching.callers import Caller, Turn, errors_of
from benching.report import Cost, finish
from benching.server import Server
from benching.stats import spread_ms
from benching.texts import fresh_sentences, sentences, tokens
from tqdm import tqdm


async def measure(url: str, voice: str, texts: list[str], rate: float) -> tuple[list[Turn], float]:
    """Every sentence once, token by token; and what this process took of a core."""
    caller = await Caller.call(url, voice)
    for text in sentences():
        await (await caller.say(text)).end()
    cost, turns = Cost(), []
    for text in tqdm(texts, desc="sentences"):
        turns.append(await caller.feed(tokens(text), rate, listen=True))
        await turns[-1].end()
    share = cost.share()
    await caller.hang_up()
    return turns, share


def results(turns: list[Turn]) -> dict[str, Any]:
    """Latencies and gaps; a gap may be for lack of text as well."""
    return {
        "turns": len(turns),
        "first_byte_ms": spread_ms([t.first_byte_s for t in turns if t.first_byte_s is not None]),
        "audible_ms": spread_ms([t.audible_s for t in turns if t.audible_s is not None]),
        "audible_received_ms": spread_ms([t.audible_received_s for t in turns if t.audible_received_s is not None]),
        "turns_with_gaps": sum(t.player.underruns > 0 for t in turns),
        "gap_ms": spread_ms([t.player.gap_s for t in turns if t.player.underruns]),
        "errors": errors_of(turns),
    }


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--rate", default=30.0, show_default=True, help="Tokens a second.")
@click.option("--turns", "count", default=150, show_default=True, type=click.IntRange(1), help="Sentences said.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--quick", is_flag=True, help="Six sentences: a try, no measurement.")
def main(voice: str, rate: float, count: int, weights: Path | None, quick: bool) -> None:
    texts = fresh_sentences(6 if quick else count, seed=2)
    with Server(weights=weights) as server:
        turns, share = asyncio.run(measure(server.url, voice, texts, rate))
        facts = server.facts()
    said = [tokens(text) for text in texts]
    words_per_token = round(sum(len(text.split()) for text in texts) / sum(map(len, said)), 2)
    report = {"voice": voice, "quick": quick, "tokens_per_s": rate, "words_per_token": words_per_token}
    finish("llm", {**report, **results(turns), "server": facts, "load_generator_core_share": share})


if __name__ == "__main__":
    main()
