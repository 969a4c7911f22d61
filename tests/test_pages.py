"""The pages name files that exist, and the picture of the rooms is the one that the imports give."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "ARCHITECTURE.md", "BENCHMARKS.md", "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md",
         "scripts/README.md", "model/TRAINING.md", "model/EXPERIMENTS.md", "model/MODEL_CARD.md")  # fmt: skip
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
CODE = re.compile(r"`((?:server|model|clients|tests|scripts)/[\w./-]*)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_and_path_on_a_page_leads_somewhere(page: str) -> None:
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    lost = [link for link in LINK.findall(text) if not (path.parent / link).exists()]
    lost += [name for name in CODE.findall(text) if not (ROOT / name).exists()]
    assert lost == []


def test_the_picture_of_the_rooms_is_drawn_from_these_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(ROOT / "scripts"), *sys.path])
    from draw_architecture import PICTURE, draw

    assert PICTURE.read_text(encoding="utf-8") == draw()
