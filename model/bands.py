"""From mel-spaced bands to frequency bins: shared by the trained and the served vocoder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .config import ModelConfig


def mel_spaced(count: int, top: float) -> NDArray[np.float64]:
    """Frequencies in Hz, evenly spaced in mel from 0 to ``top`` Hz."""
    return 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + top / 700), count) / 2595) - 1)


def band_centres(cfg: ModelConfig) -> NDArray[np.float64]:
    """Centre frequencies in Hz, from 0 to half the sample rate."""
    return mel_spaced(cfg.bands, cfg.sample_rate / 2)


def band_matrix(cfg: ModelConfig) -> NDArray[np.float32]:
    """[bands, bins]: linear interpolation between band centres."""
    bins = np.arange(cfg.bins) * cfg.sample_rate / cfg.window
    centres = band_centres(cfg)
    return np.stack([np.interp(bins, centres, row) for row in np.eye(cfg.bands)]).astype(np.float32)


def harmonic_fade(cfg: ModelConfig) -> NDArray[np.float32]:
    """[bins]: 1 below ``fade_low``, 0 above ``fade_high``; above, noise alone carries the sound."""
    bins = np.arange(cfg.bins) * cfg.sample_rate / cfg.window
    part = np.clip((bins - cfg.fade_low) / (cfg.fade_high - cfg.fade_low), 0, 1)
    return (0.5 + 0.5 * np.cos(np.pi * part)).astype(np.float32)


def noise_cap(cfg: ModelConfig) -> NDArray[np.float32]:
    """[harmonic_bands]: how far noise may rise over the harmonics in voiced hops, natural log of magnitude.

    Below 4 kHz next to none, above it any amount: with noise to choose, the decoder hides what it has not learned
    yet in hoarseness (model/EXPERIMENTS.md).
    """
    decibels = np.interp(band_centres(cfg)[: cfg.harmonic_bands], [3800, 4200], [-40, 30])
    return (decibels / 20 * np.log(10)).astype(np.float32)


SHARPEN_ABOVE = 1000.0  # Hz; below it sharper formants sound less natural (model/EXPERIMENTS.md, 47)


def sharpening(cfg: ModelConfig) -> NDArray[np.float32]:
    """[harmonic_bands, harmonic_bands]: log magnitudes in, log magnitudes with clearer formants out.

    A regression loss leaves spectral peaks a little flat. Each band above ``SHARPEN_ABOVE`` moves away from the mean
    of its surroundings of ``sharpen_width`` Hz by the factor ``sharpen``. The export folds it into the matrix to bins.
    """
    centres = band_centres(cfg)[: cfg.harmonic_bands]
    width = np.gradient(centres)  # so that the mean is one over Hz, not over bands
    near = np.abs(centres[:, None] - centres[None]) <= cfg.sharpen_width / 2
    mean = near * width / (near * width).sum(1, keepdims=True)
    amount = np.where(centres > SHARPEN_ABOVE, cfg.sharpen, 0.0)[:, None]
    out = np.eye(cfg.harmonic_bands) * (1 + amount) - amount * mean
    return out.T.astype(np.float32)
