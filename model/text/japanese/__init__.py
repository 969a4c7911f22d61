"""Japanese: read by haqumei (an Open JTalk analyser with its dictionary inside), accents included."""

from __future__ import annotations

from ..language import Language
from ..word import FrontEnd


def _load(locale: str) -> FrontEnd:
    from .front_end import Japanese

    return Japanese()


LANGUAGE = Language("ja", "Japanese", ("ja-JP",), _load, experimental=True, by_character=True)
