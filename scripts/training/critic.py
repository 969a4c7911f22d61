"""Discriminators on spectrograms, for the second stage of acoustic training.

A regression loss leaves an envelope it is not sure of halfway between its guesses, which sounds flat. Small
discriminators on log spectrograms (as in UnivNet, arXiv 2106.07889, but narrower and without
phase) with feature matching (HiFi-GAN, arXiv 2010.05646) ask for one of the guesses instead. Their gradient at the
waveform is scaled to a fixed share of the regression gradient there (the balancer of EnCodec, arXiv 2210.13438), so
that no loss weight has to be found by trial.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from larksong.model.bands import mel_spaced
from larksong.model.net.losses import spectrum
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

TOP_HZ = 8000
FLOOR = 2e-3
FEATURES = 2.0  # weight of feature matching beside the verdict


class Window(NamedTuple):
    """What one discriminator sees."""

    size: int  # samples
    hop: int  # samples
    mel: int = 0  # so many mel bands instead of all frequency bins

    @classmethod
    def parse(cls, text: str) -> Window:
        """"768/192" or "768/192/48". Raises ValueError."""
        return cls(*(int(number) for number in text.split("/")))


def mel_means(count: int, bins: int, hertz: float) -> Tensor:
    """[bins, bands]: means over mel-spaced triangles; bands too narrow to hold a bin are left out."""
    centres = mel_spaced(count, TOP_HZ)
    rows = np.stack([np.interp(np.arange(bins) * hertz, centres, row) for row in np.eye(count)])
    rows = rows[rows.sum(1) > 0.3]
    return torch.tensor((rows / rows.sum(1, keepdims=True)).T, dtype=torch.float32)


class SpectrogramDiscriminator(nn.Module):
    """2-D convolutions over windows and frequency; every layer's output is a feature to be matched."""

    mel: Tensor

    def __init__(self, window: Window, rate: int, width: int) -> None:
        super().__init__()
        self.size, self.hop, self.bins = window.size, window.hop, TOP_HZ * window.size // rate
        shapes = [(1, width, 9, 2), (width, width, 9, 2), (width, width, 9, 2), (width, width, 3, 1)]
        if window.mel:
            shapes = [(1, width, 5, 1), (width, width, 5, 2), (width, width, 5, 2), (width, width, 3, 1)]
            self.register_buffer("mel", mel_means(window.mel, self.bins, rate / window.size), persistent=False)
        self.bands = window.mel
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(a, b, (3, k), (1, stride), (1, k // 2))) for a, b, k, stride in shapes
        )
        self.verdict = weight_norm(nn.Conv2d(width, 1, 3, 1, 1))

    def forward(self, wave: Tensor) -> list[Tensor]:
        """wave [B, samples] -> features of each layer, the verdict (1: real, 0: made) last."""
        power = spectrum(wave, self.size, self.hop)[:, :, : self.bins].square().sum(-1)
        if self.bands:
            power = power.float() @ self.mel
        x = (0.5 * (power + FLOOR**2).log() + 3)[:, None] / 2
        x = x.contiguous(memory_format=torch.channels_last)
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return [*features, self.verdict(x)]


class Critic:
    """Discriminators with their optimizer. Not a module, so that the decoder's optimizers leave them alone."""

    def __init__(
        self, rate: int, windows: Sequence[Window], share: float,
        wait: int = 80, width: int = 16, learning_rate: float = 1e-3,
    ) -> None:
        """One discriminator for each of ``windows``.

        ``share``: of the regression gradient; ``wait``: steps in which only the discriminators learn.
        """
        self.nets = nn.ModuleList(SpectrogramDiscriminator(window, rate, width) for window in windows)
        self.optimizer = torch.optim.AdamW(self.nets.parameters(), learning_rate, betas=(0.8, 0.99))
        self.share, self.wait, self.step = share, wait, 0

    def to(self, device: str) -> Critic:
        self.nets.to(device)
        return self

    def state_dict(self) -> dict[str, Any]:
        return {"nets": self.nets.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        self.nets.load_state_dict(saved["nets"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step = saved["step"]

    @property
    def waiting(self) -> bool:
        """Only the discriminators learn. The regression alone would undo what they have reached before."""
        return self.step < self.wait

    def learn(self, real: Tensor, made: Tensor) -> Tensor:
        """One step of the discriminators (least squares) on waveforms [B, samples]; returns their loss."""
        with torch.autocast(real.device.type, torch.bfloat16):
            verdicts = [net(torch.cat([real, made.detach()]))[-1].float() for net in self.nets]
        loss = torch.stack([(1 - v[: len(real)]).square().mean() + v[len(real) :].square().mean() for v in verdicts])
        self.optimizer.zero_grad(set_to_none=True)
        loss.mean().backward()
        self.optimizer.step()
        self.step += 1
        return loss.detach().mean()

    def judge(self, real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
        """What the decoder is to lower: distance of the verdicts from "real", and of the features."""
        verdict = features = made.new_zeros(())
        for net in self.nets:
            with torch.autocast(real.device.type, torch.bfloat16):
                with torch.no_grad():
                    theirs = net(real)
                ours = net(made)
            verdict = verdict + (1 - ours[-1].float()).square().mean()
            for a, b in zip(ours[:-1], theirs[:-1], strict=True):
                features = features + (a - b).abs().float().mean() / b.abs().float().mean()
        return verdict / len(self.nets), features / len(self.nets) / (len(ours) - 1)

    def gradient(self, real: Tensor, made: Tensor, regression: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Add the discriminators' wish to the regression gradient [B, samples] of the waveforms ``made``."""
        told = {"critic": self.learn(real, made)}
        self.nets.requires_grad_(False)
        leaf = made.detach().requires_grad_()
        verdict, features = self.judge(real, leaf)
        (wish,) = torch.autograd.grad(verdict + FEATURES * features, leaf)
        self.nets.requires_grad_(True)
        scale = self.share * regression.norm() / (wish.norm() + 1e-12)
        return regression + scale * wish, {**told, "verdict": verdict.detach(), "features": features.detach()}
