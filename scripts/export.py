"""Turn checkpoints into the served weights: two ONNX graphs, a manifest and the voices.

    python scripts/export.py --acoustic DIR --prosody DIR --voices DIR --out model/weights
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click
import torch
from larksong.model.config import ModelConfig
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.prosody import ProsodyPredictor
from torch import nn


def load_average(net: nn.Module, folder: Path, prefix: str) -> dict[str, object]:
    """Put the averaged weights of a training run into ``net``; returns what is known of the run."""
    saved = torch.load(folder / "checkpoint.pt", map_location="cpu", weights_only=True)
    mine = {k[len(prefix) :]: v for k, v in saved["average"].items() if k.startswith(prefix)}
    net.load_state_dict(mine)
    return {"steps": saved["step"], "minutes": round(saved["used"] / 60, 1), "hours_of_audio": saved["facts"]["hours"]}


@click.command()
@click.option("--acoustic", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--prosody", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--sharpen", default=0.0, help="formant sharpening, see larksong.model.bands")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(acoustic: Path, prosody: Path, sharpen: float, out: Path) -> None:
    """Export the averaged weights of two training runs."""
    saved = torch.load(acoustic / "checkpoint.pt", map_location="cpu", weights_only=True)
    cfg = replace(ModelConfig.from_json(saved["facts"]["config"]), sharpen=sharpen)
    decoder, predictor = AcousticDecoder(cfg), ProsodyPredictor(cfg)
    facts = {
        "acoustic": load_average(decoder, acoustic, "decoder."),
        "prosody": load_average(predictor, prosody, "predictor."),
    }
    export(decoder, predictor, cfg, out, {"training": facts})
    sizes = {p.name: p.stat().st_size for p in sorted(out.glob("*.onnx"))}
    print(json.dumps({"out": str(out), "bytes": sizes, **facts}))


if __name__ == "__main__":
    main()
