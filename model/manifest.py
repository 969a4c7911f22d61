"""The manifest beside the weights: what they are, checked before they are used."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from .config import ModelConfig

FORMAT = 1
GRAPHS = ("text", "frames")
MANIFEST = "manifest.json"


class BadWeights(RuntimeError):
    """A weights folder that is incomplete, damaged or of another format."""


def check_weights(folder: Path) -> ModelConfig:
    """Read the manifest of ``folder`` and check its files; returns the model's configuration."""
    path = folder / MANIFEST
    if not path.exists():
        raise BadWeights(f"no {MANIFEST} in {folder}")
    manifest = json.loads(path.read_text())
    if manifest.get("format") != FORMAT:
        raise BadWeights(f"{path}: format {manifest.get('format')}, this version reads {FORMAT}")
    for name in GRAPHS:
        file = folder / f"{name}.onnx"
        if not file.exists():
            raise BadWeights(f"{file} is missing")
        if hashlib.sha256(file.read_bytes()).hexdigest() != manifest["sha256"].get(name):
            raise BadWeights(f"{file} does not match the manifest")
    return ModelConfig.from_json(json.dumps(manifest["config"]))
