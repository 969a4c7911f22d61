"""Japanese text to phrases (bunsetsu) with the teacher's signs; the vowel before a fall of the pitch is marked.

A phrase is a word with the particles, auxiliaries and suffixes that hang on it: where a reader may breathe.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..symbols import SYMBOLS
from ..tables import load
from ..word import PhonemizerUnavailable, Word
from .settled import HANGING, HANGING_TOO, settled
from .written import plain

_DATA = load(__package__, "signs")
_MORAE: dict[str, str] = _DATA["morae"]
_MARKS: dict[str, str] = _DATA["marks"]
_FALLING: dict[str, str] = _DATA["falling"]
_SMALL = frozenset(_DATA["small"])
_PIECE = re.compile(r"[^。！？!?\n]{0,200}[。！？!?]*\n?")  # what is analysed at once, at most
_MORA_ENDS = frozenset("aiueoAIUEON") | {"cl"}


@dataclass
class _Mora:
    kana: str  # hiragana
    high: bool
    accent_phrase: int


@dataclass
class _Phrase:
    start: int  # in the analysed text
    end: int
    before: str = ""  # signs of punctuation
    after: str = ""
    morae: list[_Mora] = field(default_factory=list)


class Japanese:
    """Safe to share between threads."""

    language = "ja-JP"

    def __init__(self) -> None:
        """Raises PhonemizerUnavailable where the reader is not installed."""
        try:
            import haqumei
        except ImportError as error:
            message = 'Japanese needs the package haqumei: pip install "larksong[ja]"'
            raise PhonemizerUnavailable(message) from error
        self._reader = haqumei.Haqumei(predict_kana_english=False)
        self._analysed = lru_cache(maxsize=256)(self._reader.g2p_mapping_prosody)
        self.settled = lru_cache(maxsize=256)(self._settled)
        self.words("準備。")  # loads the dictionary now

    def words(self, text: str) -> list[Word]:
        """Phrases of `text` with their phonemes; what cannot be spoken is left out. Never raises."""
        flat, places = plain(text)
        words: list[Word] = []
        for piece in _PIECE.finditer(flat):
            if piece.group().strip():
                words += self._phrases(text, piece.group(), places[piece.start() : piece.end() + 1])
        return words

    def tones(self, text: str) -> list[tuple[int, int, bool]]:
        """Where each mora of `text` stands in the signs of its words, joined by spaces, and whether it is high.

        For who makes a teacher say accents that it does not know (scripts/corpus/accents.py).
        """
        found: list[tuple[int, int, bool]] = []
        at = 0
        for piece in _PIECE.finditer(plain(text)[0]):
            phrases = _phrases(self._analysed(piece.group()), len(piece.group())) if piece.group().strip() else []
            for phrase in phrases:
                sounds = _mora_signs(phrase.morae, None)
                if not "".join(sounds):
                    continue
                at += len(phrase.before)
                for mora, signs in zip(phrase.morae, sounds, strict=True):
                    if signs:
                        found.append((at, at + len(signs), mora.high))
                    at += len(signs)
                at += len(phrase.after) + 1
        return found

    def _settled(self, text: str) -> int:
        """Offset up to which the reading of an arriving text will not change."""
        return settled(text, self._reader.g2p_mapping_prosody)

    def _phrases(self, text: str, piece: str, places: list[int]) -> list[Word]:
        words: list[Word] = []
        held = ""  # sounds that no character of the text is left for: "¥5" has more words than characters
        phrases = _phrases(self._analysed(piece), len(piece))
        for index, phrase in enumerate(phrases):
            signs = _signs(phrase.morae, phrases[index + 1].morae[0] if index + 1 < len(phrases) else None)
            if not signs:
                continue
            signs = f"{held}{phrase.before}{signs}{phrase.after}"
            start = max(places[phrase.start], words[-1].end if words else 0)
            end = places[phrase.end]
            while end > start and text[end - 1].isspace():
                end -= 1
            while start < end and text[start].isspace():
                start += 1
            if end > start:
                words.append(Word(text[start:end], start, end, signs))
                held = ""
            else:
                held = f"{signs} "
        if held and words:
            last = words[-1]
            words[-1] = Word(last.text, last.start, last.end, f"{last.phonemes} {held.strip()}")
        return words


def _phrases(analysed: list[Any], length: int) -> list[_Phrase]:
    """Words put together into phrases; punctuation goes to the phrase before it, opening marks to the one after."""
    phrases: list[_Phrase] = []
    accent, opening, opened = 0, "", None
    speaking = False  # the word before has a sound and may be joined
    for word in analysed:
        start, end = min(word.char_span[0], length), min(word.char_span[1], length)
        kana = word.pron.replace("’", "").replace("'", "")
        if word.pos == "記号" or not kana or kana in _MARKS:
            accent += 1
            speaking = False
            for sign in (_MARKS.get(char, "").strip() for char in word.word):
                if sign in ("“", "("):
                    opening, opened = opening + sign, start if opened is None else opened
                elif sign and phrases:
                    phrases[-1].after += sign
                    phrases[-1].end = max(phrases[-1].end, end)
            continue
        if speaking and word.chain_flag != 1:
            accent += 1
        morae = [_Mora(mora, high, accent) for mora, high in _morae(kana, word.phonemes)]
        if not morae:
            continue
        hangs = morae[0].kana == "ー" or word.pos in HANGING or word.pos_group1 in HANGING_TOO
        if speaking and hangs:
            phrases[-1].morae += morae
            phrases[-1].end = max(phrases[-1].end, end)
        else:
            phrases.append(_Phrase(start if opened is None else opened, end, before=opening, morae=morae))
            opening, opened = "", None
        speaking = True
    return phrases


def _morae(kana: str, phonemes: list[Any]) -> list[tuple[str, bool]]:
    """Morae of one word in hiragana, and whether each is high."""
    morae: list[str] = []
    for char in kana:
        sound = chr(ord(char) - 0x60) if "ァ" <= char <= "ヶ" else char
        if morae and sound in _SMALL and len(morae[-1]) == 1 and morae[-1] not in "ーっん":
            morae[-1] += sound
        else:
            morae.append(sound)
    ends = (one for one in phonemes if one.kind == "phoneme" and str(one.phoneme) in _MORA_ENDS)
    high = [str(one.pitch).endswith("High") for one in ends]
    if len(high) != len(morae):
        high = (high + [high[-1] if high else False] * len(morae))[: len(morae)]
    return list(zip(morae, high, strict=True))


def _signs(morae: list[_Mora], after: _Mora | None) -> str:
    """The teacher's signs of a phrase; `after` is the first mora of the next, since the pitch may fall there."""
    return "".join(_mora_signs(morae, after))


def _mora_signs(morae: list[_Mora], after: _Mora | None) -> list[str]:
    """The same, mora by mora."""
    out: list[str] = []
    for index, mora in enumerate(morae):
        inside = index + 1 < len(morae)
        following = morae[index + 1] if inside else after
        ahead = morae[index + 1].kana if inside else ""
        signs = "".join(sign for sign in _sound(mora.kana, ahead) if sign in SYMBOLS)
        if following and mora.high and not following.high and following.accent_phrase == mora.accent_phrase:
            at = max((signs.rfind(vowel) for vowel in _FALLING), default=-1)
            if at >= 0:
                signs = signs[:at] + _FALLING[signs[at]] + signs[at + 1 :]
        out.append(signs)
    return out


def _sound(mora: str, following: str) -> str:
    """One mora; ん sounds like the place of what follows it in the phrase."""
    if mora == "ー":
        return "ː"
    if mora == "っ":
        return "ʔ"
    if mora != "ん":
        return _MORAE.get(mora) or "".join(_MORAE.get(kana, "") for kana in mora)
    ahead = _MORAE.get(following, "")
    if ahead[:1] in tuple("mpb"):
        return "m"
    if ahead[:1] in ("k", "ɡ"):
        return "ŋ"
    if ahead.startswith(("ɲ", "ʨ", "ʥ")):
        return "ɲ"
    return "n" if ahead[:1] in tuple("ntdɾz") else "ɴ"
