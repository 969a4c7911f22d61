"""Make what `/voices/clone` works with: a speaker encoder, and a regressor from blends of voices to its embeddings.

    python scripts/make_clone.py --styles DIR --corpus DIR --corpus DIR --out model/weights/clone

Make it anew when the voice's weights have changed: the regressor knows how blends sound in them. The clips of the
corpora should be of many blends: `make_corpus.py --blends 0.85 --longest 64` makes such, with a `--voice NAME=1` for
every English voice.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click
import numpy as np
from cloning.encoder import check_encoder, export_encoder
from cloning.judging import judge
from cloning.pairs import Array, Pairs, Space, own_pairs, say, teacher_pairs
from corpus.speaking import phonemes_of
from corpus.teacher import SAMPLE_RATE, Teacher
from corpus.texts import read_texts
from corpus.voices import VoicePacks
from larksong.model.cloning import FILES, LEAST_S, Cloner
from larksong.model.manifest import FORMAT, MANIFEST
from larksong.model.speaker import SpeakerEncoder, speech_of
from larksong.model.synthesizer import Synthesizer
from larksong.server.speech.cloning import SENTENCE
from make_voices import CARDS

RIDGE = 0.01
STRANGERS_TEXT = "Could you tell me where the station is? I have to catch a train at noon."
SOURCE = "Resemblyzer 0.1.4 (PyPI), pretrained.pt"


def fit(pairs: Pairs) -> tuple[Array, Array]:
    """Ridge regression of embeddings on weights and their squares -> two matrices of [V, 256]."""
    known = np.concatenate([pairs.weights, np.square(pairs.weights)], axis=1)
    both = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T @ pairs.embeddings)
    linear, square = np.split(both.astype(np.float32), 2)
    return linear, square


def split(pairs: Pairs, held: int) -> tuple[Pairs, Pairs]:
    """Pairs to fit, and ``held`` clips of blends, as long as clips must be, that no fit sees."""
    blends = np.flatnonzero((np.sum(pairs.weights > 0, axis=1) > 1) & (pairs.seconds >= LEAST_S))
    chosen = np.random.default_rng(0).permutation(blends)[:held]
    return pairs[np.setdiff1d(np.arange(len(pairs)), chosen)], pairs[chosen]


def write_manifest(out: Path, facts: dict[str, object]) -> None:
    files = {name: hashlib.sha256((out / file).read_bytes()).hexdigest() for name, file in FILES.items()}
    manifest = {"format": FORMAT, "sha256": files, "encoder": SOURCE, "licence": "Apache-2.0", **facts}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def strangers(packs: VoicePacks, encoder: SpeakerEncoder) -> Array:
    """[N, 256]: the teacher's voices of other languages, reading English."""
    teacher, phonemes = Teacher(), phonemes_of(STRANGERS_TEXT, british=False)
    names = sorted(set(packs.names) - set(packs.english))
    spoken = [teacher.speak(phonemes, packs[name].row(len(phonemes))).audio for name in names]
    return np.array([encoder.embed(speech_of(audio, SAMPLE_RATE)) for audio in spoken])


@click.command(help=__doc__)
@click.option("--styles", type=click.Path(exists=True, path_type=Path), required=True, help="the teacher's NAME.bin")
@click.option("--corpus", "folders", type=click.Path(exists=True, path_type=Path), multiple=True, required=True)
@click.option("--weights", type=click.Path(exists=True, path_type=Path), default=Path("model/weights"))
@click.option("--own", default=1200, help="clips that the voice itself speaks")
@click.option("--held", default=50, help="clips of blends kept out, to judge by")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(styles: Path, folders: tuple[Path, ...], weights: Path, own: int, held: int, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    packs, model = VoicePacks(styles), Synthesizer(weights)
    space, texts = Space.load(packs), [line.text for line in read_texts((), folders)]
    export_encoder(out / FILES["encoder"])
    encoder = SpeakerEncoder(out / FILES["encoder"])
    taught, kept = split(teacher_pairs(space, encoder, folders), held)
    made = own_pairs(space, encoder, model, texts, own)
    linear, square = fit(taught + made)
    np.savez(out / FILES["regressor"], voices=space.voices, styles=space.styles, linear=linear, square=square)
    write_manifest(out, {})
    cloner = Cloner(out)

    def speak(style: Array, british: bool) -> Array:
        return say(space, model, style, SENTENCE, british)

    named = [name for name in CARDS if name in space.voices]
    sample = speech_of(speak(space.styles[0], False), model.sample_rate)
    facts: dict[str, object] = {
        "teacher_clips": len(taught),
        "teacher_blends": int(np.sum(np.sum(taught.weights > 0, axis=1) > 1)),
        "own_clips": len(made),
        "encoder_error": check_encoder(out / FILES["encoder"], sample),
        "held_out_blends": {"clips": held, **judge(cloner, space, kept.embeddings, speak, named, kept.weights)},
    }
    others = strangers(packs, encoder)
    facts["strangers"] = {"clips": len(others), **judge(cloner, space, others, speak, named, None)}
    write_manifest(out, facts)
    sizes = {path.name: path.stat().st_size for path in sorted(out.iterdir())}
    print(json.dumps({"out": str(out), "bytes": sizes, **facts}))


if __name__ == "__main__":
    main()
