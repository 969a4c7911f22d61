"""The harmonic-plus-noise filter, differentiable. The served one in numpy is ``larksong.model.vocoder``."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..bands import band_matrix, harmonic_fade
from ..config import ModelConfig
from ..excitation import VOICED_HZ
from .fft import rfft


class Bands(NamedTuple):
    """What the decoder says of each hop. B streams, J hops."""

    harmonic: Tensor  # [B, J, harmonic_bands] natural log of magnitude
    cos: Tensor  # [B, J, harmonic_bands]; the phasor need not have length one
    sin: Tensor  # [B, J, harmonic_bands]
    noise: Tensor  # [B, J, bands] natural log of magnitude


def pulses(f0: Tensor, phase: Tensor, cfg: ModelConfig) -> Tensor:
    """A band-limited pulse train, zero where unvoiced.

    f0 [B, M + 1] in Hz, one value per half frame and one beyond the end; phase [B] in cycles at the first sample.
    Returns [B, M * frame / 2]. The teacher interpolates its phase between the middles of half frames, so the second
    half of each already runs at the F0 of the next.
    """
    slope = torch.stack([f0[:, :-1], f0[:, 1:]], -1).flatten(1).double() / cfg.sample_rate  # per hop
    start = phase.double()[:, None] + F.pad((slope * cfg.hop).cumsum(1), (1, 0))[:, :-1]
    ramp = torch.arange(cfg.hop, device=f0.device, dtype=torch.float64)
    cycles = (start[..., None] + slope[..., None] * ramp).remainder(1.0).float()
    f0 = f0[:, :-1].repeat_interleave(2, 1)
    voiced = f0 > VOICED_HZ
    count = torch.floor(cfg.fade_high * 1.1 / f0.clamp(min=VOICED_HZ))[..., None]
    # sum of cos(2 pi k x) for k = 1..K, in closed form; its limit at x = 0 is K
    x = torch.pi * cycles
    low = torch.sin(x)
    safe = torch.where(low.abs() < 1e-4, torch.full_like(low, 1e-4), low)
    series = 0.5 * (torch.sin((2 * count + 1) * x) / safe - 1)
    series = torch.where(low.abs() < 1e-4, count.expand_as(series), series)
    level = torch.sqrt(f0.clamp(min=0) * 4 / cfg.sample_rate) * voiced
    return (series * level[..., None]).flatten(1)


class Vocoder(nn.Module):
    """Filters pulses and noise with the given bands and adds the windows up."""

    noise_bins: Tensor
    harmonic_bins: Tensor
    fade: Tensor
    window: Tensor

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.cfg = cfg
        to_bins = torch.tensor(band_matrix(cfg))
        self.register_buffer("noise_bins", to_bins, persistent=False)
        self.register_buffer("harmonic_bins", to_bins[: cfg.harmonic_bands].clone(), persistent=False)
        self.register_buffer("fade", torch.tensor(harmonic_fade(cfg)), persistent=False)
        window = np.sqrt(np.hanning(cfg.window + 1)[:-1]).astype(np.float32)
        self.register_buffer("window", torch.tensor(window), persistent=False)

    def spectra(self, signal: Tensor) -> Tensor:
        """signal [B, (J + 3) * hop] -> [B, J, bins]: one window a hop."""
        return rfft(signal.unfold(1, self.cfg.window, self.cfg.hop) * self.window)

    def overlap_add(self, spectra: Tensor) -> Tensor:
        """[B, J, bins] -> [B, (J + 3) * hop]."""
        frames = torch.fft.irfft(spectra, n=self.cfg.window) * (self.window / 2)
        parts = frames.unflatten(2, (4, self.cfg.hop))
        total = sum(F.pad(parts[:, :, i], (0, 0, i, 3 - i)) for i in range(4))
        return total.flatten(1)  # type: ignore[union-attr]

    def filters(self, bands: Bands) -> tuple[Tensor, Tensor]:
        """Complex harmonic and real noise gain per bin, [B, J, bins]."""
        magnitude = (bands.harmonic.float() @ self.harmonic_bins).exp() * self.fade
        c, s = bands.cos.float() @ self.harmonic_bins, bands.sin.float() @ self.harmonic_bins
        length = torch.rsqrt(c * c + s * s + 1e-6) * magnitude
        noise = (bands.noise.float() @ self.noise_bins).exp()
        return torch.complex(c * length, s * length), noise

    def forward(self, bands: Bands, excitation: Tensor, noises: list[Tensor]) -> list[Tensor]:
        """Excitation and each noise [B, (J + 3) * hop] -> one waveform of that length per noise."""
        harmonic, noise = self.filters(bands)
        voiced = self.spectra(excitation) * harmonic
        return [self.overlap_add(voiced + self.spectra(n) * noise) for n in noises]
