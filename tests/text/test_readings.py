"""The table of readings that other programs are held to is what Python gives."""

from __future__ import annotations

import json
from pathlib import Path

from larksong.model.text import front_end

import tests

TABLE = Path(tests.__file__).parent / "fixtures" / "readings_en.jsonl"


def test_every_reading_of_the_table_is_given() -> None:
    rows = [json.loads(line) for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert len(rows) >= 400
    read = [" ".join(word.phonemes for word in front_end(row["locale"]).words(row["text"])) for row in rows]
    assert [row for row, said in zip(rows, read, strict=True) if said != row["phonemes"]] == []
