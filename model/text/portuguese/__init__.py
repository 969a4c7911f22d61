"""Portuguese, read by espeak-ng; what is written in signs and figures is put into words by `data/words.json`."""

from __future__ import annotations

from importlib.resources import files

from ..language import Language
from ..word import FrontEnd


def _load(locale: str) -> FrontEnd:
    from ..by_espeak import EspeakFrontEnd, WrittenForms

    return EspeakFrontEnd(locale, "pt-br", WrittenForms.load(files(__package__) / "data" / "words.json"))


LANGUAGE = Language("pt", "Portuguese", ("pt-BR",), _load, experimental=True)
