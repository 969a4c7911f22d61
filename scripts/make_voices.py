"""Make the voice files from the teacher's style tables.

    python scripts/make_voices.py --styles DIR --corpus DIR --out model/weights/voices

The teacher keeps one style row per length of text. A stream does not know how long its text will be, so a voice
here is the mean of the rows for texts of a usual length.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from larksong.model.excitation import VOICED_HZ
from larksong.model.voice import Voice
from training.data import Utterance, load_corpus

ROWS = slice(40, 160)  # texts of 41 to 160 phonemes: one clause to two sentences

# slug: name, gender, accent, description
CARDS = {
    "af_heart": ("Heart", "feminine", "US", "Warm and clear; the default, at home in a call or a story."),
    "af_alloy": ("Alloy", "feminine", "US", "Even and neutral; for assistants and menus."),
    "af_nova": ("Nova", "feminine", "US", "Crisp and quick; for news and game guides."),
    "af_kore": ("Kore", "feminine", "US", "Firm and bright; for instructions and hosts."),
    "am_michael": ("Michael", "masculine", "US", "Calm and matter-of-fact; for information and support."),
    "am_fenrir": ("Fenrir", "masculine", "US", "Deep and rough-edged; for game characters with weight."),
    "am_puck": ("Puck", "masculine", "US", "Bright, quick and mischievous; for game characters and hosts."),
    "bf_emma": ("Emma", "feminine", "GB", "Composed British voice; for announcements and service."),
    "bm_george": ("George", "masculine", "GB", "Settled British voice; for narration."),
    "bm_fable": ("Fable", "masculine", "GB", "British storyteller, lighter and more drawn."),
}


def middle_hz(corpus: list[Utterance], slug: str) -> float:
    """Geometric middle of the voiced F0 of a voice's utterances, in Hz."""
    f0 = np.concatenate([u.f0 for u in corpus if u.voice == slug])
    return float(np.exp(np.median(np.log(f0[f0 > VOICED_HZ]))))


@click.command()
@click.option("--styles", type=click.Path(exists=True, path_type=Path), required=True, help="the teacher's NAME.bin")
@click.option("--corpus", "folders", type=click.Path(exists=True, path_type=Path), multiple=True, required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(styles: Path, folders: tuple[Path, ...], out: Path) -> None:
    """Write one file per voice."""
    corpus, _ = load_corpus(list(folders))
    out.mkdir(parents=True, exist_ok=True)
    for slug, (name, gender, accent, description) in CARDS.items():
        table = np.fromfile(styles / f"{slug}.bin", np.float32).reshape(-1, 256)
        voice = Voice(
            slug=slug, name=name, description=description, gender=gender, language="en", accent=accent,
            middle_hz=round(middle_hz(corpus, slug), 1), style=table[ROWS].mean(0),
        )  # fmt: skip
        print(voice.save(out), f"{voice.middle_hz} Hz")


if __name__ == "__main__":
    main()
