"""Clicks: samples that jump where the sound on both sides of them does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .audio import Audio

# The ordinary, against which a jump is measured, is what lies this far from it on either side.
NEAR_S, FAR_S = 0.0005, 0.005
FLOOR = 3e-4  # of full scale: a smaller jump is not heard, even in silence
APART_S = 0.005  # jumps nearer to each other are one click
PERCENTILE = 99.99  # of the samples of a clean voice: a threshold for `clicks`


def abruptness(wav: Audio, rate: int) -> NDArray[np.float64]:
    """[n - 2] size of each second difference, over the RMS of second differences near it, on the louder side.

    The louder side, because speech itself begins and ends abruptly (a plosive, a closing glottis): what makes a
    click is that it stands alone. About 4 at most in noise, 7 to 30 in the sharpest bursts of speech.
    """
    if wav.size < 3:
        return np.zeros(0)
    jump = np.diff(np.asarray(wav, np.float64), 2)
    power, near, far = np.square(jump), round(NEAR_S * rate), round(FAR_S * rate)
    before, after = _mean_before(power, near, far), _mean_before(power[::-1], near, far)[::-1]
    return np.abs(jump) / np.sqrt(np.maximum(np.maximum(before, after), FLOOR**2))


def _mean_before(values: NDArray[np.float64], near: int, far: int) -> NDArray[np.float64]:
    """[n] mean of the values from `far` to `near` places before each; what lies before the first counts as 0."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    here = np.arange(values.size)
    return (total[np.maximum(here - near, 0)] - total[np.maximum(here - far, 0)]) / (far - near)


def threshold(clips: Sequence[Audio], rate: int, percentile: float = PERCENTILE) -> float:
    """Abruptness that only so few samples of these clips exceed. Raises ValueError without clips."""
    if not clips:
        raise ValueError("a threshold needs clips")
    return float(np.percentile(np.concatenate([abruptness(clip, rate) for clip in clips]), percentile))


def clicks(wav: Audio, rate: int, limit: float) -> list[float]:
    """Seconds at which the abruptness exceeds `limit`."""
    (above,) = np.nonzero(abruptness(wav, rate) > limit)
    fresh = np.diff(above, prepend=-rate) > APART_S * rate
    return [float(at + 1) / rate for at in above[fresh]]


def with_click(wav: Audio, rate: int, at_s: float, size: float) -> Audio:
    """The clip with a jump of `size` that fades within some 5 ms, as where two sounds are joined badly."""
    start = round(at_s * rate)
    fade = size * np.exp(-np.arange(wav.size - start) / (0.005 * rate))
    return np.concatenate([wav[:start], wav[start:] + fade.astype(np.float32)])


def sensitivity(wav: Audio, rate: int, limit: float, size: float, count: int = 200) -> float:
    """Share of clicks of `size`, planted one at a time at random places, that `clicks` would find."""
    rng, reach = np.random.default_rng(0), rate // 10
    found = 0
    for at in rng.integers(reach, wav.size - reach, count):
        piece = with_click(wav[at - reach : at + reach], rate, reach / rate, size * rng.choice([-1, 1]))
        found += any(abs(second - reach / rate) < NEAR_S for second in clicks(piece, rate, limit))
    return found / count
