"""Pitch of any system's audio, by Praat's autocorrelation tracker, to catch flat voices that score well."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .audio import Audio

HOP_S = 0.01
WIDEST_HZ = (60.0, 600.0)  # from a low man's voice to a shout
FEWEST_VOICED = 10


def f0_track(wav: Audio, rate: int) -> NDArray[np.float64]:
    """F0 in Hz every 10 ms, 0 where unvoiced; empty for a clip that is too short to tell.

    Two passes: the second searches only around what the first found, which rids it of octave jumps.
    """
    import parselmouth

    sound = parselmouth.Sound(np.asarray(wav, dtype=np.float64), sampling_frequency=rate)

    def track(low_hz: float, high_hz: float) -> NDArray[np.float64]:
        if sound.duration <= 4.0 / low_hz:  # shorter than the tracker's own window
            return np.zeros(0)
        pitch = sound.to_pitch_ac(time_step=HOP_S, pitch_floor=low_hz, pitch_ceiling=high_hz)
        return np.asarray(pitch.selected_array["frequency"])

    rough = track(WIDEST_HZ[0], WIDEST_HZ[1])
    voiced = rough[rough > 0.0]
    if voiced.size < FEWEST_VOICED:
        return rough
    low, high = np.percentile(voiced, [25, 75])
    return track(max(WIDEST_HZ[0], 0.7 * low), min(WIDEST_HZ[1], 1.9 * high))


def pitch_spread(f0: NDArray[np.float64]) -> float:
    """Standard deviation of the voiced pitch in semitones; NaN where hardly anything is voiced."""
    voiced = f0[f0 > 0.0]
    if voiced.size < FEWEST_VOICED:
        return float("nan")
    # In semitones, so that a high and a low voice with the same melody have the same spread.
    return float(np.std(12.0 * np.log2(voiced)))


def pitch_middle(f0: NDArray[np.float64]) -> float:
    """Mean of the voiced pitch in Hz, taken in semitones; NaN where hardly anything is voiced."""
    voiced = f0[f0 > 0.0]
    return float(np.exp(np.mean(np.log(voiced)))) if voiced.size >= FEWEST_VOICED else float("nan")


def semitones(hz: float, other_hz: float) -> float:
    """How far the first pitch lies above the second."""
    return float(12.0 * np.log2(hz / other_hz))
