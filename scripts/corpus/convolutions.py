"""The teacher's 8-bit convolutions as matrix products: the same integers, in two thirds of the time.

onnxruntime has fast kernels for products with constant signed weights, and none for convolutions of integers, which
take 70 % of the teacher's time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

SIGN = 128  # from unsigned weights to signed ones
TO_THE_END = np.iinfo(np.int64).max


def as_products(graph: onnx.GraphProto) -> int:
    """Replace, in place, what convolutions can be replaced; returns how many.

    Those with constant weights [out, in, taps] and zero points, and with stride 1.
    """
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    nodes: list[onnx.NodeProto] = []
    replaced = 0
    for node in graph.node:
        if node.op_type == "ConvInteger" and _can(node, constants):
            nodes += _product(node, constants, graph)
            replaced += 1
        else:
            nodes.append(node)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend(kept)
    return replaced


def _settings(node: onnx.NodeProto) -> dict[str, Any]:
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


def _can(node: onnx.NodeProto, constants: dict[str, np.ndarray]) -> bool:
    """Whether this is a convolution in time, of stride 1 and in one group, with all its constants."""
    given = _settings(node)
    return (
        len(node.input) == 4
        and all(name in constants for name in (node.input[1], node.input[3]))
        and constants[node.input[1]].dtype == np.uint8
        and constants[node.input[1]].ndim == 3
        and constants[node.input[3]].size == 1
        and list(given.get("strides", [1])) == [1]
        and given.get("group", 1) == 1
        and given.get("auto_pad", b"NOTSET") == b"NOTSET"
    )


def _product(
    node: onnx.NodeProto, constants: dict[str, np.ndarray], graph: onnx.GraphProto
) -> Iterator[onnx.NodeProto]:
    """Nodes that do the same: frames of all taps side by side [1, T, taps * in], times the weights."""
    sound, weights, zero, weights_zero = node.input
    given, name = _settings(node), node.name or node.output[0]
    taps = constants[weights].shape[2]
    (step,) = given.get("dilations", [1])
    before, after = given.get("pads", [0, 0])

    def constant(what: str, value: np.ndarray) -> str:
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), f"{name}/{what}"))
        return f"{name}/{what}"

    def inner(what: str) -> str:
        return f"{name}/{what}/out"

    signed = (constants[weights].astype(np.int16) - SIGN).astype(np.int8)
    matrix = constant("matrix", signed.transpose(2, 1, 0).reshape(-1, signed.shape[0]))
    matrix_zero = constant("matrix_zero", (constants[weights_zero].astype(np.int16) - SIGN).astype(np.int8).reshape(()))
    axis = constant("axis", np.array([1]))

    yield helper.make_node("Transpose", [sound], [inner("turned")], perm=[0, 2, 1])
    pads = constant("pads", np.array([0, before, 0, 0, after, 0]))
    yield helper.make_node("Pad", [inner("turned"), pads, zero], [inner("padded")])
    shifted = []
    for tap in range(taps):
        left = (taps - 1 - tap) * step
        first = constant(f"first_{tap}", np.array([tap * step]))
        last = constant(f"last_{tap}", np.array([-left if left else TO_THE_END]))
        shifted.append(inner(f"tap_{tap}"))
        yield helper.make_node("Slice", [inner("padded"), first, last, axis], [shifted[-1]])
    yield helper.make_node("Concat", shifted, [inner("beside")], axis=2)
    yield helper.make_node("MatMulInteger", [inner("beside"), matrix, zero, matrix_zero], [inner("product")])
    yield helper.make_node("Transpose", [inner("product")], [node.output[0]], perm=[0, 2, 1])
