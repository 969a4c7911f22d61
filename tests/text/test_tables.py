"""Rules that are data: plain JSON, installed with the code that reads them, no file too long to read."""

from __future__ import annotations

import json
from pathlib import Path

import larksong.model.text
import pytest
from larksong.model.text import SYMBOLS
from larksong.model.text.tables import load

TEXT = Path(larksong.model.text.__file__).parent
ROOT = TEXT.parent.parent
TABLES = sorted(TEXT.glob("**/data/*.json"))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: str(path.relative_to(TEXT)))
def test_a_table_names_what_it_holds_and_nothing_twice(path: Path) -> None:
    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        assert len({key for key, _ in pairs}) == len(pairs)
        return dict(pairs)

    text = path.read_text(encoding="utf-8")
    table = json.loads(text, object_pairs_hook=once)
    assert isinstance(table, dict)
    assert len(text.splitlines()) <= 300


def test_every_folder_of_tables_is_installed() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for folder in {path.parent.parent for path in TABLES}:
        package = ".".join(("larksong", *folder.relative_to(ROOT).parts))
        assert f'"{package}" = ["data/*"]' in project


def test_a_table_is_read_once() -> None:
    assert load("larksong.model.text", "symbols") is load("larksong.model.text", "symbols")
    assert load("larksong.model.text", "symbols")["symbols"] is SYMBOLS


def test_english_signs_are_those_of_the_table_of_symbols() -> None:
    phonemes = load("larksong.model.text.english", "phonemes")
    for table in ("common", "american", "british"):
        assert set("".join(phonemes[table].values())) <= SYMBOLS.keys()
