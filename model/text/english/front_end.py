"""English text to words with phonemes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..word import Word
from .context import Reading
from .normalise import normalise
from .phonemes import Pronunciation, pronunciation
from .settled import settled
from .tokens import Token, tokenise

_LETTERS = re.compile(r"(?P<letters>(?:[A-Z]\.)+)(?P<ending>(?:'?s)?)")
_UNSAYABLE = re.compile(r"[^A-Za-zÀ-ÖØ-öø-ÿ'-]+")
_LONG_WORD = re.compile(r"[^-]{41,}")
_LONGEST = 40  # letters in a word for espeak-ng, whose buffers are short
_LONGEST_CLAUSE = 60  # words; aligning takes time that grows with the square


class English:
    """English in one accent. Safe to share between threads."""

    def __init__(self, language: str) -> None:
        """`language`: "en-US" or "en-GB". Raises PhonemizerUnavailable."""
        self.language = language
        self._british = language == "en-GB"
        self._pronunciation = pronunciation(self._british)
        self.words("Ready.")  # loads dictionaries now, 40 ms that the first sentence need not wait for

    def words(self, text: str) -> list[Word]:
        """Words of `text` with their phonemes; those that cannot be spoken are left out. Never raises."""
        tokens = tokenise(text)
        if not tokens:
            return []
        readings = normalise(tokens, self._british)
        return _words(text, tokens, readings, _sounds(readings, self._pronunciation))

    def settled(self, text: str) -> int:
        """Offset up to which the reading of an arriving text will not change; the same in both accents."""
        return settled(text)


def _sounds(readings: Sequence[Reading], pronunciation: Pronunciation) -> list[str]:
    """Phonemes of each reading, without the punctuation around it."""
    sounds: list[list[str]] = [[] for _ in readings]
    clause: list[str] = []  # words that espeak-ng shall see together
    owners: list[tuple[int, str | None, int]] = []  # reading, its phonemes if known, its words in the clause

    def flush() -> None:
        if not clause:
            return
        spoken = pronunciation.clause(tuple(clause))
        at = 0
        for reading, known, length in owners:
            sounds[reading] += [known] if known else filter(None, spoken[at : at + length])
            at += length
        clause.clear()
        owners.clear()

    for index, reading in enumerate(readings):
        if reading.lead:
            flush()
        for piece in reading.spoken.split():
            if len(clause) >= _LONGEST_CLAUSE:
                flush()
            if piece.isalpha() and piece.isascii() and len(piece) <= _LONGEST:  # most words, and in a hurry
                clause.append(piece)
                owners.append((index, None, 1))
                continue
            word = piece.rstrip(",")
            if match := _LETTERS.fullmatch(word):
                letters = match["letters"].replace(".", "")
                known = pronunciation.letters(letters, match["ending"].lstrip("'"))
                clause += pronunciation.letter_words(letters)
                owners.append((index, known, len(letters)))
            else:
                parts = _sayable(word)
                clause += parts
                owners.append((index, None, len(parts)))
            if word != piece:
                flush()
                if sounds[index]:
                    sounds[index][-1] += ","
        if reading.trail:
            flush()
    flush()
    return [" ".join(parts) for parts in sounds]


def _sayable(word: str) -> list[str]:
    """`word` as words that espeak-ng can take: letters it knows, none too long."""
    clean = _UNSAYABLE.sub(" ", word)
    if len(clean) > _LONGEST:
        clean = _LONG_WORD.sub(lambda run: " ".join(re.findall(f".{{1,{_LONGEST}}}", run.group())), clean)
    return [part for part in (piece.strip("-") for piece in clean.split()) if part.strip("'")]


def _words(
    text: str, tokens: Sequence[Token], readings: Sequence[Reading], sounds: Sequence[str]
) -> list[Word]:
    """Sounds, punctuation and spans put together. Punctuation between words stays with the word before."""
    words: list[Word] = []
    opening = ""  # punctuation before the first word
    for token, reading, sound in zip(tokens, readings, sounds, strict=True):
        marks = reading.lead + reading.trail
        if sound:
            phonemes = f"{opening}{reading.lead}{sound}{reading.trail}"
            words.append(Word(text[token.start : token.end], token.start, token.end, phonemes))
            opening = ""
        elif marks and words:
            last = words[-1]
            words[-1] = Word(last.text, last.start, last.end, f"{last.phonemes} {marks}")
        elif marks:
            opening += f"{marks} "
    return words
