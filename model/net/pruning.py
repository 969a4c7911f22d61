"""What no output of a graph needs, taken out of it. Needs no torch."""

from __future__ import annotations

from onnx import ModelProto


def prune(model: ModelProto) -> None:
    """Keep the nodes that the outputs need, and the constants that those nodes use."""
    wanted, kept = {value.name for value in model.graph.output}, []
    for node in reversed(model.graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    constant = [tensor for tensor in model.graph.initializer if tensor.name in wanted]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(reversed(kept))
    model.graph.initializer.extend(constant)
