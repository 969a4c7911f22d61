"""A front end for languages that espeak-ng reads well: written forms into words, words into the teacher's signs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .align import align
from .espeak import espeak
from .symbols import SYMBOLS
from .tables import load
from .word import Word

_DATA = load(__package__, "espeak")
_TOKEN = re.compile(r"(?<!\S)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\S)|\S+")  # 1 250 is one number
_EDGE: str = _DATA["edge"]
_MARKS: dict[str, str] = _DATA["marks"]
_SPOKEN_MARKS = frozenset(_DATA["spoken_marks"])
_PAUSES = frozenset(_DATA["pauses"])
_APOSTROPHE = re.compile("['’]")
_CLAUSE_WORDS = 60  # aligning takes time that grows with the square
_LONGEST = 40  # characters of a word for espeak-ng, whose buffers are short
_NUMBER = r"[-−]?\d+(?:[.,\s\u00a0\u202f]\d+)*"
_TIME = re.compile(r"(\d{1,2})[:h](\d{2})")
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_TIES: dict[str, str] = _DATA["ties"]  # espeak-ng's letters with ties, and the one sign that the teacher has for them


@dataclass(frozen=True)
class WrittenForms:
    """How a language says what is not written in words. All of it is data, so that any program can read it."""

    letters: str  # that the reader knows, as in a regular expression; others are left out
    decimal: str  # the sign before decimals
    time: str  # "{hours} … {minutes}"
    months: tuple[str, ...]  # twelve
    date: str  # "{day} … {month}"
    year: str  # what follows a date with a year, "… {year}"
    minus: str
    signs: dict[str, str]  # % & + … -> words
    units: dict[str, str]  # after a number
    currencies: dict[str, str]
    abbreviations: dict[str, str]  # as written, with their stop
    leaning: tuple[str, ...] = ()  # words that nobody pauses after, or whose sound hangs on the next
    marks_apart: bool = False  # a space stands before some marks

    @classmethod
    def load(cls, package: str) -> WrittenForms:
        """Those of a language's folder, from its `data/words.json`."""
        values = load(package, "words")
        return cls(**{**values, "months": tuple(values["months"]), "leaning": tuple(values.get("leaning", ()))})


class EspeakFrontEnd:
    """One language. Safe to share between threads."""

    def __init__(self, language: str, voice: str, forms: WrittenForms) -> None:
        """`language`: locale; `voice`: espeak-ng's name for it. Raises PhonemizerUnavailable."""
        self.language, self._voice, self._forms = language, voice, forms
        money = "|".join(sorted(map(re.escape, forms.currencies), key=len, reverse=True))
        units = "|".join(sorted(map(re.escape, forms.units), key=len, reverse=True))
        self._money = re.compile(rf"(?:({money})({_NUMBER})|({_NUMBER})({money}))")
        self._measure = re.compile(rf"({_NUMBER})({units})")
        self._leaning = frozenset(forms.leaning)
        self._alone = lru_cache(maxsize=16384)(lambda word: "".join(self._speak(word)))
        self._unsayable = re.compile(rf"[^{forms.letters}\d'’.,-]+")
        espeak().phonemes("a", voice)  # a missing voice is reported now

    def words(self, text: str) -> list[Word]:
        """Words of `text` with their phonemes; those that cannot be spoken are left out. Never raises."""
        tokens = [(match.start(), match.group()) for match in _TOKEN.finditer(text)]
        words: list[Word] = []
        clause: list[tuple[int, str, str, list[str], str]] = []  # start, written, marks before, spoken words, after
        for start, written in tokens:
            lead, core, trail = self._peel(written)
            spoken = self._unsayable.sub(" ", self._spoken(core)).split() if core else []
            pieces = [word[at : at + _LONGEST] for word in spoken for at in range(0, len(word), _LONGEST)]
            clause.append((start, written, lead, pieces, trail))
            if _PAUSES & set(trail) or sum(len(one[3]) for one in clause) >= _CLAUSE_WORDS:
                words += self._clause(clause)
                clause = []
        return words + self._clause(clause)

    def settled(self, text: str) -> int:
        """Offset up to which the reading of an arriving text will not change; numbers and the like stay open."""
        tokens = list(_TOKEN.finditer(text))
        if not tokens:
            return 0
        last = tokens[-1].group()
        if tokens[-1].end() == len(text):
            tokens.pop()
            if self._forms.marks_apart and not last.strip(_EDGE):
                tokens = tokens[:-1]  # the mark belongs to the word before
        elif self._forms.marks_apart and not _pauses(last[-1]):
            tokens.pop()
        while tokens and self._open(tokens[-1].group()):
            tokens.pop()
        return tokens[-1].end() if tokens else 0

    def _open(self, written: str) -> bool:
        """Whether a complete word may be read otherwise, or nobody would stop after it, because of the next one."""
        _, core, trail = self._peel(written)
        if core in self._forms.abbreviations:
            return True
        if not core or _pauses(trail):
            return not _pauses(trail)
        last = _APOSTROPHE.split(core.lower())[-1]
        return not core[0].isalpha() or any(map(str.isdigit, core)) or last in self._leaning

    def _peel(self, written: str) -> tuple[str, str, str]:
        """Punctuation before, the word, punctuation after; an abbreviation keeps its stop."""
        if written in self._forms.abbreviations:
            return "", written, ""
        core = written.strip(_EDGE)
        if not core:
            return "", "", written
        at = written.index(core)
        lead, trail = written[:at], written[at + len(core) :]
        if core + trail[:1] in self._forms.abbreviations:
            core, trail = core + trail[:1], trail[1:]
        if lead[-1:] in ("-", "−") and core[0].isdigit():
            core = lead[-1:] + core
        return lead, core, trail

    def _spoken(self, core: str) -> str:
        """A written word as words that espeak-ng reads."""
        forms = self._forms
        if core in forms.abbreviations:
            return forms.abbreviations[core]
        if core.isalpha():
            return core
        if match := _TIME.fullmatch(core):
            return forms.time.format(hours=int(match[1]), minutes=int(match[2]))
        if (match := _DATE.fullmatch(core)) and 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31:
            said = forms.date.format(day=int(match[1]), month=forms.months[int(match[2]) - 1])
            return said + (forms.year.format(year=match[3]) if match[3] else "")
        if match := self._money.fullmatch(core):
            return f"{self._number(match[2] or match[3])} {forms.currencies[match[1] or match[4]]}"
        if match := self._measure.fullmatch(core):
            return f"{self._number(match[1])} {forms.units[match[2]]}"
        if re.fullmatch(_NUMBER, core):
            return self._number(core)
        return "".join(f" {forms.signs[sign]} " if sign in forms.signs else sign for sign in core)

    def _number(self, written: str) -> str:
        """A number without the signs that part its thousands."""
        said = f"{self._forms.minus} " if written[0] in "-−" else ""
        digits = written.lstrip("-−")
        decimal = self._forms.decimal
        other = "." if decimal == "," else ","
        whole, comma, rest = digits.partition(decimal)
        parts = re.split(rf"[{re.escape(other)}\s\u00a0\u202f]", whole)
        grouped = all(len(part) == 3 for part in parts[1:])
        return said + ("" if grouped else " ").join(parts) + (decimal + rest if comma else "")

    def _clause(self, clause: Sequence[tuple[int, str, str, list[str], str]]) -> list[Word]:
        """Words of what is spoken in one breath."""
        pieces = [piece for one in clause for piece in one[3]]
        sounds = self._sounds(pieces)
        words: list[Word] = []
        at, opening = 0, ""
        for start, written, lead, own, trail in clause:
            sound = " ".join(filter(None, sounds[at : at + len(own)]))
            at += len(own)
            before, after = _marks(lead), _marks(trail)
            if sound:
                words.append(Word(written, start, start + len(written), f"{opening}{before}{sound}{after}"))
                opening = ""
            elif after and words:
                last = words[-1]
                words[-1] = Word(last.text, last.start, last.end, f"{last.phonemes} {after}")
            elif before + after:
                opening += f"{before}{after} "
        return words

    def _sounds(self, pieces: list[str]) -> list[str]:
        """Phonemes of each word of a clause."""
        spoken = self._speak(" ".join(pieces))
        if len(spoken) == len(pieces):
            return spoken
        return list(align(spoken, [self._alone(piece) for piece in pieces])) if pieces else []

    def _speak(self, clause: str) -> list[str]:
        return [signs for signs in map(_signs, espeak().phonemes(clause, self._voice)) if signs]


@lru_cache(maxsize=32768)
def _signs(ipa: str) -> str:
    """espeak-ng's letters as the teacher's signs; its notes on a change of language are left out."""
    ipa = re.sub(r"\([a-z-]+\)", "", ipa)
    for tied, sign in _TIES.items():
        ipa = ipa.replace(tied, sign)
    return "".join(sign for sign in ipa if sign in SYMBOLS and sign != " ")


def _pauses(marks: str) -> bool:
    """Whether the voice pauses at one of these marks."""
    return not _PAUSES.isdisjoint(_marks(marks))


def _marks(written: str) -> str:
    marks = (_MARKS.get(mark, mark) for mark in written)
    return "".join(dict.fromkeys(mark for mark in marks if mark in _SPOKEN_MARKS))
