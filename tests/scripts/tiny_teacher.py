"""An ONNX graph with the teacher's inputs, outputs and inner names, but arithmetic for a network."""

from __future__ import annotations

import numpy as np
import onnx
from corpus.teacher import FRAME_SAMPLES, INNER_OUTPUTS
from onnx import TensorProto, helper, numpy_helper

SYMBOLS = {"a": 1, "b": 2, ".": 3, " ": 4}


def tiny_teacher() -> bytes:
    """A token lasts `id / 2 / speed` frames, rounded, at least 1; F0 is 100 + frames, audio is style[0]."""
    durations, frames, f0, energy = INNER_OUTPUTS.values()

    def constant(name: str, value: object, kind: type = np.float32) -> onnx.TensorProto:
        return numpy_helper.from_array(np.asarray(value, dtype=kind), name)

    constants = [
        constant("half", 0.5),
        constant("one", 1.0),
        constant("hundred", 100.0),
        constant("two", 2.0),
        constant("frame", float(FRAME_SAMPLES)),
        constant("first", [0], np.int64),
        constant("row", [1], np.int64),
    ]
    nodes = [
        helper.make_node("Cast", ["tokens"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["numbers", "half"], ["halves"]),
        helper.make_node("Div", ["halves", "speed"], [durations]),
        helper.make_node("Round", [durations], ["rounded"]),
        helper.make_node("Clip", ["rounded", "one"], [frames]),
        helper.make_node("ReduceSum", [frames], ["total"], keepdims=0),
        helper.make_node("Mul", ["total", "two"], ["curve_length"]),
        helper.make_node("Cast", ["curve_length"], ["curve_size"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["curve_size", "first"], ["curve_shape"]),
        helper.make_node("Add", ["total", "hundred"], ["hertz"]),
        helper.make_node("Expand", ["hertz", "curve_shape"], ["hertz_curve"]),
        helper.make_node("Unsqueeze", ["hertz_curve", "first"], [f0]),
        helper.make_node("Neg", [f0], [energy]),
        helper.make_node("Mul", ["total", "frame"], ["length"]),
        helper.make_node("Cast", ["length"], ["size"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["size", "first"], ["shape"]),
        helper.make_node("Gather", ["style", "first"], ["styled"], axis=1),
        helper.make_node("Reshape", ["styled", "row"], ["level"]),
        helper.make_node("Expand", ["level", "shape"], ["audio"]),
    ]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, 256]),
        helper.make_tensor_value_info("speed", TensorProto.FLOAT, [1]),
    ]
    outputs = [helper.make_tensor_value_info("audio", TensorProto.FLOAT, [None])]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
