"""All that is remembered of running streams, in one typed object of constant size. Axis 0 is always the stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .config import ModelConfig

Array = NDArray[np.float32]
Layers = tuple[Array, ...]  # one for each layer


@dataclass
class StreamState:
    """Passed in and handed back by every call; ``B`` streams, ``L`` layers.

    SSM states are most of it, so each layer's is an array of its own: none is copied to put them side by side.
    The text fields belong to the text model, which runs once a segment; all others change with every frame.
    """

    phone_context: Array  # [B, 3, 2, phone] last tokens of the acoustic phoneme encoder
    text_context: Array  # [B, 2, 2, text] last tokens of the prosody text encoder
    text_conv: Array  # [B, L, conv - 1, mixed] short convolutions of its forward layers
    text_ssm: Layers  # [B, heads, N, P] their SSM states
    prosody_conv: Array  # [B, L, conv - 1, mixed]
    prosody_ssm: Layers  # [B, heads, N, P]
    inputs: Array  # [B, 2 * look_ahead, feed] last inputs of the decoder
    acoustic_conv: Array  # [B, L, conv - 1, mixed]
    acoustic_ssm: Layers  # [B, heads, N, P]
    hop_tail: Array  # [B, 2, tail] last hops of the decoder's head
    f0: Array  # [B, 2] Hz, the frame that is ahead of the excitation
    phase: NDArray[np.float64]  # [B] cycles of the excitation
    excitation: Array  # [B, frame + edge] last samples of the pulse train
    overlap: Array  # [B, window - hop] tail of the overlap-add
    noise_at: NDArray[np.int64]  # [B] the hop at which the noise ring is read next
    frame: NDArray[np.int64]  # [B] frames fed so far

    @classmethod
    def zeros(cls, cfg: ModelConfig, batch: int = 1, seed: int = 0) -> StreamState:
        """Streams before their first frame; the seed chooses the noise of each."""

        def ssm(layers: int, width: int) -> tuple[Array, Layers]:
            inner = width * cfg.ssm_expand
            conv = np.zeros((batch, layers, cfg.ssm_conv - 1, inner + 2 * cfg.ssm_state), np.float32)
            heads = inner // cfg.ssm_head
            one = (batch, heads, cfg.ssm_state, cfg.ssm_head)
            return conv, tuple(np.zeros(one, np.float32) for _ in range(layers))

        def flat(*shape: int) -> Array:
            return np.zeros((batch, *shape), np.float32)

        text, prosody = ssm(cfg.text_layers, cfg.text), ssm(cfg.prosody_layers, cfg.prosody)
        acoustic = ssm(cfg.acoustic_layers, cfg.acoustic)
        return cls(
            flat(3, 2, cfg.phone),
            flat(2, 2, cfg.text),
            *text,
            *prosody,
            flat(2 * cfg.look_ahead, cfg.feed),
            *acoustic,
            flat(2, cfg.tail),
            flat(2),
            np.zeros(batch, np.float64),
            flat(cfg.frame + cfg.edge),
            flat(cfg.window - cfg.hop),
            np.random.default_rng(seed).integers(0, 1 << 10, batch),
            np.zeros(batch, np.int64),
        )

    @classmethod
    def cat(cls, states: Sequence[StreamState]) -> StreamState:
        """One batch of several, for frames: the text fields stay with the streams, and are the first one's here."""
        if len(states) == 1:
            return states[0]
        return replace(states[0], **{name: _joined([getattr(s, name) for s in states]) for name in FRAME_FIELDS})

    def split(self, states: Sequence[StreamState]) -> list[StreamState]:
        """The streams of a batch that ``cat`` made of ``states``; copies, so that a finished batch can be freed."""
        if len(states) == 1:
            return [self]
        return [
            replace(state, **{name: _one(getattr(self, name), i) for name in FRAME_FIELDS})
            for i, state in enumerate(states)
        ]

    def arrays(self) -> dict[str, Array]:
        """Every array by the name that graphs and files know it by; those of layers are numbered."""
        named = {}
        for name in FIELDS:
            value = getattr(self, name)
            if isinstance(value, tuple):
                named.update({f"{name}_{i}": layer for i, layer in enumerate(value)})
            else:
                named[name] = value
        return named

    def with_arrays(self, changed: Mapping[str, Array]) -> StreamState:
        """The same, but for these arrays, named as ``arrays`` names them."""
        now = {**self.arrays(), **changed}
        values: dict[str, Any] = {
            name: tuple(now[f"{name}_{i}"] for i in range(len(value))) if isinstance(value, tuple) else now[name]
            for name, value in vars(self).items()
        }
        return StreamState(**values)

    @property
    def nbytes(self) -> int:
        """Size of all arrays in bytes."""
        return sum(array.nbytes for array in self.arrays().values())


def _joined(values: Sequence[Any]) -> Any:
    if isinstance(values[0], tuple):
        return tuple(np.concatenate(layer) for layer in zip(*values, strict=True))
    return np.concatenate(values)


def _one(value: Any, i: int) -> Any:
    if isinstance(value, tuple):
        return tuple(layer[i : i + 1].copy() for layer in value)
    return value[i : i + 1].copy()


FIELDS = tuple(f.name for f in fields(StreamState))
TEXT_FIELDS = ("phone_context", "text_context", "text_conv", "text_ssm")
FRAME_FIELDS = tuple(name for name in FIELDS if name not in TEXT_FIELDS)
