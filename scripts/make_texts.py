"""Natural texts for make_corpus.py --texts: the example sentences in WordNet's glosses.

    python scripts/make_texts.py --wordnet /usr/share/wordnet --out texts.txt

The folder is that of Debian's package `wordnet-base`; some 42,000 short sentences of modern English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import numpy as np

PARTS = ("noun", "verb", "adj", "adv")
SPEAKABLE = re.compile(r"[A-Za-z0-9 ,.;:!?'\-$%]+")
FEWEST, MOST = 3, 25  # words


def examples(glosses: str) -> Iterator[str]:
    """What stands in quotes in the gloss of each line of a WordNet data file."""
    for line in glosses.splitlines():
        _, bar, gloss = line.partition("|")
        if bar:
            yield from re.findall(r'"([^"]+)"', gloss)


def sentence(example: str) -> str | None:
    """The example with a capital and an end; None where it is too long, too short or not plain text."""
    text = example.strip().rstrip(";,")
    if not FEWEST <= len(text.split()) <= MOST or not SPEAKABLE.fullmatch(text):
        return None
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


@click.command(help=__doc__)
@click.option("--wordnet", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--seed", default=0, show_default=True, help="Of the order.")
def main(wordnet: Path, out: Path, seed: int) -> None:
    texts: dict[str, None] = {}
    for part in PARTS:
        for example in examples((wordnet / f"data.{part}").read_text(encoding="utf-8")):
            if text := sentence(example):
                texts[text] = None
    lines = list(texts)
    shuffled = [lines[number] for number in np.random.default_rng(seed).permutation(len(lines))]
    out.write_text("".join(f"{line}\n" for line in shuffled), encoding="utf-8")
    print(f"{len(lines)} sentences in {out}")


if __name__ == "__main__":
    main()
