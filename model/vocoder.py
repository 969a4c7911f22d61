"""The harmonic-plus-noise filter as it is served: numpy, many streams at once, chunk by chunk.

A pulse train follows F0; it and white noise are cut into windows, filtered by the decoder's gains, and added up.
``larksong.model.net.vocoder`` is the same, differentiable and for whole utterances.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .config import ModelConfig
from .excitation import VOICED_HZ
from .onnx_backend import Gains
from .state import Array, StreamState

NOISE_HOPS = 1600  # 10 s of white noise, read in a ring: nobody hears it repeat, and its spectra are made only once


def noise_ring(cfg: ModelConfig) -> Array:
    """White noise of variance one, [NOISE_HOPS * hop]; the same everywhere, so that a seed is a place in it."""
    return np.random.default_rng(24000).standard_normal(NOISE_HOPS * cfg.hop).astype(np.float32)


class Vocoder:
    """Holds constants only; what a stream remembers is in its StreamState."""

    def __init__(self, cfg: ModelConfig) -> None:
        self.cfg = cfg
        self.window = np.sqrt(np.hanning(cfg.window + 1)[:-1]).astype(np.float32)
        self.ramp = np.arange(cfg.hop, dtype=np.float32)
        ring = noise_ring(cfg)
        signal = np.concatenate([ring, ring[: cfg.window - cfg.hop]])[None]
        self.noise = np.fft.rfft(self._windows(signal, NOISE_HOPS))[0].astype(np.complex64)  # [NOISE_HOPS, bins]

    def step(self, gains: Gains, state: StreamState) -> tuple[Array, StreamState]:
        """K frames of gains -> [B, K * frame] samples, which end ``cfg.edge`` samples before these frames do."""
        cfg = self.cfg
        batch, frames, _ = gains.f0.shape
        hops = frames * cfg.hops
        # F0 runs ahead: the excitation of the frame after the last one filtered is needed for its window
        f0 = np.concatenate([state.f0[:, None], gains.f0], 1).reshape(batch, -1)[:, :-1]
        fresh, phase = self._pulses(f0, state.phase)
        pulses = np.concatenate([state.excitation, fresh], 1)
        at = (state.noise_at[:, None] + np.arange(hops)) % NOISE_HOPS
        spectra = self.noise[at] * gains.noise
        low = np.fft.rfft(self._windows(pulses, hops))[..., : cfg.harmonic_bins]
        harmonic = gains.harmonic[:, :, 0] + np.complex64(1j) * gains.harmonic[:, :, 1]
        spectra[..., : cfg.harmonic_bins] += low * harmonic
        audio, overlap = self._overlap_add(spectra, state.overlap)
        return audio, replace(
            state,
            f0=gains.f0[:, -1],
            phase=phase,
            excitation=pulses[:, frames * cfg.frame :],
            overlap=overlap,
            noise_at=(state.noise_at + hops) % NOISE_HOPS,
        )

    def _windows(self, signal: Array, hops: int) -> Array:
        """The first ``hops`` windows of [B, samples] -> [B, hops, window]."""
        b, s = signal.strides
        shape, hop = (signal.shape[0], hops, self.cfg.window), self.cfg.hop
        return np.lib.stride_tricks.as_strided(signal, shape, (b, s * hop, s)) * self.window

    def _pulses(self, f0: Array, phase: np.ndarray) -> tuple[Array, np.ndarray]:
        """A band-limited pulse train, zero where unvoiced; f0 [B, M + 1] Hz, per half frame, one beyond the end."""
        cfg = self.cfg
        # as in the teacher, the second half of each half frame already runs at the F0 of the next
        slope = np.stack([f0[:, :-1], f0[:, 1:]], -1).reshape(len(f0), -1).astype(np.float64) / cfg.sample_rate
        ends = phase[:, None] + np.cumsum(slope * cfg.hop, 1)
        # cycles add up in double precision from hop to hop; within one, single is enough
        starts = np.remainder(ends - slope * cfg.hop, 1.0).astype(np.float32)
        x = np.float32(np.pi) * (starts[..., None] + slope.astype(np.float32)[..., None] * self.ramp)
        f0 = np.repeat(f0[:, :-1], 2, 1)
        count = np.floor(np.float32(cfg.fade_high * 1.1) / np.maximum(f0, np.float32(VOICED_HZ)))
        # as much power per Hz as white noise of variance one
        level = np.sqrt(np.maximum(f0, 0) * np.float32(4 / cfg.sample_rate)) * (f0 > VOICED_HZ)
        low = np.sin(x)
        at_peak = np.abs(low) < 1e-4
        series = 0.5 * (np.sin((2 * count[..., None] + 1) * x) / np.where(at_peak, 1.0, low) - 1)
        series = np.where(at_peak, count[..., None], series) * level[..., None]
        return series.reshape(len(f0), -1).astype(np.float32), np.remainder(ends[:, -1], 1.0)

    def _overlap_add(self, spectra: np.ndarray, overlap: Array) -> tuple[Array, Array]:
        hop, batch, hops = self.cfg.hop, *spectra.shape[:2]
        parts = np.fft.irfft(spectra, n=self.cfg.window) * (self.window / 2)
        parts = parts.reshape(batch, hops, 4, hop)
        total = np.zeros((batch, hops + 3, hop), np.float32)
        total[:, :3] = overlap.reshape(batch, 3, hop)
        for i in range(4):
            total[:, i : i + hops] += parts[:, :, i]
        return total[:, :hops].reshape(batch, -1), total[:, hops:].reshape(batch, -1)
