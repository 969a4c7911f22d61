"""The middle of a voice's F0, by autocorrelation.

Each frame's autocorrelation is divided by that of its window (Boersma 1993), so that its height tells how periodic the
sound is. That is enough for the middle of a clip, which is all that is asked; a melody would need more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_S, HOP_S = 0.05, 0.01
LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
VOICED = 0.6  # periodicity from which a frame counts as voiced
LATER = 0.02  # per octave, by which a longer period must be more periodic: a period's double is one too


def f0_track(speech: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """F0 in Hz of every frame of ``speech`` [n], 10 ms apart; 0 where unvoiced. Empty for less than one frame."""
    size, hop = round(FRAME_S * rate), round(HOP_S * rate)
    if len(speech) < size:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(speech.astype(np.float64), size)[::hop]
    window = np.hanning(size)
    frames = (frames - frames.mean(1, keepdims=True)) * window
    lags = np.arange(int(rate / HIGHEST_HZ), int(rate / LOWEST_HZ) + 2)
    similar = _correlation(frames)[:, lags] / _correlation(window[None])[:, lags]
    energy = np.square(frames).sum(1, keepdims=True) / np.square(window).sum()
    similar /= np.maximum(energy, 1e-12)
    chosen = np.argmax(similar[:, 1:-1] - LATER * np.log2(lags[1:-1] / lags[1]), axis=1) + 1
    rows = np.arange(len(frames))
    before, at, after = (similar[rows, chosen + step] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * at + after, -1e-9)
    period = lags[chosen] + np.clip(0.5 * (before - after) / bend, -0.5, 0.5)  # the top of a parabola through three
    return np.where(at >= VOICED, rate / period, 0.0)


def _correlation(frames: NDArray[np.float64]) -> NDArray[np.float64]:
    """[n, size]: every frame's autocorrelation."""
    size = frames.shape[1]
    power = np.square(np.abs(np.fft.rfft(frames, 2 * size)))
    return np.fft.irfft(power)[:, :size]


def middle_hz(f0: NDArray[np.float64]) -> float:
    """Middle of the voiced F0 in Hz; 0 when nothing is voiced."""
    voiced = f0[f0 > 0]
    return float(np.median(voiced)) if voiced.size else 0.0
