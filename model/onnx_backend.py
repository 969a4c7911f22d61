"""Runs the exported graphs with ONNX Runtime."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from .manifest import GRAPHS, check_weights
from .state import Array, StreamState

_STATES = {f.name for f in fields(StreamState)}


class TokenFeatures(NamedTuple):
    """What the text model says of a segment of T tokens."""

    phones: Array  # [B, T, phone]
    tokens: Array  # [B, T, text]
    frames: Array  # [B, T] duration in frames, not rounded


class FrameInputs(NamedTuple):
    """K frames of B streams."""

    phones: Array  # [B, K, phone]
    tokens: Array  # [B, K, text]
    place: Array  # [B, K, PLACE]
    known: Array  # [B, K, 1]: 0 for silence
    style: Array  # [B, 256]
    melody: Array  # [B, 3]: pitch shift in natural log, expressiveness, the voice's middle tone


class Gains(NamedTuple):
    """What the decoder says of K frames: F0 of these, filters of those ``look_ahead`` frames before."""

    f0: Array  # [B, K, 2] Hz
    harmonic: Array  # [B, K * hops, 2, harmonic_bins] real and imaginary gain
    noise: Array  # [B, K * hops, bins]


class OnnxBackend:
    """The model without torch. States go in by name and come back as ``next_`` name."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.config = check_weights(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._text, self._frames = (
            onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options, ["CPUExecutionProvider"])
            for name in GRAPHS
        )

    def read(
        self, ids: NDArray[np.int64], style: Array, state: StreamState
    ) -> tuple[TokenFeatures, StreamState]:
        """One segment: ids [B, T], style [B, 256]."""
        (phones, tokens, logs), state = _run(self._text, {"ids": ids, "style": style}, state)
        return TokenFeatures(phones, tokens, np.exp(logs)), state

    def decode(self, inputs: FrameInputs, state: StreamState) -> tuple[Gains, StreamState]:
        """K frames of B streams."""
        outputs, state = _run(self._frames, inputs._asdict(), state)
        return Gains(*outputs), state


def _run(
    session: onnxruntime.InferenceSession, feed: dict[str, NDArray], state: StreamState
) -> tuple[list[Array], StreamState]:
    names = [i.name for i in session.get_inputs()]
    values = session.run(None, {n: getattr(state, n) if n in _STATES else feed[n] for n in names})
    outputs, changed = [], {}
    for node, value in zip(session.get_outputs(), values, strict=True):
        if node.name.startswith("next_"):
            changed[node.name[5:]] = value
        else:
            outputs.append(value)
    return outputs, replace(state, **changed)
