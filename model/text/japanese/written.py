"""What the analyser would read wrongly, put into words first; every character keeps its place in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ..tables import load

_DATA = load(__package__, "words")
_MONEY = "".join(map(re.escape, _DATA["currencies"]))
_UNITS = "|".join(sorted(map(re.escape, _DATA["units"]), key=len, reverse=True))
_WORDS = {word.lower(): kana for word, kana in _DATA["words"].items()}
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_LATIN_RUN = 40  # letters; the analyser takes time that grows with more than the length
_VOICING = {"ﾞ": "\u3099", "ﾟ": "\u309a"}


def _date(match: re.Match[str]) -> str | None:
    month, day = int(match["month"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{int(match['year'])}年{month}月{day}日"


def _day_or_fraction(match: re.Match[str]) -> str:
    left, right = int(match[1]), int(match[2])
    if 1 <= left <= 12 and 1 <= right <= 31 and right > 9:
        return f"{left}月{right}日"
    return f"{right}分の{left}"


_RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]] = [
    (re.compile(r"https?://\S+"), lambda m: "リンク"),
    (re.compile(r"(?<!\d)(?P<year>\d{4})[/-](?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?!\d)"), _date),
    (re.compile(r"(?<!\d)(\d{1,2}):([0-5]\d)(?::[0-5]\d)?(?!\d)"),
     lambda m: f"{int(m[1])}時" + (f"{int(m[2])}分" if int(m[2]) else "")),
    (re.compile(r"〒\s*(\d{3})-?(\d{4})"), lambda m: f"郵便番号{_spelled(m[1])}の{_spelled(m[2])}"),
    (re.compile(r"(?<![\d-])(0\d{1,4})-(\d{1,4})-(\d{3,4})(?!\d)"),
     lambda m: "の".join(_spelled(part) for part in m.groups())),
    (re.compile(rf"([{_MONEY}])({_NUMBER})([万億兆]?)"), lambda m: m[2] + m[3] + _DATA["currencies"][m[1]]),
    (re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])"), _day_or_fraction),
    (re.compile(rf"({_NUMBER})({_UNITS})(?![A-Za-z])"), lambda m: m[1] + _DATA["units"][m[2]]),
    (re.compile(r"(?<=[\d年月日時分円人個])[〜~～](?=\d)"), lambda m: "から"),
    (re.compile(r"(?<![\dA-Za-z])[-−](?=\d)"), lambda m: "マイナス"),
    (re.compile(r"[A-Za-z][A-Za-z-]*"), lambda m: _WORDS.get(m[0].lower())),
    (re.compile(r"(?<![A-Za-z])[A-Z]{1,5}(?![A-Za-z\d.])"), lambda m: "".join(map(_DATA["letters"].get, m[0]))),
]  # fmt: skip
_KANA_DIGITS: list[str] = _DATA["digits"]


def _spelled(digits: str) -> str:
    return "".join(_KANA_DIGITS[int(digit)] for digit in digits)


def plain(text: str) -> tuple[str, list[int]]:
    """The text as the analyser shall read it, and for each of its characters the place in `text` it came from.

    The list has one more entry: the length of `text`.
    """
    chars, places = _one_width(text)
    for pattern, say in _RULES:
        chars, places = _replaced(chars, places, pattern, say)
    out: list[str] = []
    kept: list[int] = []
    run = 0
    for char, place in zip(chars, places, strict=False):
        run = run + 1 if char.isascii() and char.isalpha() else 0
        for each in _DATA["signs"].get(char, char):
            out.append(each)
            kept.append(place)
        if run == _LATIN_RUN:
            out.append("、")
            kept.append(place)
            run = 0
    return "".join(out), [*kept, len(text)]


def _one_width(text: str) -> tuple[str, list[int]]:
    """Half-width kana wide, wide digits and Latin narrow; what cannot be written down left out."""
    out: list[str] = []
    places: list[int] = []
    at = 0
    while at < len(text):
        char, step = text[at], 1
        if "\uff61" <= char <= "\uff9f" and text[at + 1 : at + 2] in _VOICING:
            char, step = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", char) + _VOICING[text[at + 1]]), 2
        elif "\uff01" <= char <= "\uff5e" or "\uff61" <= char <= "\uff9f":
            char = char if char in "，．！？（）：；～" else unicodedata.normalize("NFKC", char)
        if not (char.isspace() or unicodedata.category(char[0])[0] == "C"):
            for each in char:
                out.append(each)
                places.append(at)
        elif char.isspace():
            out.append("　")
            places.append(at)
        at += step
    return "".join(out), places


def _replaced(
    text: str, places: list[int], pattern: re.Pattern[str], say: Callable[[re.Match[str]], str | None]
) -> tuple[str, list[int]]:
    out: list[str] = []
    kept: list[int] = []
    last = 0
    for match in pattern.finditer(text):
        said = say(match)
        if said is None:
            continue
        out.append(text[last : match.start()])
        kept += places[last : match.start()]
        length = match.end() - match.start()
        out.append(said)
        kept += [places[match.start() + min(i * length // max(len(said), 1), length - 1)] for i in range(len(said))]
        last = match.end()
    return "".join([*out, text[last:]]), kept + places[last:]
