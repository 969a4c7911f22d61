"""Spanish, read by espeak-ng; what is written in signs and figures is put into words by `data/words.json`."""

from __future__ import annotations

from ..language import Language
from ..word import FrontEnd


def _load(locale: str) -> FrontEnd:
    from ..by_espeak import EspeakFrontEnd, WrittenForms

    return EspeakFrontEnd(locale, "es", WrittenForms.load(__package__))


LANGUAGE = Language("es", "Spanish", ("es-ES",), _load, experimental=True)
