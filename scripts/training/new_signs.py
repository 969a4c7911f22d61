"""Signs that English never trained begin as the nearest ones that it did, for languages that go on from its weights."""

from __future__ import annotations

import torch
from larksong.model.text import SYMBOLS
from torch import nn

#: New sign -> English signs whose mean it begins as.
NEAREST = {
    "e": "ɛ", "o": "ɔ", "ɯ": "u", "ɨ": "u", "ɕ": "ʃ", "ʥ": "ʤ", "ʨ": "ʧ", "ʦ": "ts", "ʣ": "z", "ɾ": "T", "β": "w",
    "ɸ": "f", "ç": "h", "ɲ": "n", "ɴ": "ŋ", "ʔ": "t", "ʲ": "j", "ᵝ": "w", "a": "ɑ", "x": "h", "ɣ": "ɡ", "ʎ": "l",
    "r": "ɹ", "ʁ": "ɹ", "y": "u", "ø": "ə", "œ": "ə", "ꭧ": "ʧ", "ʈ": "t", "ɖ": "d", "ʂ": "ʃ", "ɻ": "ɹ", "ɽ": "T",
    "ʋ": "v", "q": "k", "χ": "h", "c": "k", "ɟ": "ɡ", "ʝ": "j", "ɰ": "w", "ɥ": "j", "ɳ": "n", "ɐ": "ʌ", "ɤ": "ʌ",
}  # fmt: skip
#: Vowels before a fall of the pitch begin as the vowel without it, which is new itself.
_FALLING = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "ɯ", "ý": "ɨ"}


@torch.no_grad()
def begin(net: nn.Module) -> int:
    """Set the rows of new signs in every embedding of `net`; returns how many rows that are."""
    count = 0
    for module in net.modules():
        if isinstance(module, nn.Embedding):
            rows = module.weight
            for sign, near in (*NEAREST.items(), *_FALLING.items()):
                rows[SYMBOLS[sign]] = torch.stack([rows[SYMBOLS[one]] for one in near]).mean(0)
                count += 1
    return count
