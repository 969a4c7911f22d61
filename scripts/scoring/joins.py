"""Joins: does sound change more where text was added than it does anywhere else?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .audio import Audio
from .pitch import HOP_S as PITCH_HOP_S

WINDOW_S, HOP_S = 0.020, 0.005
FLOOR_DB = -60.0  # of each spectrum, against the clip's strongest bin
QUIET_DB = -40.0  # below the loudest frame: no speech
REACH_S = 0.015  # how far from a join its largest change may lie
AWAY_S = 0.050  # further from every join is elsewhere
PITCH_REACH_S = 0.080  # pitch before and after a moment is that of so many seconds

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Changes:
    """One measure at every moment of a clip."""

    times: Array  # [n] seconds
    sizes: Array  # [n], NaN where it cannot be taken
    away_s: float  # how far from a moment its own change is seen

    def at(self, moments: Sequence[float]) -> Array:
        """[moments] size at the nearest time to each; NaN for all of a clip that is too short."""
        if not self.times.size:
            return np.full(len(moments), np.nan)
        return self.sizes[[int(np.argmin(np.abs(self.times - moment))) for moment in moments]]

    def ranks(self, moments: Sequence[float]) -> Array:
        """[moments] share of the sizes elsewhere in the clip that are smaller than that at each moment, 0 to 1.

        NaN where there is no size, at the moment or elsewhere.
        """
        away = np.ones(self.times.size, bool)
        for moment in moments:
            away &= np.abs(self.times - moment) > self.away_s
        elsewhere = self.sizes[away & ~np.isnan(self.sizes)]
        sizes = self.at(moments)
        if not elsewhere.size:
            return np.full(len(moments), np.nan)
        return np.where(np.isnan(sizes), np.nan, np.mean(elsewhere[None] < sizes[:, None], axis=1))


def flux(wav: Audio, rate: int) -> Changes:
    """How much the spectrum changes, in mean decibels over all bins within 5 ms; the most within REACH_S either way.

    NaN in silence, where every change is as good as none.
    """
    window, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    if wav.size < window + hop:
        return Changes(np.zeros(0), np.zeros(0), AWAY_S)
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(wav, np.float64), window)[::hop]
    spectra = np.abs(np.fft.rfft(frames * np.hanning(window), axis=1))
    floor = max(float(spectra.max()), 1e-9) * 10 ** (FLOOR_DB / 20)
    change = np.abs(np.diff(20 * np.log10(spectra + floor), axis=0)).mean(axis=1)
    level = np.sum(np.square(frames), axis=1)
    speech = level > level.max() * 10 ** (QUIET_DB / 10)
    # In time, a change lies between the middles of its two frames.
    times = (np.arange(change.size) * hop + (window + hop) / 2) / rate
    reach = round(REACH_S / HOP_S)
    sizes = _most_around(change, reach)
    heard = _most_around((speech[:-1] | speech[1:]).astype(float), reach) > 0
    return Changes(times, np.where(heard, sizes, np.nan), AWAY_S)


def _most_around(values: Array, reach: int) -> Array:
    """[n] largest of each value and its `reach` neighbours on either side."""
    padded = np.pad(values, reach, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)


def pitch_steps(f0: Array, seconds: float) -> Changes:
    """How far the pitch after a moment lies from the pitch before it, in semitones, for the track (`f0_track`) of a
    clip of so many seconds. NaN where either side has no voice."""
    reach = round(PITCH_REACH_S / PITCH_HOP_S)
    first_s = (seconds - (f0.size - 1) * PITCH_HOP_S) / 2  # Praat centres its track in the clip
    numbers = np.arange(f0.size, dtype=np.float64) - 0.5  # a moment lies between two values
    tones = np.where(f0 > 0, 12 * np.log2(np.maximum(f0, 1.0)), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(tones, reach, constant_values=np.nan), reach)
    before, after = _medians(windows[: f0.size]), _medians(windows[reach : reach + f0.size])
    return Changes(first_s + PITCH_HOP_S * numbers, np.abs(after - before), PITCH_REACH_S)


def _medians(windows: Array) -> Array:
    """[n] median of the numbers in each row; NaN for a row without any."""
    voiced = ~np.isnan(windows).all(axis=1)
    middle = np.full(len(windows), np.nan)
    middle[voiced] = np.nanmedian(windows[voiced], axis=1)
    return middle
