"""Exported graphs back into networks, so that training can go on where only the served files are left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import Tensor, nn

from ..manifest import EIGHT, EVENED, GRAPHS, HALF, SCALE


class RestoreError(ValueError):
    """The export does not hold the weights that the network needs."""


def exported_weights(folder: Path) -> dict[str, Tensor]:
    """All named weights of an export, by ``acoustic.`` or ``prosody.`` and the parameter's name.

    Of a build in 8 bits they come back rounded, and with its norms evened out: the function is the same.
    """
    found = {}
    for graph in GRAPHS:
        stored = {
            tensor.name: onnx.numpy_helper.to_array(tensor)
            for tensor in onnx.load(str(folder / f"{graph}.onnx")).graph.initializer
        }
        for name, values in stored.items():
            if name.endswith(SCALE):
                continue
            if name.endswith(EIGHT):
                name = name.removesuffix(EIGHT)
                values = values * stored[name + SCALE]
            name = name.removesuffix(HALF).removesuffix(EVENED)
            if name.endswith(".T"):
                name, values = name[:-2], values.T
            found[name.removesuffix(".shaped")] = torch.tensor(np.array(values, dtype=np.float32))
    return found


def restore(net: nn.Module, part: str, folder: Path, layers: Sequence[int] = ()) -> None:
    """Load the weights of ``part`` ("acoustic" or "prosody") into ``net``.

    ``layers``: which recurrent layers of the export become those of ``net``, in order; else the same ones.
    Raises RestoreError if any weight is missing, of another size, or left over.
    """
    found = exported_weights(folder)
    wanted = dict(net.named_parameters())
    source = {name: f"{part}.{_of_layer(name, layers)}" for name in wanted}
    missing = [name for name in wanted if source[name] not in found]
    if missing:
        raise RestoreError(f"{folder} lacks {len(missing)} weights of the {part} part, such as {missing[0]}")
    left = [name for name in found if name.startswith(f"{part}.") and name not in source.values()]
    if left and not layers:  # a shallower network would say nonsense with the first few layers of a deeper one
        raise RestoreError(f"{folder} has {len(left)} more weights of the {part} part, such as {left[0]}")
    for name, parameter in wanted.items():
        if found[source[name]].numel() != parameter.numel():
            raise RestoreError(f"{source[name]} of {folder} is not of the size {tuple(parameter.shape)}")
    with torch.no_grad():
        for name, parameter in wanted.items():
            parameter.copy_(found[source[name]].reshape(parameter.shape))


def _of_layer(name: str, layers: Sequence[int]) -> str:
    """The export's name for a weight of a network that keeps only some of its layers."""
    if not layers or not name.startswith("layers."):
        return name
    _, index, rest = name.split(".", 2)
    return f"layers.{layers[int(index)]}.{rest}"
