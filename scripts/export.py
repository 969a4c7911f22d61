"""Turn checkpoints into ONNX graphs and a manifest, which quantize.py makes the served weights of.

    python scripts/export.py --acoustic DIR --prosody DIR --out BUILD

Given several checkpoints of a part, the mean of their weights is exported. A part may also come from an earlier export.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch
from larksong.model.config import ModelConfig
from larksong.model.manifest import MANIFEST
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.net.restore import restore
from torch import nn

PREFIX = {"acoustic": "decoder.", "prosody": "predictor."}  # of a part's weights in its task
SOURCE = click.Path(exists=True, path_type=Path)


def checkpoint(source: Path) -> dict[str, Any]:
    """A checkpoint, by its file or its run's folder."""
    file = source / "checkpoint.pt" if source.is_dir() else source
    saved: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    return saved


def exported(source: Path) -> dict[str, Any] | None:
    """The manifest of an earlier export; None for a run."""
    path = source / MANIFEST
    return json.loads(path.read_text()) if path.exists() else None


def config_of(source: Path) -> ModelConfig:
    """The sizes of the networks whose weights these are."""
    manifest = exported(source)
    return ModelConfig.from_json(json.dumps(manifest["config"]) if manifest else checkpoint(source)["facts"]["config"])


def load_averages(net: nn.Module, part: str, sources: tuple[Path, ...]) -> dict[str, object]:
    """Put the mean of these checkpoints' averaged weights into ``net``; returns what is known of the last run."""
    saved = [checkpoint(source) for source in sources]
    prefix = PREFIX[part]
    mine = [{k[len(prefix) :]: v for k, v in s["average"].items() if k.startswith(prefix)} for s in saved]
    net.load_state_dict({name: sum(weights[name] for weights in mine) / len(mine) for name in mine[0]})
    last = saved[-1]
    return {
        "steps": [s["step"] for s in saved] if len(saved) > 1 else last["step"],
        "minutes": round(last["used"] / 60, 1),
        "hours_of_audio": last["facts"]["hours"],
    }


def load(net: nn.Module, part: str, sources: tuple[Path, ...]) -> dict[str, object]:
    """Put weights into ``net``: from run folders or checkpoint files, or from one export."""
    manifest = exported(sources[0])
    if manifest is None:
        return load_averages(net, part, sources)
    if len(sources) > 1:
        raise click.UsageError(f"a mean is taken of checkpoints, and {sources[0]} is an export")
    restore(net, part, sources[0])
    return dict(manifest["training"][part])


@click.command(help=__doc__)
@click.option("--acoustic", type=SOURCE, required=True, multiple=True, help="run, checkpoint or export")
@click.option("--prosody", type=SOURCE, required=True, multiple=True, help="run, checkpoint or export")
@click.option("--sharpen", default=0.0, help="formant sharpening, see larksong.model.bands")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(acoustic: tuple[Path, ...], prosody: tuple[Path, ...], sharpen: float, out: Path) -> None:
    cfg = replace(config_of(acoustic[0]), sharpen=sharpen)
    decoder, predictor = AcousticDecoder(cfg), ProsodyPredictor(cfg)
    facts = {"acoustic": load(decoder, "acoustic", acoustic), "prosody": load(predictor, "prosody", prosody)}
    export(decoder, predictor, cfg, out, {"training": facts})
    sizes = {p.name: p.stat().st_size for p in sorted(out.glob("*.onnx"))}
    print(json.dumps({"out": str(out), "bytes": sizes, **facts}))


if __name__ == "__main__":
    main()
