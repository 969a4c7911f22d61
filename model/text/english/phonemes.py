"""English phonemes: espeak-ng in, the teacher's signs out.

The teacher writes diphthongs and affricates as one sign (A I O Q W Y, ʤ ʧ), has no length marks in American
English, and marks the flap as T.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..align import align, shifted
from ..espeak import espeak
from ..symbols import SYMBOLS
from ..tables import load

_DATA = load(__package__, "phonemes")  # espeak-ng's letters, a tie as ^, and the teacher's signs for them
_LETTER_NAMES: dict[str, str] = _DATA["letter_names"]  # in a sentence, "A" would be the article
_WEAK: dict[str, str] = _DATA["weak"]  # and alone, "a" would be the letter


class Pronunciation:
    """Words of one English accent to the teacher's phonemes. Thread-safe: it keeps nothing but caches."""

    def __init__(self, british: bool) -> None:
        self._voice = "en" if british else "en-us"
        table: dict[str, str] = {**_DATA["common"], **_DATA["british" if british else "american"]}
        # Longest first, so that "ɜːɹ" is seen before "ɜː" and both before "ː".
        self._pattern = re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
        self._table = table
        self.clause = lru_cache(maxsize=4096)(self._clause)
        self.letters = lru_cache(maxsize=1024)(self._letters)
        self._alone = lru_cache(maxsize=16384)(self._speak_alone)
        self._signs = lru_cache(maxsize=16384)(self._map)

    def _clause(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Phonemes of each word, spoken one after another without a pause; "" for what has no sound."""
        spoken = self._speak(" ".join(words))
        if len(spoken) == len(words) and not self._shifted(spoken, words):
            return tuple(spoken)
        return tuple(align(spoken, [self._alone(word) for word in words]))

    def _shifted(self, spoken: list[str], words: tuple[str, ...]) -> bool:
        """Whether one word was merged and another split, so that the counts agree by chance.

        Merged are short words ("in the"), so looking at those is enough.
        """
        pairs = zip(words, spoken, strict=True)
        return any(len(word) < 5 and shifted(sound, self._alone(word)) for word, sound in pairs)

    def letter_words(self, letters: str) -> list[str]:
        """What stands for the letters in a clause, one word each, so that their neighbours sound right."""
        return [_LETTER_NAMES.get(letter, letter) for letter in letters]

    def _letters(self, letters: str, ending: str = "") -> str:
        """Phonemes of capital letters said by name, as one word stressed on the last ("FBI", "TVs")."""
        names = [self._alone(name) for name in self.letter_words(letters)]
        spoken = "".join(name.replace("ˈ", "ˌ") for name in names[:-1]) + names[-1]
        if not ending:
            return spoken
        return spoken + ("ᵻz" if letters[-1] in "SXH" else "s" if letters[-1] == "F" else "z")

    def _speak_alone(self, word: str) -> str:
        return _WEAK.get(word) or "".join(self._speak(word))

    def _speak(self, clause: str) -> list[str]:
        return [signs for signs in map(self._signs, espeak().phonemes(clause, self._voice)) if signs]

    def _map(self, ipa: str) -> str:
        mapped = self._pattern.sub(lambda match: self._table[match.group()], ipa)
        return "".join(sign for sign in mapped if sign in SYMBOLS and sign != " ")


@lru_cache(maxsize=2)
def pronunciation(british: bool) -> Pronunciation:
    """The one Pronunciation of an accent in this process."""
    return Pronunciation(british)
