"""What a reading rule may look at: a word and its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .tokens import Token

_NOTHING = Token(0, 0, "", "", "")


class Reading(NamedTuple):
    """How a written word is said.

    `spoken`: words of letters, apostrophes and hyphens, separated by spaces; "P.M." stands for letters said
    by name, and a comma after a word for a short pause. Empty for what is not said. `lead` and `trail`: the
    punctuation that remains around it.
    """

    spoken: str
    lead: str
    trail: str


@dataclass(frozen=True, slots=True)
class Context:
    """The word at `index` of `tokens`. `core` is what to read: the word without punctuation, or a part."""

    tokens: Sequence[Token]
    index: int
    british: bool
    core: str

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def part(self, core: str) -> Context:
        """A part of the word in its place."""
        return Context(self.tokens, self.index, self.british, core)

    def near(self, offset: int) -> Token:
        """The token so many places on; an empty one outside the text."""
        at = self.index + offset
        return self.tokens[at] if 0 <= at < len(self.tokens) else _NOTHING

    @property
    def quoted(self) -> bool:
        """Whether a quotation is open at the end of the word."""
        start = max(0, self.index - 200)  # a quotation does not go on for ever, nor does the search for it
        marks = "".join(token.lead + token.trail for token in self.tokens[start : self.index])
        marks += self.token.lead
        return marks.count('"') % 2 == 1

    @property
    def before(self) -> str:
        """The word before in lower case, "" where a pause parts the two."""
        token = self.near(-1)
        return "" if token.pauses or self.token.lead else token.core.lower()

    @property
    def after(self) -> str:
        """The word after in lower case, "" where a pause or a full stop parts the two."""
        return "" if self.token.pauses or "." in self.token.trail else self.near(1).core.lower()

    @property
    def last(self) -> bool:
        """Whether nothing that can be said follows."""
        return not any(self.tokens[at].core for at in range(self.index + 1, len(self.tokens)))

    def said(self, spoken: str) -> Reading:
        """`spoken` with the punctuation as it stands."""
        return Reading(spoken, self.token.lead, self.token.trail)

    def abbreviated(self, spoken: str, may_end: bool = True) -> Reading:
        """`spoken` for an abbreviation: its full stop is not heard unless a sentence may end here."""
        trail = self.token.trail
        ends = may_end and (self.last or self.near(1).core[:1].isupper()) and trail[1:2] not in tuple(",;:")
        if trail.startswith(".") and not trail.startswith("...") and not ends:
            trail = trail[1:]
        return Reading(spoken, self.token.lead, trail)


def spell(letters: str) -> str:
    """Letters to be said by name: "fbi" -> "F.B.I."."""
    return "".join(f"{letter}." for letter in letters.upper() if letter.isalpha())
