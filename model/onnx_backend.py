"""Runs the exported graphs with ONNX Runtime."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .manifest import GRAPHS, check_weights
from .runtime import onnxruntime
from .state import Array, StreamState


class Manner(NamedTuple):
    """What a voice's style means for each layer of the other graphs, [B, *] each."""

    reading: Array  # of the text model
    prosody: Array  # of the frames' F0 and energy
    acoustic: Array  # of the decoder


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
    prosody: Array  # [B, *] and
    acoustic: Array  # [B, *] of the voice's Manner
    melody: Array  # [B, 3]: pitch shift in natural log, expressiveness, the voice's middle tone


class Gains(NamedTuple):
    """What the decoder says of K frames: F0 of these, filters of those ``look_ahead`` frames before."""

    f0: Array  # [B, K, 2] Hz
    harmonic: Array  # [B, K * hops, 2, harmonic_bins] real and imaginary gain
    noise: Array  # [B, K * hops, bins]


def saturates(flags: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether 8-bit products may overflow on this processor: x86 without VNNI adds them up in 16 bits."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return False
    # where nobody tells, slow and exact is the safe guess
    return not flags.exists() or not {"avx512_vnni", "avx_vnni"} & set(flags.read_text().split())


class OnnxBackend:
    """The model without torch. States go in by name and come back as ``next_`` name."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        self.config = check_weights(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        if saturates():  # the runtime knows a slower way that is exact
            options.add_session_config_entry("session.x64quantprecision", "1")
        self._voice, self._text, self._frames = (
            _Graph(onnxruntime.InferenceSession(str(folder / f"{name}.onnx"), options, ["CPUExecutionProvider"]))
            for name in GRAPHS
        )

    def manner(self, style: Array) -> Manner:
        """A voice's style [B, 256] as the other graphs want it."""
        return Manner(*self._voice.run({"style": style}))

    def read(
        self, ids: NDArray[np.int64], reading: Array, state: StreamState
    ) -> tuple[TokenFeatures, StreamState]:
        """One segment: ids [B, T], reading [B, *] of the voice's Manner."""
        (phones, tokens, logs), state = self._text.advance({"ids": ids, "reading": reading}, state)
        return TokenFeatures(phones, tokens, np.exp(logs)), state

    def decode(self, inputs: FrameInputs, state: StreamState) -> tuple[Gains, StreamState]:
        """K frames of B streams."""
        outputs, state = self._frames.advance(inputs._asdict(), state)
        return Gains(*outputs), state


class _Graph:
    """A session, and what its inputs and outputs mean."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._inputs = [node.name for node in session.get_inputs()]
        self._outputs = [node.name for node in session.get_outputs()]

    def run(self, feed: dict[str, NDArray]) -> list[Array]:
        """The outputs in order."""
        return self._session.run(self._outputs, feed)

    def advance(self, feed: dict[str, NDArray], state: StreamState) -> tuple[list[Array], StreamState]:
        """The outputs in order, and the state with those of its fields that the graph changes."""
        every = {**state.arrays(), **feed}
        every = {name: every[name] for name in self._inputs}
        outputs, changed = [], {}
        for name, value in zip(self._outputs, self._session.run(self._outputs, every), strict=True):
            if name.startswith("next_"):
                changed[name[5:]] = value
            else:
                outputs.append(value)
        return outputs, state.with_arrays(changed)
