"""Prosody training: durations of whole texts, and F0, voicing and energy of a stretch of frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from larksong.model.config import ModelConfig
from larksong.model.excitation import REFERENCE_HZ, VOICED_HZ
from larksong.model.net.frames import expand, place_features
from larksong.model.net.prosody import ProsodyPredictor
from torch import Tensor, nn
from torch.nn import functional as F

from .data import Utterance

SPACE = 16  # the symbol between words; a cut falls before it
WHOLE = 0.5  # share of texts given in one piece


def segments(ids: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Number the segment of each token: texts cut at random word borders, some whole, some word by word."""
    if rng.random() < WHOLE:
        return np.zeros(len(ids), np.int64)
    border = (ids == SPACE) & (rng.random(len(ids)) < rng.choice([0.1, 0.25, 0.5, 1.0], p=[0.4, 0.3, 0.2, 0.1]))
    border[-1] = rng.random() < 0.5  # the end of the text may become known later than its last word
    return np.cumsum(border)


@dataclass
class ProsodyBatch:
    """B texts of up to N tokens; T frames of each."""

    ids: Tensor  # [B, N]
    segment: Tensor  # [B, N], -1 where padded
    duration: Tensor  # [B, N] frames, before rounding
    token: Tensor  # [B, T] index into ids
    known: Tensor  # [B, T] 1 inside the utterance
    place: Tensor  # [B, T, PLACE]
    f0: Tensor  # [B, T, 2] Hz
    energy: Tensor  # [B, T, 2]
    style: Tensor  # [B, 128]

    def to(self, device: str) -> ProsodyBatch:
        return ProsodyBatch(**{k: v.to(device) for k, v in vars(self).items()})


def stretch(u: Utterance, size: int | None, cfg: ModelConfig, rng: np.random.Generator) -> dict[str, Tensor]:
    """A text with ``size`` frames from its start or anywhere (None: all of them)."""
    token, index, length = expand(torch.from_numpy(u.frames))
    total = len(token)
    start = 0 if size is None or rng.random() < 0.5 else int(rng.integers(0, max(total - size, 0) + 1))
    wanted = torch.arange(start, start + (total if size is None else size))
    at = wanted.clamp(max=total - 1)
    return {
        "ids": torch.from_numpy(u.ids),
        "segment": torch.from_numpy(segments(u.ids, rng) if size is not None else np.zeros_like(u.ids)),
        "duration": torch.from_numpy(u.duration),
        "token": token[at],
        "known": (wanted < total).float(),
        "place": place_features(index[at], length[at]),
        "f0": torch.from_numpy(u.f0).view(-1, 2)[at],
        "energy": torch.from_numpy(u.energy).view(-1, 2)[at],
        "style": torch.from_numpy(u.style[cfg.style :]),
    }


def collate(rows: list[dict[str, Tensor]]) -> ProsodyBatch:
    """Stack texts, padded to the longest."""
    fill = {"segment": -1.0}
    pad = nn.utils.rnn.pad_sequence
    return ProsodyBatch(
        **{k: pad([r[k] for r in rows], batch_first=True, padding_value=fill.get(k, 0.0)) for k in rows[0]}
    )


class ProsodyTask(nn.Module):
    """Predictor and losses, for the training loop."""

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.cfg, self.predictor = cfg, ProsodyPredictor(cfg)

    def batch(
        self, corpus: list[Utterance], weights: np.ndarray, size: int, count: int, rng: np.random.Generator
    ) -> ProsodyBatch:
        """Draw ``count`` texts by weight, with ``size`` frames of each."""
        return collate([stretch(corpus[i], size, self.cfg, rng) for i in rng.choice(len(corpus), count, p=weights)])

    def forward(self, b: ProsodyBatch) -> dict[str, Tensor]:
        """Losses by name; "loss" is the one to follow."""
        with torch.autocast("cpu" if b.f0.device.type == "cpu" else "cuda", torch.bfloat16):
            tokens, log_frames, _ = self.predictor.read(b.ids, self.predictor.reading_manner(b.style), None, b.segment)
            rows = tokens.gather(1, b.token[..., None].expand(-1, -1, tokens.shape[2]))
            said, _ = self.predictor(rows, b.place, self.predictor.manner(b.style), None)
        real = (b.segment >= 0).float()
        wanted = b.duration.clamp(min=0.5).log()
        off = F.smooth_l1_loss(log_frames, wanted, reduction="none", beta=0.2)
        off = off + 0.1 * (log_frames.clamp(max=4.5).exp() - b.duration).abs().clamp(max=20)
        duration = (off * real).sum() / real.sum()
        known = b.known[..., None].expand_as(b.f0)
        voiced = (b.f0 > VOICED_HZ).float() * known
        tone = (said.tone - (b.f0.clamp(min=VOICED_HZ) / REFERENCE_HZ).log()).abs()
        tone_loss = (tone * voiced).sum() / voiced.sum()
        voicing = F.binary_cross_entropy_with_logits(said.voiced, voiced, known, reduction="sum") / known.sum()
        energy = ((said.energy - b.energy / 8).abs() * known).sum() / known.sum()
        loss = duration + 4 * tone_loss + voicing + 2 * energy
        return {"loss": loss, "duration": duration, "tone": tone_loss, "voicing": voicing, "energy": energy}
