"""The table of proofs is complete and up to date."""

from __future__ import annotations

import re

from .checklist import STATEMENTS, TABLE, TAGGED, TESTS, proofs, table


def test_every_statement_is_proven() -> None:
    assert [number for number, tests in proofs().items() if not tests] == []
    assert set(proofs()) == set(STATEMENTS)


def test_the_table_is_up_to_date() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(), "run: python -m tests.server.checklist"


def test_every_tag_stands_above_a_test() -> None:
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        seen = sum(comment.count("\n") for comment, _ in TAGGED.findall(text))
        assert seen == len(re.findall(r"^# §14\.", text, re.MULTILINE)), path.name
