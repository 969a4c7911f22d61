"""Write the served graphs as ONNX with a manifest, and check them against PyTorch."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import Tensor

from ..config import PLACE, ModelConfig
from ..manifest import FORMAT, GRAPHS, HALF, MANIFEST
from ..state import StreamState
from .acoustic import AcousticDecoder
from .graphs import FrameGraph, TextGraph
from .prosody import ProsodyPredictor


def example_inputs(cfg: ModelConfig, graph: type[TextGraph | FrameGraph], batch: int, steps: int) -> dict[str, Tensor]:
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
    return {name: made[name] if name in made else states[name] for name in graph.inputs}


def export_graph(graph: TextGraph | FrameGraph, cfg: ModelConfig, path: Path) -> None:
    """Trace ``graph`` with free batch and length."""
    example = example_inputs(cfg, type(graph), 2, 8)
    outputs = [f"next_{n}" if n in graph.inputs else n for n in graph.outputs]
    long = ("ids", "phones", "tokens", "place", "known")
    free = {n: {0: "batch", 1: "steps"} if n in long else {0: "batch"} for n in example}
    for name in outputs:
        free[name] = {0: "batch"} if name.startswith("next_") else {0: "batch", 1: "length"}
    torch.onnx.export(
        graph.eval(), tuple(example.values()), str(path), input_names=list(example), output_names=outputs,
        dynamic_axes=free, opset_version=17, dynamo=False,
    )  # fmt: skip
    model = onnx.load(str(path))
    name_weights(model, dict(graph.named_parameters()))
    onnx.save(model, str(path))
    halve(path)


def name_weights(model: onnx.ModelProto, parameters: dict[str, Tensor]) -> None:
    """Give folded weights their parameter's name back, with ``.T`` where the tracer stored the transpose.

    So an export can be read as a checkpoint (see ``restore``): training goes on where only the served files are left.
    """
    values = {name: p.detach().float().numpy() for name, p in parameters.items()}
    taken = {tensor.name for tensor in model.graph.initializer}
    renamed = {}
    for tensor in model.graph.initializer:
        stored = onnx.numpy_helper.to_array(tensor)
        if tensor.name in values or stored.dtype != np.float32:
            continue
        for name, value in values.items():
            forms = {name: value, f"{name}.T": value.T, f"{name}.column": value.reshape(-1, 1)}
            same = [n for n, form in forms.items() if form.shape == stored.shape and np.array_equal(form, stored)]
            if same and same[0] not in taken:
                renamed[tensor.name] = same[0]
                taken.add(same[0])
                break
    for tensor in model.graph.initializer:
        tensor.name = renamed.get(tensor.name, tensor.name)
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]


def halve(path: Path) -> None:
    """Store large weights in 16 bits; the runtime widens them once, when it loads the file."""
    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size >= 1024:
            half = f"{tensor.name}{HALF}"
            casts.append(onnx.helper.make_node("Cast", [half], [tensor.name], to=onnx.TensorProto.FLOAT))
            tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), half))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def export(
    acoustic: AcousticDecoder, prosody: ProsodyPredictor, cfg: ModelConfig, folder: Path, facts: dict[str, object]
) -> None:
    """Write text.onnx, frames.onnx and the manifest into ``folder``; ``facts`` go into the manifest.

    Rounds the networks' weights to 16 bits, in place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():  # the weights are what will be stored, so that both forms stay comparable
        for p in (*acoustic.parameters(), *prosody.parameters()):
            p.copy_(p.half().float())
    graphs: dict[str, TextGraph | FrameGraph] = {
        "text": TextGraph(acoustic, prosody),
        "frames": FrameGraph(cfg, acoustic, prosody),
    }
    for name in GRAPHS:
        export_graph(graphs[name].float(), cfg, folder / f"{name}.onnx")
    files = {n: hashlib.sha256((folder / f"{n}.onnx").read_bytes()).hexdigest() for n in GRAPHS}
    manifest = {"format": FORMAT, "config": json.loads(cfg.to_json()), "sha256": files, **facts}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
