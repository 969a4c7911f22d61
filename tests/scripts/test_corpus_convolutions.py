"""Convolutions of integers as matrix products: the same integers."""

import numpy as np
import onnx
import pytest
from corpus.convolutions import as_products
from larksong.model.onnx_backend import saturates
from larksong.model.runtime import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper


def graph(taps: int, zero: int, **settings: object) -> onnx.ModelProto:
    """One convolution of 8-bit sound [1, 5, T] to 3 channels."""
    weights = np.random.default_rng(taps).integers(0, 256, (3, 5, taps), dtype=np.uint8)
    constants = [
        numpy_helper.from_array(weights, "weights"),
        numpy_helper.from_array(np.array(zero, np.uint8), "weights_zero"),
    ]
    node = helper.make_node("ConvInteger", ["sound", "weights", "zero", "weights_zero"], ["sums"], "conv", **settings)
    inputs = [
        helper.make_tensor_value_info("sound", TensorProto.UINT8, [1, 5, None]),
        helper.make_tensor_value_info("zero", TensorProto.UINT8, []),
    ]
    outputs = [helper.make_tensor_value_info("sums", TensorProto.INT32, [1, 3, None])]
    made = helper.make_graph([node], "one", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def run(model: onnx.ModelProto, length: int) -> np.ndarray:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    sound = np.random.default_rng(length).integers(0, 256, (1, 5, length), dtype=np.uint8)
    return session.run(None, {"sound": sound, "zero": np.array(113, np.uint8)})[0]


@pytest.mark.skipif(saturates(), reason="not used on processors whose 8-bit products overflow")
@pytest.mark.parametrize(
    ("taps", "settings"),
    [(1, {}), (3, {"pads": [1, 1]}), (7, {"pads": [9, 9], "dilations": [3]}), (5, {"pads": [4, 0]}), (3, {})],
)
@pytest.mark.parametrize("zero", [0, 64, 255])
def test_the_same_integers(taps, settings, zero):
    plain = graph(taps, zero, **settings)
    quick = graph(taps, zero, **settings)
    assert as_products(quick.graph) == 1
    assert "ConvInteger" not in {node.op_type for node in quick.graph.node}
    for length in (19, 64):
        assert np.array_equal(run(plain, length), run(quick, length))


@pytest.mark.parametrize("settings", [{"strides": [2], "pads": [1, 1]}, {"auto_pad": "SAME_UPPER"}])
def test_what_it_cannot_do_stays_as_it_is(settings):
    model = graph(3, 7, **settings)
    before = model.SerializeToString()
    assert as_products(model.graph) == 0
    assert model.SerializeToString() == before
