"""Whom the teacher shall speak as in each language, by its own scores; and its texts' held-out sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scoring.heldout import HELDOUT_FILE, HeldOut

from .texts import VOICE_WEIGHTS

#: Language -> voices, several in equal parts where joined by "+", with their shares. Voices whose teacher scores low
#: are lifted by an English one: the signs tell the language, the style only who speaks.
VOICES: Mapping[str, Mapping[str, float]] = {
    "en": VOICE_WEIGHTS,
    "ja": {"jf_alpha+af_heart": 0.60, "jf_alpha": 0.15, "jm_kumo+am_michael": 0.25},
    "es": {"ef_dora+af_heart": 0.35, "em_alex+am_michael": 0.35, "ef_dora": 0.15, "em_alex": 0.15},
    "it": {"if_sara": 0.40, "im_nicola": 0.40, "if_sara+af_heart": 0.10, "im_nicola+am_michael": 0.10},
    "pt": {"pf_dora+af_heart": 0.35, "pm_alex+am_michael": 0.35, "pf_dora": 0.15, "pm_alex": 0.15},
    "fr": {"ff_siwis": 0.60, "ff_siwis+af_heart": 0.20, "ff_siwis+am_michael": 0.20},
    "hi": {"hf_beta": 0.35, "hm_psi": 0.35, "hf_alpha": 0.20, "hm_omega": 0.10},
}


@dataclass(frozen=True)
class HeldOutTexts:
    """Sentences that must not be trained on, in a language that may have no words to count."""

    bare: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> HeldOutTexts:
        """One sentence a line."""
        lines = path.read_text(encoding="utf-8").splitlines()
        return cls(frozenset(_bare(line) for line in lines if line.strip()))

    def touches(self, text: str) -> bool:
        """Whether the text is, or holds, one of them."""
        text = _bare(text)
        return any(sentence in text for sentence in self.bare)


def refused(language: str) -> Callable[[str], bool]:
    """Whether a text must not be trained on, since it is, or holds, a held-out sentence of the language."""
    if language == "en":
        return HeldOut.load().touches
    return HeldOutTexts.load(HELDOUT_FILE.with_name(f"heldout_{language}.txt")).touches


def _bare(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
