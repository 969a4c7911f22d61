"""Plain text to tokens: where each written word stands, and what punctuation clings to it."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from itertools import pairwise

from ..tables import load
from .plain import INVISIBLE, fold, plain


@dataclass(frozen=True, slots=True)
class Token:
    """A written word. `lead` and `trail` hold the punctuation around `core`, in plain form."""

    start: int
    end: int
    lead: str
    core: str
    trail: str

    @property
    def pauses(self) -> bool:
        """Whether the punctuation after the word separates it from the next one."""
        return any(sign in ",;:!?…—()" for sign in self.trail)


_DATA = load(__package__, "tokens")
# Addresses keep their inner punctuation; they are found before anything is cut.
ADDRESS = re.compile(
    r"(?:https?://|ftp://|www\.)\S+|[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|\b(?:[a-z\d-]+\.)+(?:{'|'.join(_DATA['domains'])})\b(?:[:/]\S*)?",
    re.IGNORECASE,
)
_LONGEST_ADDRESS = 300  # characters; the search for one takes time that grows with the square
_CHUNK = re.compile(r"\S+")
# Places inside a chunk where one word ends and another begins.
_CUT = re.compile(
    r"(?<=—)(?=[^\W_])"  # word—word
    r"|(?<=[^\W\d_]{2}[.!?])(?<!\bPh\.)(?=[A-Z](?:[a-z']|\b))"  # end.Next, MAM.I
    r"|(?<=[^\W\d_][,;:!?…])(?=[^\W\d_])"  # one,two
    r"|(?<=\.\.)(?=\w)|(?<=…)(?=\w)"  # wait...what
    r"|(?<=[^\W\d_][)\]])(?=[^\W\d_])|(?<=[^\W\d_]{2})(?=[(\[][^\W\d_]{3})"  # one(two)three
)
# A list item, a heading or a quotation at the start of a line; a blank line. Both part what is around them.
_BULLET = re.compile(r"^[ \t]*(?:[-*+>–—]|#+|>+)(?=[ \t])", re.MULTILINE)
_PARTING = re.compile(r"\n[ \t]*(?:\n|[-*+>–—#]+[ \t])")
_DASH = re.compile(r"--+|(?<=[^\W\d_])–(?=[^\W\d_])")
_LEAD = re.compile(r"(?:[\"'(\[{¡¿*_|\\^…—–`©®™" + INVISIBLE + r"]|\.\.+|[-<~](?![\d.$£€¥₹]))+")
_MAYBE_PLURAL = re.compile(r"(?<=[^\W\d_])\((e?s)\)")
_TRAIL = re.compile(r"[\"')\]}>.,;:!?…—–*_~|\\^`©®™" + INVISIBLE + r"-]+$")
_BETWEEN_NUMBERS = frozenset({"<", ">", "*"})
_MARKS: dict[str, str] = _DATA["marks"]
_SPOKEN_MARKS = frozenset(_DATA["spoken_marks"])
_RUN = re.compile(r"\.{2,}|([^.])\1+")


def tokenise(text: str) -> list[Token]:
    """Tokens of `text` in order; offsets count characters of `text`. A token may have an empty core."""
    flat = plain(text)
    partings: deque[int] = deque()
    if "(" in flat:
        flat = _MAYBE_PLURAL.sub(rf"{INVISIBLE}\1{INVISIBLE}", flat)
    if "\n" in flat or flat.lstrip()[:1] in tuple("-*+>–—#"):
        partings = deque(match.start() for match in _PARTING.finditer(flat))
        flat = _BULLET.sub(lambda match: " " * len(match.group()), flat)
    if "--" in flat or "–" in flat:
        flat = _DASH.sub(lambda match: "—" * len(match.group()), flat)
    tokens: list[Token] = []
    for chunk in _CHUNK.finditer(flat):
        while partings and partings[0] < chunk.start():
            if partings.popleft() and tokens and not tokens[-1].pauses and "." not in tokens[-1].trail:
                tokens[-1] = replace(tokens[-1], trail=tokens[-1].trail + ".")  # heard as a stop
        at, word = chunk.start(), chunk.group()
        tokens += [_token(word[start:end], at + start) for start, end in _parts(word)]
    return tokens


def _parts(word: str) -> list[tuple[int, int]]:
    """Offsets of the words in a chunk without spaces."""
    if word.isalnum() or (len(word) < _LONGEST_ADDRESS and ADDRESS.search(word)):
        return [(0, len(word))]
    cuts = [0, *(match.start() for match in _CUT.finditer(word)), len(word)]
    return [(start, end) for start, end in pairwise(cuts) if start < end]


def _token(word: str, start: int) -> Token:
    end = start + len(word)
    if word.isalnum() or word in _BETWEEN_NUMBERS:
        return Token(start, end, "", fold(word), "")
    opening = _LEAD.match(word)
    lead = opening.group() if opening else ""
    rest = word[len(lead) :]
    closing = _TRAIL.search(rest)
    trail = closing.group() if closing else ""
    core = fold(rest[: len(rest) - len(trail)])
    if core:  # a hyphen at the edge of a word ("pre- and post-") is no dash
        lead, trail = lead.replace("-", ""), trail.replace("-", "")
    return Token(start, end, marks(lead), core, marks(trail))


def marks(signs: str) -> str:
    """The punctuation that the voice knows: brackets as parentheses, a sign repeated in a row only once."""
    known = "".join(_MARKS.get(sign, sign) for sign in signs)
    known = "".join(sign for sign in known if sign in _SPOKEN_MARKS)
    return _RUN.sub(lambda run: "..." if run.group()[0] == "." else run.group()[0], known)
