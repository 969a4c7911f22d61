"""Products with weights in 8 bits: each column with a scale of its own, what goes in with one that is measured before.

The scale of what goes in is fixed (and not taken from the batch at hand, as "dynamic" quantisation does), so a stream
sounds the same whoever shares its batch. Where a norm comes right before, channels are evened out: the norm's weight
is divided by a factor and the matrix multiplied by it (SmoothQuant, arXiv 2211.10438), at no cost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnx
from larksong.model.manifest import EIGHT, EVENED, SCALE
from larksong.model.net.pruning import prune
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, numpy_helper
from onnx.helper import make_node, make_opsetid

Array = NDArray[np.float32]
Peaks = dict[str, Array]  # value: largest magnitude of each channel

DOMAIN = "com.microsoft"
LEVELS = 127
MIDDLE = 128  # of unsigned 8 bits, what zero becomes
HEADROOM = 1.1  # room above what was measured
SHARE = 0.7  # of the unevenness between channels that moves from what goes in to the matrix


@dataclass(frozen=True)
class Product:
    """One matrix product with a constant matrix."""

    node: NodeProto
    weight: Array  # [in, out]

    @property
    def layer(self) -> str:
        """Where it is, as in the network: `acoustic/layers.0/project`."""
        return self.node.name.strip("/").removesuffix("/MatMul")


def constants(model: ModelProto) -> dict[str, Array]:
    """Every constant by the name under which it is used; those stored in 16 bits are widened."""
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Cast" and node.input[0] in found:
            found[node.output[0]] = found[node.input[0]].astype(np.float32)
    return found


def products(model: ModelProto) -> Iterator[Product]:
    """Products with a constant matrix."""
    known = constants(model)
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in known and known[node.input[1]].ndim == 2:
            yield Product(node, known[node.input[1]].astype(np.float32))


def quantize(model: ModelProto, peaks: Peaks, keep: re.Pattern[str]) -> list[str]:
    """Replace products in place, but for layers whose name `keep` finds; returns the layers replaced."""
    chosen = {p.node.name: p for p in products(model) if not keep.search(p.layer)}
    known, uses = constants(model), Counter(name for node in model.graph.node for name in node.input)
    norms = {
        node.output[0]: node
        for node in model.graph.node
        if node.op_type == "Mul" and uses[node.output[0]] == 1 and known.get(node.input[1], np.zeros(())).ndim == 1
    }
    nodes: list[NodeProto] = []
    for node in model.graph.node:
        if node.name in chosen:
            nodes += _replaced(model, chosen[node.name], peaks[node.input[0]], norms.get(node.input[0]), known)
        else:
            nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    prune(model)
    model.opset_import.append(make_opsetid(DOMAIN, 1))
    onnx.checker.check_model(model)
    return sorted(p.layer for p in chosen.values())


def _replaced(
    model: ModelProto, product: Product, peak: Array, norm: NodeProto | None, known: dict[str, Array]
) -> list[NodeProto]:
    weight, peak, layer, name = product.weight, np.maximum(peak, 1e-6), product.layer, product.node.input[1]
    if norm is not None:
        factor = _even(peak, weight)
        norm.input[1] = _add(model, f"{norm.input[1]}{EVENED}", known[norm.input[1]] / factor)
        weight, peak = weight * factor[:, None], peak / factor
    scales = np.maximum(np.abs(weight).max(0), 1e-9) / LEVELS
    scale = _add(model, f"{layer}/in_scale", np.float32(HEADROOM * peak.max() / LEVELS))
    zero = _add(model, f"{layer}/in_zero", np.uint8(MIDDLE))
    matrix = _add(model, f"{name}{EIGHT}", np.rint(weight / scales).astype(np.int8))
    columns = _add(model, f"{name}{SCALE}", scales.astype(np.float32))
    rounded = f"{layer}/in_8"
    return [
        make_node("QuantizeLinear", [product.node.input[0], scale, zero], [rounded], f"{layer}/Quantize"),
        make_node(
            "MatMulIntegerToFloat", [rounded, matrix, scale, columns, zero], list(product.node.output),
            f"{layer}/MatMul8", domain=DOMAIN,
        ),
    ]  # fmt: skip


def _even(peak: Array, weight: Array) -> Array:
    """Factor of each channel of what goes in, one on (geometric) average."""
    factor = peak**SHARE / np.maximum(np.abs(weight).max(1), 1e-9) ** (1 - SHARE)
    return (factor / np.exp(np.log(factor).mean())).astype(np.float32)


def _add(model: ModelProto, name: str, value: np.ndarray | np.generic) -> str:
    model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    return name
