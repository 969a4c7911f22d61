"""From tokens to frames: each token is repeated for its duration, with its place in it."""

from __future__ import annotations

import torch
from torch import Tensor


def place_features(index: Tensor, length: Tensor) -> Tensor:
    """Frame ``index`` within a token of ``length`` frames (same shapes) -> [..., PLACE]."""
    index, length = index.float(), length.float().clamp(min=1)
    return torch.stack(
        [(index + 0.5) / length, 1 / (index + 1), 1 / (length - index).clamp(min=1), length.log() / 3], -1
    )


def expand(frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Durations [T] in frames -> token index, index within the token, and its length, each [sum]."""
    token = torch.repeat_interleave(torch.arange(len(frames)), frames)
    first = frames.cumsum(0) - frames
    return token, torch.arange(len(token)) - first[token], frames[token]
