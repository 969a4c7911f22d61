"""The table of readings that every program which reads English for this voice has to agree with.

    python scripts/make_readings.py [TEXTS ...]

Reads the texts of tests/fixtures/readings_en.jsonl once more, adds those of the files given (a sentence a line,
`#` and `[` begin lines that are none) in American English and every third one in British, and writes the table anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from larksong.model.text import front_end

TABLE = Path(__file__).parent.parent / "tests" / "fixtures" / "readings_en.jsonl"
BRITISH = 3  # of so many sentences, one is read in British English as well

Case = tuple[str, str]  # text, locale


def phonemes(text: str, locale: str) -> str:
    """What the voice is given for a text: the signs of its words, parted by spaces."""
    return " ".join(word.phonemes for word in front_end(locale).words(text))


def cases(table: Path) -> Iterator[Case]:
    """The texts of a table, each with its locale."""
    for line in table.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["text"], row["locale"]


def sentences(lines: Iterable[str]) -> Iterator[Case]:
    """The sentences among the lines of a file of texts."""
    texts = [line.strip() for line in lines if line.strip() and line[0] not in "#["]
    for number, text in enumerate(texts):
        yield text, "en-US"
        if number % BRITISH == 0:
            yield text, "en-GB"


def rows(wanted: Iterable[Case]) -> Iterator[str]:
    """Lines of the table, each case once."""
    for text, locale in dict.fromkeys(wanted):
        row = {"text": text, "locale": locale, "phonemes": phonemes(text, locale)}
        yield json.dumps(row, ensure_ascii=False) + "\n"


@click.command(help=__doc__)
@click.argument("texts", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(texts: tuple[Path, ...]) -> None:
    wanted = list(cases(TABLE)) if TABLE.exists() else []
    for path in texts:
        wanted += sentences(path.read_text(encoding="utf-8").splitlines())
    lines = list(rows(wanted))
    TABLE.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} readings in {TABLE.name}")


if __name__ == "__main__":
    main()
