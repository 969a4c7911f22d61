"""All that is remembered of running streams, in one typed object of constant size. Axis 0 is always the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from .config import ModelConfig

Array = NDArray[np.float32]


@dataclass
class StreamState:
    """Passed in and handed back by every call; ``B`` streams, ``L`` layers.

    The text fields belong to the text model, which runs once a segment; all others change with every frame.
    """

    phone_context: Array  # [B, 3, 2, phone] last tokens of the acoustic phoneme encoder
    text_context: Array  # [B, 2, 2, text] last tokens of the prosody text encoder
    text_conv: Array  # [B, L, conv - 1, mixed] short convolutions of its forward layers
    text_ssm: Array  # [B, L, heads, P, N] their SSM states
    prosody_conv: Array  # [B, L, conv - 1, mixed]
    prosody_ssm: Array  # [B, L, heads, P, N]
    inputs: Array  # [B, 2 * look_ahead, feed] last inputs of the decoder
    acoustic_conv: Array  # [B, L, conv - 1, mixed]
    acoustic_ssm: Array  # [B, L, heads, P, N]
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

        def ssm(layers: int, width: int) -> tuple[Array, Array]:
            inner = width * cfg.ssm_expand
            conv = np.zeros((batch, layers, cfg.ssm_conv - 1, inner + 2 * cfg.ssm_state), np.float32)
            heads = inner // cfg.ssm_head
            return conv, np.zeros((batch, layers, heads, cfg.ssm_head, cfg.ssm_state), np.float32)

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
        joined = {name: np.concatenate([getattr(s, name) for s in states]) for name in FRAME_FIELDS}
        return replace(states[0], **joined)

    def split(self, states: Sequence[StreamState]) -> list[StreamState]:
        """The streams of a batch that ``cat`` made of ``states``; copies, so that a finished batch can be freed."""
        if len(states) == 1:
            return [self]
        return [
            replace(state, **{name: getattr(self, name)[i : i + 1].copy() for name in FRAME_FIELDS})
            for i, state in enumerate(states)
        ]

    @property
    def nbytes(self) -> int:
        """Size of all arrays in bytes."""
        return sum(getattr(self, f.name).nbytes for f in fields(self))


TEXT_FIELDS = ("phone_context", "text_context", "text_conv", "text_ssm")
FRAME_FIELDS = tuple(f.name for f in fields(StreamState) if f.name not in TEXT_FIELDS)
