"""Make training speech with the Kokoro teacher: audio, phonemes, durations, F0, energy, styles, in shards.

    python scripts/make_corpus.py --out data/corpus --hours 10 --cache ~/.cache/larksong --texts-from data/old

Stop it at any time and start it again with the same options: whole shards are kept, and the one that was
under way is made anew. What is said by whom depends on --seed and the texts alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import chain, count, islice, tee
from pathlib import Path
from typing import Any

import click
from corpus import shards
from corpus.languages import VOICES, refused
from corpus.speaking import Speaker, speak_all
from corpus.teacher import FRAME_SAMPLES, SAMPLE_RATE, published_symbols
from corpus.texts import BLEND_SHARE, Line, Planner, read_texts
from corpus.voices import VoicePacks, fetch_packs
from tqdm import tqdm


class RecipeError(click.ClickException):
    """The folder holds a corpus that was begun with other options."""


def keep_recipe(folder: Path, recipe: dict[str, Any]) -> None:
    """Write the recipe of a new corpus; refuse to go on with one that was begun otherwise."""
    path = folder / "recipe.json"
    if path.exists():
        begun = json.loads(path.read_text(encoding="utf-8"))
        changed = sorted(key for key in recipe.keys() | begun.keys() if recipe.get(key) != begun.get(key))
        if changed:
            raise RecipeError(f"{folder} was begun with other {', '.join(changed)}; choose another --out")
        return
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(recipe, indent=1) + "\n", encoding="utf-8")
    symbols = json.dumps(published_symbols(), ensure_ascii=False, indent=0)
    (folder / "vocab.json").write_text(symbols + "\n", encoding="utf-8")


def fill(folder: Path, speaker: Speaker, hours: float, per_shard: int, workers: int) -> Iterator[shards.Spoken]:
    """Make missing shards until there are `hours` of audio; each utterance is yielded on its way."""
    have = stored_seconds(folder)

    def name_of(number: int) -> str:
        return shards.shard_name(number, speaker.language)

    missing = (number for number in count() if not shards.is_complete(folder, name_of(number)))
    first, rest = tee(missing)
    numbers = chain.from_iterable(range(shard * per_shard, (shard + 1) * per_shard) for shard in first)
    spoken = speak_all(speaker, numbers, workers)
    while have < hours * 3600:
        name = name_of(next(rest))
        made = []
        for item in islice(spoken, per_shard):
            made.append(item)
            yield item
        shards.write_shard(folder, name, made)
        have += shards.seconds(folder, name)


def stored_seconds(folder: Path) -> float:
    """Audio in the whole shards of a corpus."""
    return sum(shards.seconds(folder, path.stem) for path in folder.glob("*.jsonl"))


def texts_digest(lines: list[Line]) -> str:
    return hashlib.sha256("\n".join(line.text for line in lines).encode()).hexdigest()[:16]


def parse_weights(given: tuple[str, ...]) -> dict[str, float]:
    """`name=weight` pairs. Raises click.BadParameter for anything else."""
    try:
        pairs = [pair.split("=") for pair in given]
        return {name: float(weight) for name, weight in pairs}
    except ValueError as error:
        raise click.BadParameter("a voice is given as name=weight, as in af_heart=0.5") from error


@click.command(help=__doc__)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the corpus.")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), default=10.0, show_default=True)
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="One thread each.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--texts", type=click.Path(exists=True, path_type=Path), multiple=True, help="One text a line.")
@click.option(
    "--texts-from",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Folder of an earlier corpus whose natural texts are spoken anew.",
)
@click.option("--voices", type=click.Path(exists=True, path_type=Path), help="Folder of voice packs (*.bin).")
@click.option("--cache", type=click.Path(path_type=Path), help="Where `npm pack kokoro-js` puts the packs.")
@click.option("--language", type=click.Choice(list(VOICES)), default="en", show_default=True)
@click.option("--voice", "weights", multiple=True, metavar="NAME=WEIGHT", help="Instead of the language's.")
@click.option("--blends", type=click.FloatRange(0, 1), default=BLEND_SHARE, show_default=True)
@click.option("--longest", type=click.IntRange(1, 510), default=380, show_default=True, help="Phoneme signs.")
@click.option("--mute", is_flag=True, help="How texts are said, without their sound: for prosody, and quick.")
@click.option("--per-shard", type=click.IntRange(min=1), default=150, show_default=True, help="Utterances.")
def main(
    out: Path,
    hours: float,
    workers: int,
    seed: int,
    texts: tuple[Path, ...],
    texts_from: tuple[Path, ...],
    voices: Path | None,
    cache: Path | None,
    language: str,
    weights: tuple[str, ...],
    blends: float,
    longest: int,
    mute: bool,
    per_shard: int,
) -> None:
    if voices is None:
        if cache is None:
            raise click.UsageError("give --voices DIR, or --cache DIR to fetch the voice packs into")
        voices = fetch_packs(cache)
    packs = VoicePacks(voices)
    held_out = refused(language)
    natural = [line for line in read_texts(texts, texts_from) if not held_out(line.text)]
    if language != "en" and not natural:
        raise click.UsageError(f"there is no grammar for {language}: give --texts")
    planner = Planner(
        seed=seed,
        natural=natural,
        blendable=packs.english,
        weights=parse_weights(weights) or dict(VOICES[language]),
        blend_share=blends if language == "en" else 0.0,
        refused=held_out,
        templates=language == "en",
    )
    for name in (one for names in planner.weights for one in names.split("+")):
        packs[name]  # an unknown voice is reported now, not hours later by a worker
    recipe = {
        "seed": seed,
        "natural_texts": len(natural),
        "texts_digest": texts_digest(natural),
        "weights": dict(planner.weights),
        "blends": blends,
        "longest": longest,
        "per_shard": per_shard,
        "mute": mute,
        **({} if language == "en" else {"language": language}),  # English corpora of before have none
    }
    keep_recipe(out, recipe)
    bar = tqdm(total=hours * 3600, initial=stored_seconds(out), desc="audio", unit="s", unit_scale=True)
    with bar:
        for spoken in fill(out, Speaker(planner, voices, longest, mute, language), hours, per_shard, workers):
            # The last shard is made whole, and so goes a little beyond the hours that were asked for.
            seconds = int(spoken.utterance.frames.sum()) * FRAME_SAMPLES / SAMPLE_RATE
            bar.update(min(seconds, bar.total - bar.n))


if __name__ == "__main__":
    main()
