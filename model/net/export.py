"""Write the served graphs as ONNX with a manifest, and check them against PyTorch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from ..config import PLACE, ModelConfig
from ..manifest import FORMAT, GRAPHS, MANIFEST
from ..state import StreamState
from .acoustic import AcousticDecoder
from .graphs import FrameGraph, TextGraph
from .prosody import ProsodyPredictor


def example_inputs(cfg: ModelConfig, graph: type[nn.Module], batch: int, steps: int) -> dict[str, Tensor]:
    """Random inputs of the right shapes, for tracing and for comparing."""
    gen = torch.Generator().manual_seed(0)
    made = {
        "ids": torch.randint(1, cfg.n_symbols, (batch, steps), generator=gen),
        "phones": torch.randn(batch, steps, cfg.phone, generator=gen),
        "tokens": torch.randn(batch, steps, cfg.text, generator=gen),
        "place": torch.rand(batch, steps, PLACE, generator=gen),
        "known": torch.ones(batch, steps, 1),
        "style": torch.randn(batch, 2 * cfg.style, generator=gen) * 0.2,
        "melody": torch.tensor([[0.1, 1.1, 0.05]]).repeat(batch, 1),
    }
    zero = StreamState.zeros(cfg, batch)
    states = {f.name: torch.from_numpy(getattr(zero, f.name)) for f in fields(zero)}
    return {name: made[name] if name in made else states[name] for name in graph.inputs}  # type: ignore[attr-defined]


def export_graph(graph: nn.Module, cfg: ModelConfig, path: Path) -> None:
    """Trace ``graph`` with free batch and length."""
    example = example_inputs(cfg, type(graph), 2, 8)
    outputs = [f"next_{n}" if n in graph.inputs else n for n in graph.outputs]
    free = {n: {0: "batch", **({1: "steps"} if n in ("ids", "phones", "tokens", "place", "known") else {})} for n in example}
    for name in outputs:
        free[name] = {0: "batch"} if name.startswith("next_") else {0: "batch", 1: "length"}
    torch.onnx.export(
        graph.eval(), tuple(example.values()), str(path), input_names=list(example), output_names=outputs,
        dynamic_axes=free, opset_version=17, dynamo=False,
    )  # fmt: skip
    onnx.checker.check_model(onnx.load(str(path)))


def export(acoustic: AcousticDecoder, prosody: ProsodyPredictor, cfg: ModelConfig, folder: Path, facts: dict) -> None:
    """Write text.onnx, frames.onnx and the manifest into ``folder``; ``facts`` go into the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    graphs = {"text": TextGraph(acoustic, prosody), "frames": FrameGraph(cfg, acoustic, prosody)}
    for name in GRAPHS:
        export_graph(graphs[name].float(), cfg, folder / f"{name}.onnx")
    files = {n: hashlib.sha256((folder / f"{n}.onnx").read_bytes()).hexdigest() for n in GRAPHS}
    manifest = {"format": FORMAT, "config": json.loads(cfg.to_json()), "sha256": files, **facts}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")


def run_torch(graph: nn.Module, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The graph in PyTorch on numpy inputs, for comparison."""
    with torch.no_grad():
        return [t.numpy() for t in graph(*(torch.from_numpy(v) for v in inputs.values()))]
