"""Score Larksong against its teacher and Piper on held-out sentences, end to end from text.

    python scripts/evaluate.py --cache ~/.cache/larksong --out scores --limit 20

Ends in one JSON line on standard output: means with 95 % intervals, machine, versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import click
import numpy as np
import scoring
import soundfile as sf
import torch
from scoring import options
from scoring.heldout import HeldOut, Sentence
from scoring.picture import spectrograms
from scoring.report import ClipScore, machine, summary, versions
from scoring.systems import PIECES, LarksongHere, LarksongServer, Piper, Speech, System, Teacher
from tqdm import tqdm

PICTURED = 3  # sentences in each spectrogram picture

Take = tuple[str, str, Sentence]  # system, voice, sentence


def speak_all(system: System, voices: Sequence[str], sentences: Sequence[Sentence]) -> Iterator[tuple[Take, Speech]]:
    """Every sentence in every voice, after one sentence that only warms the system up."""
    system.speak(sentences[0].text, voices[0])
    for voice in voices:
        for sentence in sentences:
            yield (system.name, voice, sentence), system.speak(sentence.text, voice)


def score(take: Take, speech: Speech) -> ClipScore:
    """All scores of one clip but the speaker's, which needs the teacher's clips first."""
    system, voice, sentence = take
    heard = scoring.transcribe(speech.audio, speech.rate)
    said = scoring.word_errors(sentence.text, heard)
    return ClipScore(
        system=system,
        voice=voice,
        category=sentence.category,
        text=sentence.text,
        heard=heard,
        errors=said.errors,
        words=said.words,
        distillmos=scoring.distillmos_score(speech.audio, speech.rate),
        dnsmos=scoring.dnsmos_scores(speech.audio, speech.rate)["overall"],
        speaker=float("nan"),
        f0_spread=scoring.pitch_spread(scoring.f0_track(speech.audio, speech.rate)),
        leading_silence_s=scoring.leading_silence(speech.audio, speech.rate),
        seconds=speech.audio.size / speech.rate,
        first_audio_s=speech.first_audio_s,
        elapsed_s=speech.elapsed_s,
    )


def with_speakers(clips: list[ClipScore], embeddings: list[np.ndarray]) -> list[ClipScore]:
    """Fill in each clip's similarity to the teacher's mean in the same voice, where the teacher spoke it."""
    means: dict[str, np.ndarray] = {}
    for voice in {clip.voice for clip in clips if clip.system == "teacher"}:
        taught = [e for e, c in zip(embeddings, clips, strict=True) if (c.system, c.voice) == ("teacher", voice)]
        means[voice] = np.nanmean(taught, axis=0)
    return [
        replace(clip, speaker=scoring.speaker_similarity(embedding, means[clip.voice])) if clip.voice in means else clip
        for clip, embedding in zip(clips, embeddings, strict=True)
    ]


def keep_audio(folder: Path, takes: dict[Take, Speech]) -> None:
    """WAV files by system and voice, and a picture of the first sentences of each voice."""
    numbers: dict[Sentence, int] = {}
    for (system, voice, sentence), speech in takes.items():
        number = numbers.setdefault(sentence, len(numbers))
        place = folder / system / voice
        place.mkdir(parents=True, exist_ok=True)
        sf.write(place / f"{number:03d}.wav", speech.audio, speech.rate, subtype="PCM_16")
    for voice in {voice for _, voice, _ in takes}:
        shown = sorted(
            (numbers[sentence], f"{system} {voice}: {sentence.text}", speech)
            for (system, of, sentence), speech in takes.items()
            if of == voice and numbers[sentence] < PICTURED
        )
        clips = {title: (speech.audio, speech.rate) for _, title, speech in shown}
        spectrograms(folder / f"spectrograms_{voice}.png", clips)


@click.command(help=__doc__)
@click.option(
    "--system", "names", multiple=True, default=("larksong", "teacher", "piper"), show_default=True,
    type=click.Choice(["larksong", *(f"larksong-{piece}" for piece in PIECES[1:]), "teacher", "piper"]),
    help="larksong-clause, -half and -word are given the text in pieces.",
)  # fmt: skip
@click.option("--voice", "voices", multiple=True, default=("af_heart",), show_default=True)
@click.option("--limit", type=click.IntRange(min=1), help="Sentences, spread over the categories.")
@click.option("--url", help="Score a running server instead of the model in this process.")
@options.weights
@options.packs
@click.option("--cache", type=click.Path(path_type=Path), help="Where `npm pack kokoro-js` puts the packs.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep WAVs, spectrograms and scores of each clip.")
def main(
    names: tuple[str, ...],
    voices: tuple[str, ...],
    limit: int | None,
    url: str | None,
    weights: Path | None,
    packs: Path | None,
    cache: Path | None,
    out: Path | None,
) -> None:
    torch.set_num_threads(1)  # as every other system and score here
    sentences = HeldOut.load().some(limit)
    takes: dict[Take, Speech] = {}
    for name in names:
        system = open_system(name, url, weights, packs, cache)
        total = len(voices) * len(sentences)
        takes |= dict(tqdm(speak_all(system, voices, sentences), desc=f"{name} speaks", total=total))
    scored = [score(take, speech) for take, speech in tqdm(takes.items(), desc="scoring")]
    embeddings = [scoring.speaker_embedding(speech.audio, speech.rate) for speech in takes.values()]
    clips = with_speakers(scored, embeddings)
    if out is not None:
        keep_audio(out, takes)
        known = ({key: None if value != value else value for key, value in asdict(clip).items()} for clip in clips)
        rows = (json.dumps(clip, ensure_ascii=False) for clip in known)
        (out / "clips.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    taught = [clip for clip in clips if clip.system == "teacher"]
    by_system = {name: [clip for clip in clips if clip.system == name] for name in names}
    report = {
        "benchmark": "evaluate",
        "sentences": len(sentences),
        "voices": list(voices),
        "systems": {name: summary(group, taught) for name, group in by_system.items()},
        "machine": machine(),
        "versions": versions(),
    }
    click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False))


def open_system(name: str, url: str | None, weights: Path | None, packs: Path | None, cache: Path | None) -> System:
    """Load a system by name. Raises click.UsageError where the teacher's voices cannot be found."""
    if name == "piper":
        return Piper()
    if name == "teacher":
        return Teacher(options.find_packs(packs, cache))  # without a cache of its speech: it is timed here
    pieces = name.removeprefix("larksong").removeprefix("-") or "whole"
    return LarksongServer(url, pieces) if url else LarksongHere.load(weights, pieces)


if __name__ == "__main__":
    main()
