"""What is said piece by piece: telephone numbers, addresses of the net, codes, signs among letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .context import Context, Reading, spell
from .figures import figure
from .lexicon import SHORT_WORDS, SIGNS, SIGNS_BETWEEN, SIGNS_IN_ADDRESSES, SPELLED_IN_ADDRESSES
from .numbers import NUMBER, cardinal, digits, number
from .tokens import ADDRESS, Token

_PHONE = re.compile(
    r"(?:\+?(?P<country>\d{1,3})[-. ])?\(?(?P<area>\d{3})\)?[-. ]?(?P<middle>\d{3})[-. ](?P<end>\d{4})"
    r"|(?P<local>\d{3})-(?P<line>\d{4})|(?P<long>\+\d{7,15})|(?P<us>\d{10})|(?P<parts>0\d{2,5}(?:[-/.]\d{3,8})+)"
    r"|(?P<letters>1-\d{3}-[A-Z\d]{3}-?[A-Z\d]{4,7})|(?P<social>\d{3}-\d{2}-\d{4})|(?P<card>\d{4}(?:-\d{4}){3})"
)
_GROUP = re.compile(r"\+?\(?\d{1,5}\)?(?:-\d{2,5})*")
_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿ]"
_RUNS = re.compile(rf"(?<![A-Za-z\d])(?:{NUMBER})(?![A-Za-z\d])|\d+|{_LETTER}+(?:['-]{_LETTER}+)*|.")
_CODE = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z\d]+(?:-[A-Za-z\d]+)*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z\d])|(?<=\d)(?=[A-Z])")  # where a hashtag's words meet
_VOWEL = re.compile(r"[aeiouyAEIOUYà-ÿ]")
_LONGEST = 60  # signs of a code or link that anybody would read out


def phone(context: Context) -> str | None:
    """From "555-123-4567" to "five five five, one two three, four five six seven"; None for other words."""
    core = context.core
    match = _PHONE.fullmatch(core)
    if not match:
        return None
    plus = "plus " if core[0] == "+" else ""
    if match["us"]:
        return grouped(core)
    if match["long"]:  # the length of a country code cannot be seen: one for America, two elsewhere
        cut = 2 if core[1] == "1" else 3
        return f"plus {digits(core[1:cut])}, {grouped(core[cut:])}"
    parts = [part for part in re.split(r"[^A-Z\d]+", core) if part]
    return plus + ", ".join(part.lower() if _sayable(part) else _code_part(part, True) for part in parts)


def grouped(signs: str) -> str:
    """Digits with a short pause after each three, the last group being three or four long."""
    groups = []
    while len(signs) > 4:
        groups.append(signs[:3])
        signs = signs[3:]
    return ", ".join(digits(group) for group in [*groups, signs])


def phone_runs(tokens: Sequence[Token]) -> frozenset[int]:
    """Indexes of words that are groups of one long number ("+44 20 7946 0958", "4111 1111 1111 1111")."""
    found: set[int] = set()
    run: list[int] = []
    for index, token in enumerate([*tokens, None]):
        if token and _GROUP.fullmatch(token.core):
            run.append(index)
            if token.trail in ("", ")"):
                continue
        first = tokens[run[0]].core if run else ""
        total = sum(sum(map(str.isdecimal, tokens[at].core)) for at in run)
        starts = first.startswith("+") or (first.startswith("0") and len(first) > 2)
        long = total >= 9 and all(len(tokens[at].core) >= 3 for at in run)
        if len(run) > 1 and total >= 7 and (starts or long):
            found.update(run)
        run = []
    return frozenset(found)


def phone_group(context: Context) -> Reading:
    """One group of such a number, without brackets; a pause after it unless it is the last."""
    signs, trail = context.core, context.token.trail.replace(")", "")
    plus = "plus " if signs.startswith("+") else ""
    said = ", ".join(digits(part) for part in signs.split("-") if part)
    pause = "" if trail or context.last else ","
    return Reading(f"{plus}{said}{pause}", context.token.lead.replace("(", ""), trail)


def address(context: Context) -> str | None:
    """Reads "ann@example.com" as "ann at example dot com"; None where the word is no address."""
    core = context.core
    if not ADDRESS.fullmatch(core):
        return None
    core = re.sub(r"^[a-z]+://", "", core, flags=re.IGNORECASE).rstrip("/")
    core = core if len(core) <= _LONGEST else core.split("/")[0][:_LONGEST]
    said = []
    for piece in re.findall(r"[^\W\d_]+|\d+|[\W_]", core):
        if piece.isdecimal():
            said.append(number(piece) if len(piece) < 3 and piece[0] != "0" else digits(piece))
        elif piece.isalpha():
            said.append(piece.lower() if _sayable(piece) or piece.lower() in SHORT_WORDS else spell(piece))
        else:
            said.append(SIGNS_IN_ADDRESSES.get(piece, ""))
    return " ".join(word for word in said if word)


def _sayable(piece: str) -> bool:
    word = len(piece) > 2 and piece.isalpha() and _VOWEL.search(piece) is not None
    return word and piece.lower() not in SPELLED_IN_ADDRESSES


def code(context: Context) -> str | None:
    """Letters and digits in one word: "B21" -> "B. twenty-one", "ABC-123" -> "A.B.C., one two three"."""
    core = context.core
    if not _CODE.fullmatch(core):
        return None
    parts = core[:_LONGEST].split("-")
    if any(part.islower() and part.isalpha() for part in parts):  # mid-1800s, 5-year-old, 1-on-1
        return " ".join(_word_part(context, part) for part in parts if part)
    strict = len(parts) > 2 or re.search(r"\d{3}", core) is not None
    pause = ", " if strict and len(parts) > 1 else " "
    return pause.join(_code_part(part, strict) for part in parts if part)


def _word_part(context: Context, part: str) -> str:
    if part.isalpha():
        return part if len(part) > 2 or part in SHORT_WORDS else spell(part)
    said = figure(context.part(part))
    return said if isinstance(said, str) else _code_part(part, False)


def _code_part(part: str, strict: bool) -> str:
    """One part of a code. `strict`: capitals by letter even if they look like a word, digits one by one."""
    said: list[str] = []
    runs = re.findall(r"[A-Za-z]+|\d+", part)
    for run in runs:
        if run.isdecimal():
            whole = len(run) < 3 and run[0] != "0" and (not strict or len(runs) == 2)
            said.append(cardinal(int(run)) if whole or run == "0" else digits(run))
        elif len(run) < 3 or not _VOWEL.search(run) or (run.isupper() and (strict or len(run) < 4)):
            said.append(spell(run))
        else:
            said.append(run if not run.isupper() else run.capitalize())
    return " ".join(said)


def mixed(context: Context) -> str:
    """Whatever no other rule reads: words, numbers and the names of signs, one after another."""
    said = []
    for run in _RUNS.findall(context.core[: 4 * _LONGEST]):
        if run[0].isdecimal() or (run[0] == "." and len(run) > 1):
            said.append(number(run, context.british))
        elif run[0].isalpha():
            letters = len(run) < 3 and (run.isupper() or (len(run) == 2 and run.lower() not in SHORT_WORDS))
            said.append(spell(run) if letters else run)
        elif run in SIGNS_BETWEEN:
            said.append(SIGNS_BETWEEN[run])
        elif run in SIGNS:
            said.append(SIGNS[run])
    return " ".join(said)


def hash_number(context: Context) -> str | None:
    """Reads "#5" as "number five", "#news" as "hashtag news"."""
    if not context.core.startswith("#") or len(context.core) < 2:
        return None
    rest = context.core[1:]
    if rest.isdecimal():
        return f"number {number(rest, context.british) if len(rest) < 4 else digits(rest)}"
    return f"hashtag {mixed(context.part(_CAMEL.sub(' ', rest)))}" if rest.isalnum() else None
