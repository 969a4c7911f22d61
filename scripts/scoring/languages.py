"""What a listener wrote down against what was to be said, in languages other than English."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .words import transcribe

#: Voice -> the teacher's voices that its style is the mean of, with their weights.
STYLES = {
    "jf_sora": {"jf_alpha": 0.5, "af_heart": 0.5},
    "jm_riku": {"jm_kumo": 0.5, "am_michael": 0.5},
    "ef_luz": {"ef_dora": 0.5, "af_heart": 0.5},
    "em_leo": {"em_alex": 0.5, "am_michael": 0.5},
    "if_sara": {"if_sara": 1.0},
    "im_nicola": {"im_nicola": 1.0},
    "pf_clara": {"pf_dora": 0.5, "af_heart": 0.5},
    "pm_davi": {"pm_alex": 0.5, "am_michael": 0.5},
    "ff_siwis": {"ff_siwis": 1.0},
    "fm_remi": {"ff_siwis": 0.5, "am_michael": 0.5},
    "hf_beta": {"hf_beta": 1.0},
    "hm_psi": {"hm_psi": 1.0},
}
_PLAIN_VOWELS = str.maketrans("áéíóúý", "aeioɯɨ")


def without_accents(signs: str) -> str:
    """Signs that the teacher knows: it has no Japanese pitch accent."""
    return signs.translate(_PLAIN_VOWELS)


def units(text: str, language: str) -> list[str]:
    """What is counted: kana in Japanese (so that spelling does not matter), words elsewhere."""
    if language != "ja":
        return re.sub(r"[^\w\s']", " ", text.lower()).split()
    kana = "".join(_reader().g2k(re.sub(r"[^\w]", "", text)))
    kana = "".join(chr(ord(sign) - 0x60) if "ァ" <= sign <= "ヶ" else sign for sign in kana)
    kana = re.sub("[^ぁ-んー]", "", kana).replace("おう", "おー").replace("づ", "ず").replace("ぢ", "じ")
    return list(re.sub("(?<=[えけせてねへめれげぜでべぺ])い", "ー", kana))


@cache
def _reader() -> Any:
    import haqumei

    return haqumei.Haqumei()


def errors(said: str, wav: Any, rate: int, language: str) -> tuple[int, int]:
    """Edits between what was to be said and what Whisper-base hears, and how much there was to say."""
    wanted, heard = units(said, language), units(transcribe(wav, rate, language), language)
    row = list(range(len(heard) + 1))
    for i, one in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1], len(wanted)
