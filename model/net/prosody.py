"""Prosody: how long each phoneme lasts, and F0, voicing and energy of each frame, as the teacher would say it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ..config import PLACE, ModelConfig
from .encoder import TextEncoder, TextState
from .ssm import Norm, Past, SsmLayer, SsmState, each_manner, manners


class Prosody(NamedTuple):
    """Predictions per frame, two halves each, [B, T, 2]."""

    tone: Tensor  # natural log of F0 / 180 Hz
    voiced: Tensor  # logit
    energy: Tensor  # the teacher's energy / 8


class ProsodyPredictor(nn.Module):
    """A text encoder with durations, and a recurrent predictor at frame rate."""

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.cfg = cfg
        self.style = nn.Linear(cfg.style, 64)
        self.text = TextEncoder(cfg)
        self.duration = nn.Sequential(
            Norm(cfg.text), nn.Linear(cfg.text, cfg.text), nn.GELU(), nn.Linear(cfg.text, 1)
        )
        self.enter = nn.Linear(cfg.text + PLACE, cfg.prosody)
        make = (cfg.prosody, 64, cfg.ssm_state, cfg.ssm_head, cfg.ssm_expand, cfg.ssm_conv)
        self.layers = nn.ModuleList(SsmLayer(*make) for _ in range(cfg.prosody_layers))
        self.norm = Norm(cfg.prosody)
        self.leave = nn.Linear(cfg.prosody, 6)

    def reading_manner(self, style: Tensor) -> Tensor:
        """What ``read`` has to know of a voice; style [B, style]."""
        return self.text.manner(self.style(style))

    def manner(self, style: Tensor) -> Tensor:
        """What ``forward`` has to know of a voice; style [B, style]."""
        return manners(self.layers, self.style(style))

    def read(
        self, ids: Tensor, manner: Tensor, state: TextState | None = None, segment: Tensor | None = None
    ) -> tuple[Tensor, Tensor, TextState]:
        """ids [B, T] -> token features [B, T, text], log of the duration in frames [B, T], next state."""
        x, after = self.text(ids, manner, state, segment)
        return x, self.duration(x)[..., 0].float() + 1.0, after

    def zeros(self, batch: int) -> list[SsmState]:
        """The frame-level state before the first frame."""
        return [layer.zeros(batch) for layer in self.layers]  # type: ignore[operator]

    def forward(
        self, tokens: Tensor, place: Tensor, manner: Tensor, state: list[SsmState] | None
    ) -> tuple[Prosody, list[SsmState]]:
        """tokens [B, T, text] at frame rate, place [B, T, PLACE] -> prosody of T frames, next state."""
        x, after = self.enter(torch.cat([tokens, place], -1)), []
        past = Past.of(x)
        voice = each_manner(manner, len(self.layers))
        for i, layer in enumerate(self.layers):
            x, memory = layer(x, voice[i], past, None if state is None else state[i])
            after.append(memory)
        tone, voiced, energy = self.leave(self.norm(x)).float().split(2, -1)
        return Prosody(tone, voiced, energy), after
