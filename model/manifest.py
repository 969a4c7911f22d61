"""The manifest beside the weights: what they are, checked before they are used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .config import ModelConfig

FORMAT = 3
GRAPHS = ("voice", "text", "frames")
MANIFEST = "manifest.json"

# What follows a parameter's name in a graph when its values are stored in another form
HALF = "_half"  # in 16 bits
EIGHT, SCALE = "_8", "_scale"  # a matrix in 8 bits, and what to multiply its columns by
EVENED = "_evened"  # a norm that has been divided by what its matrix is multiplied by


class BadWeights(RuntimeError):
    """A weights folder that is incomplete, damaged or of another format."""


def check_weights(folder: Path) -> ModelConfig:
    """Check the graphs of ``folder`` by their manifest; returns the model's configuration."""
    manifest = read_manifest(folder, {name: f"{name}.onnx" for name in GRAPHS})
    return ModelConfig.from_json(json.dumps(manifest["config"]))


def read_manifest(folder: Path, files: Mapping[str, str]) -> dict[str, Any]:
    """The manifest of ``folder``, once its files (name in the manifest: file) are found intact; raises BadWeights."""
    path = folder / MANIFEST
    if not path.exists():
        raise BadWeights(f"no {MANIFEST} in {folder}")
    manifest: dict[str, Any] = json.loads(path.read_text())
    if manifest.get("format") != FORMAT:
        raise BadWeights(f"{path}: format {manifest.get('format')}, this version reads {FORMAT}")
    for name, file in files.items():
        if not (folder / file).exists():
            raise BadWeights(f"{folder / file} is missing")
        if hashlib.sha256((folder / file).read_bytes()).hexdigest() != manifest["sha256"].get(name):
            raise BadWeights(f"{folder / file} does not match the manifest")
    return manifest
