"""Keep features of teacher clips, for tests to hold our speech against.

    python -m tests.speech.make_golden SCORES

SCORES is a folder that ``scripts/evaluate.py --system teacher --out SCORES`` has written.
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
import soundfile

from .features import features

GOLDEN = Path(__file__).parent / "golden.npz"


@click.command()
@click.argument("scores", type=click.Path(exists=True, path_type=Path))
def main(scores: Path) -> None:
    """Read the teacher's clips in SCORES and write golden.npz beside this file."""
    rows = [json.loads(line) for line in (scores / "clips.jsonl").read_text().splitlines()]
    texts = [r["text"] for r in rows if r["system"] == "teacher"]
    clips = sorted((scores / "teacher" / "af_heart").glob("*.wav"))
    waves = [soundfile.read(clip, dtype="float32")[0] for clip in clips]
    kept = {f"clip_{i}": features(wave).astype(np.float16) for i, wave in enumerate(waves)}
    seconds = np.array([len(w) / 24_000 for w in waves])
    np.savez_compressed(GOLDEN, texts=np.array(texts), seconds=seconds, **kept)
    print(f"{len(texts)} clips in {GOLDEN.name}")


if __name__ == "__main__":
    main()
