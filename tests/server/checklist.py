"""Which test proves which statement of the protocol's conformance checklist (section 14).

A test names its statements in a comment right above it: `# §14.39 §14.64`. Run this module to write
checklist.md anew.
"""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = Path(__file__).with_name("checklist.md")
STATEMENTS = range(1, 86)
TAGGED = re.compile(r"^((?:# §14\.\d+.*\n)+)(?:@.*\n(?:[ )].*\n)*)*(?:async )?def (test_\w+)", re.MULTILINE)


def proofs() -> dict[int, list[str]]:
    """Statement -> tests, each as path::name."""
    found: dict[int, list[str]] = {number: [] for number in STATEMENTS}
    for path in sorted(TESTS.rglob("test_*.py")):
        for comment, name in TAGGED.findall(path.read_text(encoding="utf-8")):
            for number in map(int, re.findall(r"§14\.(\d+)", comment)):
                found[number].append(f"{path.relative_to(TESTS)}::{name}")
    return found


def table() -> str:
    """The mapping as Markdown."""
    lines = ["# Conformance: statement and proof", "", "| § 14 | tests |", "|---|---|"]
    for number, tests in proofs().items():
        lines.append(f"| {number} | {'<br>'.join(f'`{test}`' for test in tests) or '–'} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
