"""Discriminators on spectrograms, for the second stage of acoustic training.

A regression loss leaves an envelope it is not sure of halfway between its guesses, which sounds flat. Small
discriminators on log spectrograms (as in UnivNet, arXiv 2106.07889, but narrower and without
phase) with feature matching (HiFi-GAN, arXiv 2010.05646) ask for one of the guesses instead. They are told what was to
be said, and in which voice (conditional, as in arXiv 1411.1784), and where in frequency they look: convolutions would
not know. Their gradient at the waveform is scaled to a fixed share of the regression gradient there (the balancer of
EnCodec, arXiv 2210.13438), so that no loss weight has to be found by trial.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from larksong.model.config import PITCH, PLACE, ModelConfig
from larksong.model.net.losses import spectrum
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm
from tqdm import tqdm

TOP_HZ = 8000
FLOOR = 2e-3
FEATURES = 2.0  # weight of feature matching beside the verdict
TOLD = 64  # width of what the discriminators make of a frame's context
TOLD_LAYERS = (1, 2)  # of the discriminators, scaled and shifted by it


class Context(NamedTuple):
    """What both sounds were made from, frame by frame."""

    phones: Tensor  # [B, T] symbols, 0 in silence
    features: Tensor  # [B, T, PLACE + PITCH]
    style: Tensor  # [B, style]


class SpectrogramDiscriminator(nn.Module):
    """2-D convolutions over windows and frequency bins; every layer's output is a feature to be matched."""

    where: Tensor

    def __init__(self, cfg: ModelConfig, size: int, hop: int, width: int) -> None:
        super().__init__()
        self.size, self.hop, self.bins = size, hop, TOP_HZ * size // cfg.sample_rate
        at = torch.linspace(0, 1, self.bins)
        self.register_buffer("where", torch.stack([2 * at - 1, (4 * torch.pi * at).sin(), (4 * torch.pi * at).cos()]))
        shapes = [(1 + len(self.where), 9, (1, 2)), (width, 7, (2, 2)), (width, 5, (2, 2)), (width, 3, (1, 1))]
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(channels, width, (3, bins), stride, (1, bins // 2)))
            for channels, bins, stride in shapes
        )
        self.verdict = weight_norm(nn.Conv2d(width, 1, 3, 1, 1))
        self.phones = nn.Embedding(cfg.n_symbols, 32)
        self.told = nn.Linear(32 + PLACE + PITCH + cfg.style, TOLD)
        self.films = nn.ModuleList(nn.Linear(TOLD, 2 * width) for _ in TOLD_LAYERS)

    def forward(self, wave: Tensor, context: Context) -> list[Tensor]:
        """wave [B, samples] -> features of each layer, the verdict (1: real, 0: made) last."""
        power = spectrum(wave, self.size, self.hop)[:, :, : self.bins].square().sum(-1)
        x = (0.5 * (power + FLOOR**2).log() + 3)[:, None] / 2
        x = torch.cat([x, self.where[None, :, None].expand(len(x), -1, x.shape[2], -1)], 1)
        x = x.contiguous(memory_format=torch.channels_last)
        style = context.style[:, None].expand(-1, context.phones.shape[1], -1)
        told = F.gelu(self.told(torch.cat([self.phones(context.phones), context.features, style], -1)))
        films = iter(self.films)
        features = []
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i in TOLD_LAYERS:
                film = F.interpolate(next(films)(told).transpose(1, 2), size=x.shape[2], mode="linear")
                scale, shift = film[..., None].chunk(2, 1)
                x = x * (1 + scale) + shift
            x = F.leaky_relu(x, 0.2)
            features.append(x)
        return [*features, self.verdict(x)]


class Critic:
    """Discriminators with their optimizer. Not a module, so that the decoder's optimizers leave them alone."""

    def __init__(
        self, cfg: ModelConfig, windows: Sequence[tuple[int, int]], share: float, width: int = 16, rate: float = 3e-3
    ) -> None:
        """One discriminator for each of ``windows``: its length and hop in samples.

        ``share``: of the regression gradient; ``rate``: at which the discriminators learn.
        """
        self.nets = nn.ModuleList(SpectrogramDiscriminator(cfg, size, hop, width) for size, hop in windows)
        self.optimizer = torch.optim.AdamW(self.nets.parameters(), rate, betas=(0.8, 0.99))
        self.share, self.step = share, 0

    def to(self, device: str) -> Critic:
        self.nets.to(device)
        return self

    def state_dict(self) -> dict[str, Any]:
        return {"nets": self.nets.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        self.nets.load_state_dict(saved["nets"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.step = saved["step"]

    def learn(self, real: Tensor, made: Tensor, context: Context) -> tuple[Tensor, list[list[Tensor]]]:
        """One step of the discriminators (least squares) on waveforms [B, samples].

        Returns their loss, and what each of them saw in ``real`` before it.
        """
        both, count = Context(*(torch.cat([x, x]) for x in context)), len(real)
        with torch.autocast(real.device.type, torch.bfloat16):
            seen = [net(torch.cat([real, made.detach()]), both) for net in self.nets]
        verdicts = [features[-1].float() for features in seen]
        loss = torch.stack([(1 - v[:count]).square().mean() + v[count:].square().mean() for v in verdicts])
        self.optimizer.zero_grad(set_to_none=True)
        loss.mean().backward()
        self.optimizer.step()
        self.step += 1
        return loss.detach().mean(), [[x[:count].detach() for x in features] for features in seen]

    def learn_first(self, draw: Callable[[], tuple[Tensor, Tensor, Context]], steps: int) -> None:
        """The discriminators alone, up to so many steps: what they wish before they can tell is noise."""
        with tqdm(total=steps, initial=self.step, desc="critic", mininterval=10) as bar:
            while self.step < steps:
                loss, _ = self.learn(*draw())
                bar.set_postfix(loss=f"{float(loss):.3f}")
                bar.update()

    def judge(self, theirs: list[list[Tensor]], made: Tensor, context: Context) -> tuple[Tensor, Tensor]:
        """What the decoder is to lower: distance of the verdicts on ``made`` from "real", and of the features."""
        verdict = features = made.new_zeros(())
        for net, real in zip(self.nets, theirs, strict=True):
            with torch.autocast(made.device.type, torch.bfloat16):
                ours = net(made, context)
            verdict = verdict + (1 - ours[-1].float()).square().mean()
            for a, b in zip(ours[:-1], real[:-1], strict=True):
                features = features + (a - b).abs().float().mean() / b.abs().float().mean()
        return verdict / len(self.nets), features / len(self.nets) / (len(ours) - 1)

    def gradient(
        self, real: Tensor, made: Tensor, context: Context, regression: Tensor
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Add the discriminators' wish to the regression gradient [B, samples] of the waveforms ``made``."""
        loss, theirs = self.learn(real, made, context)
        self.nets.requires_grad_(False)
        leaf = made.detach().requires_grad_()
        verdict, features = self.judge(theirs, leaf, context)
        (wish,) = torch.autograd.grad(verdict + FEATURES * features, leaf)
        self.nets.requires_grad_(True)
        scale = self.share * regression.norm() / (wish.norm() + 1e-12)
        told = {"critic": loss, "verdict": verdict.detach(), "features": features.detach()}
        return regression + scale * wish, told
