"""Make the tiny fake voice that tests run on: the real graphs, very small, with random weights.

    python scripts/make_tiny_voice.py tests/fixtures/tiny_voice

It hums instead of speaking, but has every part, state and file of a real voice.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import torch
from larksong.model.config import ModelConfig
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.voice import Voice

TINY = ModelConfig(
    phone=16, acoustic=16, acoustic_layers=2, tail=16, text=16, text_layers=1, prosody=16, prosody_layers=1,
    ssm_state=4, ssm_head=8,
)  # fmt: skip


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write weights and two voices into FOLDER."""
    torch.manual_seed(7)
    acoustic, prosody = AcousticDecoder(TINY), ProsodyPredictor(TINY)
    with torch.no_grad():
        acoustic.bands.bias[: TINY.harmonic_bands] = -1.0
        prosody.leave.bias.copy_(torch.tensor([0.0, 0.1, 2.0, 2.0, 0.6, 0.6]))  # voiced, near 180 Hz
        prosody.duration[-1].bias.fill_(0.4)
        for layer in (*acoustic.layers, *prosody.layers):
            layer.film.weight.normal_(std=0.1)
    export(acoustic, prosody, TINY, folder / "weights", {"training": "none: random weights, for tests"})
    rng = np.random.default_rng(7)
    (folder / "voices").mkdir(parents=True, exist_ok=True)
    for slug, accent in (("af_heart", "US"), ("bf_emma", "GB")):
        style = (rng.standard_normal(256) * 0.3).astype(np.float32)
        Voice(slug, f"Tiny {slug}", "Hums; for tests.", "feminine", "en", accent, 180.0, style).save(folder / "voices")


if __name__ == "__main__":
    main()
