"""The version has one source, pyproject.toml, and the changelog a section for it."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Not by tomllib, which Python 3.10 lacks.
NAMED = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_version_comes_from_one_place() -> None:
    (named,) = NAMED
    assert version("larksong") == named
    others = [
        str(path.relative_to(ROOT))
        for folder in ("server", "model", "clients")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(rf"[\"']{re.escape(named)}[\"']", path.read_text(encoding="utf-8"))
    ]
    assert not others


def test_the_changelog_is_by_release() -> None:
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", head) for head in heads[1:])
    assert heads[1].startswith(NAMED[0] + " - ")
