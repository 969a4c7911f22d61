"""Write the served graphs as ONNX with a manifest, and check them against PyTorch."""

from __future__ import annotations

import hashlib
import json
import warnings
from pathlib import Path
from typing import TypeAlias

import numpy as np
import onnx
import onnx.helper
import onnx.numpy_helper
import torch
from torch import Tensor

from ..config import PLACE, ModelConfig
from ..manifest import FORMAT, GRAPHS, HALF, MANIFEST
from ..runtime import onnxruntime
from ..state import StreamState
from .acoustic import AcousticDecoder
from .graphs import FrameGraph, TextGraph, VoiceGraph
from .prosody import ProsodyPredictor
from .pruning import prune

Graph: TypeAlias = VoiceGraph | TextGraph | FrameGraph


def example_inputs(cfg: ModelConfig, graph: Graph, batch: int, steps: int) -> dict[str, Tensor]:
    """Random inputs of the right shapes, for tracing and for comparing."""
    gen = torch.Generator().manual_seed(0)
    made = {
        "ids": torch.randint(1, cfg.n_symbols, (batch, steps), generator=gen),
        "phones": torch.randn(batch, steps, cfg.phone, generator=gen),
        "tokens": torch.randn(batch, steps, cfg.text, generator=gen),
        "place": torch.rand(batch, steps, PLACE, generator=gen),
        "known": torch.ones(batch, steps, 1),
        "style": torch.randn(batch, 2 * cfg.style, generator=gen) * 0.2,
        **{name: torch.randn(batch, size, generator=gen) * 0.2 + 0.5 for name, size in manner_sizes(cfg).items()},
        "melody": torch.tensor([[0.1, 1.1, 0.05]]).repeat(batch, 1),
    }
    states = {name: torch.from_numpy(array) for name, array in StreamState.zeros(cfg, batch).arrays().items()}
    return {name: made[name] if name in made else states[name] for name in graph.inputs}


def manner_sizes(cfg: ModelConfig) -> dict[str, int]:
    """Width of what VoiceGraph says."""
    return {
        "reading": 2 * cfg.text_layers * 2 * cfg.text,
        "prosody": cfg.prosody_layers * 2 * cfg.prosody,
        "acoustic": cfg.acoustic_layers * 2 * cfg.acoustic,
    }


def export_graph(graph: Graph, cfg: ModelConfig, path: Path) -> None:
    """Trace ``graph`` with free batch and length."""
    example = example_inputs(cfg, graph, 2, 8)
    outputs = [f"next_{n}" if n in graph.inputs else n for n in graph.outputs]
    long = ("ids", "phones", "tokens", "place", "known")
    free = {n: {0: "batch", 1: "steps"} if n in long else {0: "batch"} for n in example}
    for name in outputs:
        fixed = name.startswith("next_") or isinstance(graph, VoiceGraph)
        free[name] = {0: "batch"} if fixed else {0: "batch", 1: "length"}
    with warnings.catch_warnings():
        # The older exporter is meant: its graphs are what fix_shapes and quantize.py know. It warns of itself, and of
        # sizes that it takes for constants, which fix_shapes sees to.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", torch.jit.TracerWarning)
        torch.onnx.export(
            graph.eval(), tuple(example.values()), str(path), input_names=list(example), output_names=outputs,
            dynamic_axes=free, opset_version=17, dynamo=False,
        )  # fmt: skip
    model = onnx.load(str(path))
    fix_shapes(model, [example_inputs(cfg, graph, batch, steps) for batch, steps in ((2, 8), (3, 5))])
    name_weights(model, dict(graph.named_parameters()))
    onnx.save(model, str(path))
    halve(path)


def fix_shapes(model: onnx.ModelProto, examples: list[dict[str, Tensor]]) -> None:
    """Give reshapes constant shapes, where the tracer has them computed anew with every run.

    A size that is the same for all ``examples`` is constant, one that the input has in that place is 0, one other -1.
    """
    known = {tensor.name for tensor in model.graph.initializer}
    reshapes = [node for node in model.graph.node if node.op_type == "Reshape" and node.input[1] not in known]
    open_model = onnx.ModelProto()
    open_model.CopyFrom(model)
    for name in {name for node in reshapes for name in node.input}:
        open_model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    session = onnxruntime.InferenceSession(open_model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    runs = [dict(zip(names, session.run(names, {k: v.numpy() for k, v in e.items()}), strict=True)) for e in examples]
    for node in reshapes:
        before = [run[node.input[0]].shape for run in runs]
        sizes = []
        for at, values in enumerate(zip(*(run[node.input[1]] for run in runs), strict=True)):
            own = all(shape[at : at + 1] == (value,) for shape, value in zip(before, values, strict=True))
            sizes.append(int(values[0]) if len({*values}) == 1 else 0 if own else -1)
        if sizes.count(-1) <= 1:
            node.input[1] = f"{node.name}/shape"
            model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(sizes, np.int64), node.input[1]))
    prune(model)


def name_weights(model: onnx.ModelProto, parameters: dict[str, Tensor]) -> None:
    """Give folded weights their parameter's name back, with ``.T`` where the tracer stored the transpose
    and ``.shaped`` where it has another shape.

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
            forms = {name: value, f"{name}.T": value.T}
            if value.size == stored.size:
                forms[f"{name}.shaped"] = value.reshape(stored.shape)
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
    """Write voice.onnx, text.onnx, frames.onnx and the manifest into ``folder``; ``facts`` go into the manifest.

    Rounds the networks' weights to 16 bits, in place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():  # the weights are what will be stored, so that both forms stay comparable
        for p in (*acoustic.parameters(), *prosody.parameters()):
            p.copy_(p.half().float())
    graphs: dict[str, Graph] = {
        "voice": VoiceGraph(acoustic, prosody),
        "text": TextGraph(cfg, acoustic, prosody),
        "frames": FrameGraph(cfg, acoustic, prosody),
    }
    for name in GRAPHS:
        export_graph(graphs[name].float(), cfg, folder / f"{name}.onnx")
    files = {n: hashlib.sha256((folder / f"{n}.onnx").read_bytes()).hexdigest() for n in GRAPHS}
    manifest = {"format": FORMAT, "config": json.loads(cfg.to_json()), "sha256": files, **facts}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
