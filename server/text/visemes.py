"""Mouth shapes for faces: the fifteen that Oculus OVR named and that game engines and avatars know.

Every sign of the model's symbol table has its place here. A sign is one shape, or two for the glides of
diphthongs, or none: stress and aspiration belong to the sound after them, length and colour to the one before.
"""

from __future__ import annotations

from collections.abc import Sequence

SILENCE = "sil"

#: The shapes, in the order of their numbers in OVR's enumeration.
NAMES = (SILENCE, "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")

_ONE = {
    SILENCE: ";:,.!?—…\"()“” →↗↘↓",
    "PP": "bmpɸβ",
    "FF": "fvʋ",
    "TH": "θð",
    "DD": "dtTɖʈɾɽ",
    "kk": "kɡcɟqŋɴxχɣçʔʁh",
    "CH": "ʃʒʤʧʂʥʨɕʝ",
    "SS": "szSʣʦ",
    "nn": "nlɲɳʎ",
    "RR": "ɹrɻɚɜ",
    "aa": "aáɑɐɒæʌ",
    "E": "eéɛəᵊœø",
    "ih": "iíɪɨýᵻjyꭧ",
    "oh": "oóɔɤ",
    "ou": "uʊwɯúɰɥᵝ",
}  # fmt: skip

#: The two shapes of a diphthong, and the first one's share of its time.
_GLIDES = {
    "A": ("E", "ih", 0.6),
    "I": ("aa", "ih", 0.6),
    "O": ("oh", "ou", 0.6),
    "Q": ("E", "ou", 0.5),
    "W": ("aa", "ou", 0.6),
    "Y": ("oh", "ih", 0.6),
}

BEFORE = "ˈˌ"  # their time goes to the sound after them
AFTER = "ːʰʲ\u0303"  # their time goes to the sound before them

TABLE: dict[str, tuple[tuple[str, float], ...]] = {
    **{sign: ((name, 1.0),) for name, signs in _ONE.items() for sign in signs},
    **{sign: ((first, share), (second, 1.0)) for sign, (first, second, share) in _GLIDES.items()},
}

Span = tuple[str, float, float]  # what, start, end in seconds


def visemes(phonemes: Sequence[Span]) -> list[Span]:
    """Shapes for the phonemes of a word, without gaps in between; between words the mouth is at rest."""
    found: list[Span] = []
    begin: float | None = None  # of a stress mark that waits for its sound
    for sign, start, end in phonemes:
        if sign in BEFORE:
            begin = start if begin is None else begin
            continue
        if sign in AFTER and found:
            found[-1], begin = (found[-1][0], found[-1][1], end), None  # a stress mark before it has no sound after it
            continue
        at, begin = start if begin is None else begin, None
        edge = at
        for name, share in TABLE.get(sign, ()):
            until = end if share == 1.0 else at + share * (end - at)
            if until > edge:
                found.append((name, edge, until))
            edge = until
    return found
