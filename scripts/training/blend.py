"""What some decoders say in some ranges of frequency, for one decoder to learn.

A step of training can make one range better and another worse (model/EXPERIMENTS.md, 53). Frozen decoders say what each
band should be: what the first of them says, moved the way of another where that one is better, and away from it where
it is worse. The decoder that learns this needs no sound.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from larksong.model.bands import band_centres
from larksong.model.config import ModelConfig
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.vocoder import Bands
from torch import Tensor


@dataclass(frozen=True)
class Move:
    """Bands whose centre lies in ``low`` to ``high`` Hz move by ``amount`` of the way to another decoder."""

    checkpoint: Path
    low: float
    high: float
    amount: float

    @classmethod
    def parse(cls, text: str) -> Move:
        """"CHECKPOINT@LOW-HIGH@AMOUNT". Raises ValueError."""
        path, hertz, amount = text.rsplit("@", 2)
        low, high = hertz.split("-")
        return cls(Path(path), float(low), float(high), float(amount))


class Blend:
    """Frozen decoders and the moves between them. Not a module, so that optimizers and checkpoints leave them alone."""

    def __init__(self, first: AcousticDecoder, moves: list[Move], fuse: bool = False) -> None:
        """``first`` is copied."""
        cfg = first.cfg
        device = next(first.parameters()).device
        self.first = frozen(cfg, first.state_dict(), fuse).to(device)
        self.others: list[tuple[AcousticDecoder, Tensor]] = []
        centres = torch.tensor(band_centres(cfg))
        for path in dict.fromkeys(move.checkpoint for move in moves):
            amount = torch.zeros(cfg.bands, device=device)
            for move in moves:
                if move.checkpoint == path:
                    amount[(centres >= move.low) & (centres < move.high)] = move.amount
            saved = torch.load(path, map_location="cpu", weights_only=True)
            own = {k.removeprefix("decoder."): v for k, v in saved["average"].items() if k.startswith("decoder.")}
            theirs = ModelConfig.from_json(saved["facts"]["config"])  # it may be larger than the one that learns
            self.others.append((frozen(theirs, own, fuse).to(device), amount))

    @torch.no_grad()
    def target(self, decode: Callable[[AcousticDecoder], Bands]) -> tuple[Bands, Bands]:
        """What the decoder should say, and what the first one says."""
        first = decode(self.first)
        wanted = list(first)
        for other, amount in self.others:
            moved = zip(wanted, first, decode(other), strict=True)
            wanted = [x + amount[: x.shape[-1]] * (b - a) for x, a, b in moved]
        return Bands(*wanted), first


def frozen(cfg: ModelConfig, weights: dict[str, Tensor], fuse: bool) -> AcousticDecoder:
    """A decoder that does not learn."""
    decoder = AcousticDecoder(cfg).requires_grad_(False)
    decoder.load_state_dict(weights)
    if fuse:
        for layer in decoder.layers:
            layer.compile(dynamic=False)
    return decoder


def distance(a: Bands, b: Bands, voiced: Tensor) -> Tensor:
    """Mean squared difference; of harmonics only where they sound, ``voiced`` [B, J, 1]."""
    harmonic = [((x.float() - y.float()).square() * voiced).mean() for x, y in zip(a[:3], b[:3], strict=True)]
    return torch.stack([*harmonic, (a.noise.float() - b.noise.float()).square().mean()]).mean()
