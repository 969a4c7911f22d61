"""Does it say what stands there? Odd texts, word by word: codes, capitals, quotes, ellipses, a lone "Yes.".

    python scripts/evaluate_odd.py --voices DIR --cache ~/.cache/larksong

Word and character errors by category, of Larksong and of its teacher, as Whisper hears them. The reference is the
text as the front end reads it ("407" is "four hundred seven"), so that only the speaking is scored. In single words,
names and codes the character errors tell more: Whisper spells them as it likes. Ends in one JSON line on standard
output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import scoring
from benching.report import finish, say
from corpus.voices import is_british
from scoring import options
from scoring.heldout import HeldOut, Sentence
from scoring.report import interval
from scoring.systems import LarksongHere, Speech, System, Teacher
from tqdm import tqdm

ODD_FILE = Path(scoring.__file__).with_name("odd_en.txt")


@dataclass(frozen=True)
class Heard:
    """One text as one system said it."""

    system: str
    category: str
    text: str
    heard: str
    words: scoring.WordErrors
    characters: scoring.CharacterErrors
    stumbles: scoring.Stumbles


def listen(system: str, sentence: Sentence, said: Speech, british: bool) -> Heard:
    heard = scoring.transcribe(said.audio, said.rate)
    wanted = scoring.spoken(sentence.text, british)
    return Heard(
        system=system,
        category=sentence.category,
        text=sentence.text,
        heard=heard,
        words=scoring.word_errors(wanted, heard),
        characters=scoring.character_errors(wanted, heard),
        stumbles=scoring.stumbles(wanted, heard),
    )


def texts(limit: int | None, path: Path = ODD_FILE) -> list[Sentence]:
    """The odd texts, at most `limit` of each category."""
    taken: Counter[str] = Counter()
    chosen = []
    for sentence in HeldOut.load(path).sentences:
        taken[sentence.category] += 1
        if limit is None or taken[sentence.category] <= limit:
            chosen.append(sentence)
    return chosen


def rates(clips: Sequence[Heard]) -> dict[str, Any]:
    """Errors of these clips, over their words and characters."""
    return {
        "texts": len(clips),
        "wer": interval([c.words.errors for c in clips], [c.words.words for c in clips]),
        "cer": interval([c.characters.errors for c in clips], [c.characters.characters for c in clips]),
        "repeated": sum(c.stumbles.repeated for c in clips),
        "skipped": sum(c.stumbles.skipped for c in clips),
    }


def behind(clips: Sequence[Heard]) -> list[dict[str, str]]:
    """Texts in which Larksong was misheard more than its teacher, the worst first."""
    taught = {clip.text: clip for clip in clips if clip.system == Teacher.name}
    pairs = [(clip, taught[clip.text]) for clip in clips if clip.system != Teacher.name]
    worse = [(ours, theirs) for ours, theirs in pairs if ours.words.errors > theirs.words.errors]
    worse.sort(key=lambda pair: pair[1].words.errors - pair[0].words.errors)
    return [{"text": ours.text, "larksong": ours.heard, "teacher": theirs.heard} for ours, theirs in worse]


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--limit", type=click.IntRange(1), help="Texts of each category.")
@options.weights
@options.packs
@options.cache
def main(voice: str, limit: int | None, weights: Path | None, packs: Path | None, cache: Path | None) -> None:
    systems: list[System] = [LarksongHere.load(weights), Teacher(options.find_packs(packs, cache), cache)]
    sentences, british = texts(limit), is_british([(voice, 1.0)])
    clips = [
        listen(system.name, sentence, system.speak(sentence.text, voice), british)
        for system in systems
        for sentence in tqdm(sentences, desc=system.name)
    ]
    found: dict[str, Any] = {}
    for system in systems:
        own = [clip for clip in clips if clip.system == system.name]
        by_category = {
            category: rates([clip for clip in own if clip.category == category])
            for category in dict.fromkeys(clip.category for clip in own)
        }
        found[system.name] = {**rates(own), "by_category": by_category}
    worse = behind(clips)
    for pair in worse:
        say(f"{pair['text']}  Larksong: {pair['larksong']}  teacher: {pair['teacher']}")
    finish("odd", {"voice": voice, "systems": found, "behind": worse}, options.PACKAGES)


if __name__ == "__main__":
    main()
