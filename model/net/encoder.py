"""Text encoders: they read one segment at a time and carry what came before.

Text may still be arriving, so nothing may look over the end of a segment, but the left context goes on. In
training, whole utterances are cut at random borders and all segments are computed at once: ``segment`` [B, T]
numbers the segment of each token, and the masks below give exactly what segment-by-segment reading gives.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..config import ModelConfig
from .ssm import Norm, Past, SsmLayer, SsmState, each_manner, manners


class SegmentConv(nn.Module):
    """A convolution of width 5 over tokens, with residual; blind beyond the end of the segment."""

    reach = 2

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = Norm(width)
        self.mix = nn.Linear(width * (2 * self.reach + 1), width)
        self.out = nn.Linear(width, width)
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, before: Tensor | None, segment: Tensor | None) -> tuple[Tensor, Tensor]:
        """x [B, T, width]; ``before`` [B, 2, width] is the end of the last segment; returns it for the next."""
        y = self.norm(x)
        r = self.reach
        head = y.new_zeros(x.shape[0], r, x.shape[2]) if before is None else before
        padded = torch.cat([head, y, torch.zeros_like(head)], 1)
        taps = [padded[:, i : i - 2 * r or None] for i in range(2 * r + 1)]
        if segment is not None:
            for ahead in range(1, r + 1):
                inside = F.pad(segment[:, ahead:] == segment[:, :-ahead], (0, ahead))
                taps[r + ahead] = taps[r + ahead] * inside[..., None].to(x.dtype)
        return x + self.out(F.gelu(self.mix(torch.cat(taps, -1)))), padded[:, -2 * r : -r]


class PhoneEncoder(nn.Module):
    """Phonemes for the decoder: their neighbours are all that matters, so convolutions do."""

    layers = 3

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.embed = nn.Embedding(cfg.n_symbols, cfg.phone)
        nn.init.normal_(self.embed.weight, std=0.5)
        self.convs = nn.ModuleList(SegmentConv(cfg.phone) for _ in range(self.layers))

    def forward(
        self, ids: Tensor, before: list[Tensor] | None = None, segment: Tensor | None = None
    ) -> tuple[Tensor, list[Tensor]]:
        """ids [B, T] -> [B, T, phone] and the left context of the next segment."""
        x, after = self.embed(ids), []
        for i, conv in enumerate(self.convs):
            x, end = conv(x, None if before is None else before[i], segment)
            after.append(end)
        return x, after


class TextState(NamedTuple):
    """What the prosody encoder remembers of the text so far."""

    convs: list[Tensor]
    ssm: list[SsmState]


class TextEncoder(nn.Module):
    """Phonemes for prosody: each layer reads forward with memory, and backward within the segment."""

    convs = 2

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        width = cfg.text
        self.embed = nn.Embedding(cfg.n_symbols, width)
        nn.init.normal_(self.embed.weight, std=0.5)
        self.conv_layers = nn.ModuleList(SegmentConv(width) for _ in range(self.convs))
        make = (width, 64, cfg.ssm_state, cfg.ssm_head, cfg.ssm_expand, cfg.ssm_conv)
        self.forth = nn.ModuleList(SsmLayer(*make) for _ in range(cfg.text_layers))
        self.back = nn.ModuleList(SsmLayer(*make) for _ in range(cfg.text_layers))

    def manner(self, style: Tensor) -> Tensor:
        """What ``forward`` has to know of a voice; style [B, 64]."""
        return torch.cat([manners(self.forth, style), manners(self.back, style)], -1)

    def forward(
        self, ids: Tensor, manner: Tensor, state: TextState | None = None, segment: Tensor | None = None
    ) -> tuple[Tensor, TextState]:
        """ids [B, T] -> [B, T, text] and the state for the next segment."""
        x, ends, memories = self.embed(ids), [], []
        voice = each_manner(manner, 2 * len(self.forth))
        past = Past.of(x)
        flipped = None if segment is None else segment.flip(1)
        for i, conv in enumerate(self.conv_layers):
            x, end = conv(x, None if state is None else state.convs[i], segment)
            ends.append(end)
        for i, (forth, back) in enumerate(zip(self.forth, self.back, strict=True)):
            x, memory = forth(x, voice[i], past, None if state is None else state.ssm[i])
            x = back(x.flip(1), voice[len(self.forth) + i], past, None, flipped)[0].flip(1)
            memories.append(memory)
        return x, TextState(ends, memories)
