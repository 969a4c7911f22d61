"""Where a stretch of text may be cut: at the end of words, clauses and sentences.

All take text whose tags are masked (see markup.mask) and answer with a length from its start, 0 for "nowhere". What
follows the last space may be half a word. Where words hang on the next one, the language knows (`FrontEnd.settled`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from larksong.model.text import FrontEnd, find

_WORD = re.compile(r"(?<=\S)\s+")  # the space after one
_SPACE = re.compile(r"\s*")
_SENTENCE = re.compile(r"""[.!?…]+["'”’)\]\0]*\s+|\n\s*|[。！？।]+[」』）]*""")
_CLAUSE = re.compile(r"""[,;:—–]["'”’)\]\0]*\s+|[、，；：]""")
_LIST_NUMBER = re.compile(r"\s*\d+[.)]\s*")
_PLAIN = re.compile(r"""[^\W\d_]{5,}[.!?…]+["'”’)\]\0]*\s+$|[^\W_][!?]+["'”’)\]\0]*\s+$""")  # no abbreviation
_BORDER = re.compile(r"[\u3041-\u3096](?=[^\u3041-\u3096ー\s\0])")
_LOOK_BACK = 40  # characters that decide whether a word hangs on the next
_DOUBTS = 8  # stops in doubt that are looked at before a text counts as one sentence
_STOP = re.compile(r"""[^\W\d][.!?…]+["'”’)\]]*\s*$""")
_WORD_CHARACTERS = 3  # that make a word's worth where words are not parted by spaces


@dataclass(frozen=True)
class Phrasing:
    """How the text of one language is cut."""

    settled: Callable[[str], int]  # see FrontEnd
    by_character: bool = False  # its words are not parted by spaces

    @classmethod
    def of(cls, front_end: FrontEnd) -> Phrasing:
        """The phrasing of what a front end reads."""
        return cls(front_end.settled, find(front_end.language)[0].by_character)

    def count_words(self, text: str) -> int:
        """Complete words: those with a space after them, or as many characters as make one."""
        if self.by_character:
            return len("".join(text.replace("\0", "").split())) // _WORD_CHARACTERS
        return len(_WORD.findall(text))

    def last_word_end(self, text: str) -> int:
        """End of the last complete word, with its space."""
        if self.by_character:
            return self.good_end(text, strict=True)
        ends = [match.end() for match in _WORD.finditer(text)]
        return ends[-1] if ends else 0

    def good_end(self, text: str, strict: bool) -> int:
        """End of the last word whose reading does not hang on the next one.

        When there is none, `strict` says nowhere; otherwise any complete word's end will do.
        """
        base = 0
        if len(text) > 3 * _LOOK_BACK and not self.by_character:
            space = _WORD.search(text, len(text) - 3 * _LOOK_BACK)
            base = space.end() if space else len(text)
        end = self.settled(text[base:])
        if end:
            return _past_space(text, base + end)
        return 0 if strict else self.last_word_end(text)

    def sentence_end(self, text: str) -> int:
        """End of the first sentence that has surely ended."""
        doubts = 0
        for match in _SENTENCE.finditer(text):
            before = text[max(0, match.end() - _LOOK_BACK) : match.end()]
            if not before.strip() or _LIST_NUMBER.fullmatch(before):
                continue
            if match[0][0] not in ".!?…" or _PLAIN.search(before) or not self._hangs(before):
                return match.end()
            doubts += 1
            if doubts == _DOUBTS:
                break
        return 0

    def clause_end(self, text: str, words: int) -> int:
        """End of the last clause with at least so many words before it."""
        for match in reversed(list(_CLAUSE.finditer(text))):
            if self.count_words(text[: match.end()] + " ") >= words:
                return match.end()
        return 0

    def ends_in_stop(self, text: str) -> bool:
        """Whether the last word looks like the last of a sentence."""
        tail = text[-_LOOK_BACK:]
        return bool(_STOP.search(tail)) and not self._hangs(tail.rstrip() + " ")

    def fitting(self, text: str, limit: int) -> int:
        """The best place to cut within `limit` characters: a clause, a word, or, in a word without end, there."""
        head = text[:limit]
        by_words = self.clause_end(head, 3) or self.good_end(head, strict=False)
        return by_words or _script_border(head) or _outside_tags(head)

    def _hangs(self, text: str) -> bool:
        """Whether the last word's reading may change with what follows."""
        return self.settled(text) < len(text.rstrip())


def _script_border(head: str) -> int:
    """Where kana give way to another script for the last time: text without spaces has its words' ends there."""
    ends = [match.end() for match in _BORDER.finditer(head)]
    return ends[-1] if ends else 0


def _past_space(text: str, end: int) -> int:
    found = _SPACE.match(text, end)
    return found.end() if found else end


def _outside_tags(head: str) -> int:
    """The whole of `head`, less a tag that it would cut in two."""
    return len(head.rstrip("\0")) or len(head)
