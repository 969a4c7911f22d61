"""Spectral energy distance: a proper score for a decoder that makes its own noise.

Two draws with the same parameters and different noise are compared with the target and with each other
(arXiv 2008.01160). A decoder gains by putting harmonics where the target is predictable and noise where it is
not, which a plain spectral loss cannot tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .fft import rfft

RESOLUTIONS = (128, 256, 512, 1024, 2048)


def spectrum(x: Tensor, size: int, hop: int) -> Tensor:
    """x [B, samples] -> [B, windows, bins, 2], real and imaginary part."""
    window = torch.hann_window(size, device=x.device) * (2.0 / size) ** 0.5
    return torch.view_as_real(rfft(x.unfold(1, size, hop) * window))


def _distance(a: Tensor, b: Tensor, scale: Tensor, floor: float, weights: Tensor) -> Tensor:
    """Three metrics of negative type between two spectra; ``scale`` [B, windows] evens out loud and soft."""
    level, pitch, loudness = weights
    power_a, power_b = a.square().sum(-1), b.square().sum(-1)
    linear = (((power_a + 1e-9).sqrt() - (power_b + 1e-9).sqrt()).square() * level).sum(-1)
    waves = ((a - b).square().sum(-1) * pitch).sum(-1)
    logs = 0.5 * (((power_a + floor**2).log() - (power_b + floor**2).log()).abs() * loudness).mean(-1)
    return (((linear + 1e-8).sqrt() + (waves + 1e-8).sqrt()) / scale + logs).mean()


def _terms(x: Tensor, y: Tensor, z: Tensor, floor: float, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Energy distance and plain distance of one resolution."""
    norm = (x.square().sum(-1) * weights[0]).sum(-1).sqrt()
    scale = norm + 0.3 * norm.mean(1, keepdim=True) + 0.01
    near = _distance(x, y, scale, floor, weights) + _distance(x, z, scale, floor, weights)
    return near - _distance(y, z, scale, floor, weights), near / 2


def bin_weights(size: int, rate: int) -> Tensor:
    """[3, bins]: what a frequency counts in the three metrics (linear, complex, logarithmic).

    Most of what tells voices apart by ear lies between 0.5 and 5 kHz, while most energy lies below and most bins
    above. Phase counts where the teacher's can be foretold: above about 1 kHz its harmonics keep no steady phase to
    F0, and a complex loss there only makes them softer.
    """
    hertz = torch.arange(size // 2 + 1) * (rate / size)
    level = (hertz / 700).clamp(0.5, 3.0).square()
    pitch = (0.7 * ((1600 - hertz) / 800).clamp(0, 1)).square()
    loudness = 1 / (1 + (hertz / 2500) ** 1.5)
    return torch.stack([level, pitch, loudness / loudness.mean()])


class SpectralEnergyDistance:
    """2 d(x, y) - d(y, y') over several window sizes."""

    def __init__(self, rate: int = 24000, floor: float = 2e-3, fuse: bool = False) -> None:
        self.floor = floor
        self.weights = {size: bin_weights(size, rate) for size in RESOLUTIONS}
        self.terms = torch.compile(_terms, dynamic=False) if fuse else _terms

    def __call__(self, target: Tensor, draws: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """target and two draws [B, samples] -> the energy distance, and the plain distance for the log."""
        total = plain = torch.zeros((), device=target.device)
        for size in RESOLUTIONS:
            # a random grid, the same for all three; one window less keeps the shapes fixed
            offset = int(torch.randint(size // 2, ()))
            length = (target.shape[1] - size) // (size // 2) * (size // 2)
            x, y, z = (
                spectrum(w[:, offset : offset + length + size // 2], size, size // 2) for w in (target, *draws)
            )
            energy, near = self.terms(x, y, z, self.floor, self.weights[size].to(x.device))
            total, plain = total + energy, plain + near
        return total / len(RESOLUTIONS), plain / len(RESOLUTIONS)
