"""The first samples of a turn and the loudest ones: no click where it begins, no clipping where it is loud."""

from __future__ import annotations

import numpy as np

from .state import Array

FADE = 96  # samples (4 ms) over which a turn rises from silence; nothing is delayed
KNEE = 0.8  # below this a sample is left as it is; above, it comes ever closer to 1


def fade_in(samples: Array, before: int) -> Array:
    """`samples` of a turn of which `before` have been handed out."""
    left = min(FADE - before, len(samples))
    if left <= 0:
        return samples
    rise = np.arange(before, before + left, dtype=np.float32) / FADE
    return np.concatenate([samples[:left] * rise, samples[left:]])


def limit(samples: Array) -> Array:
    """The same sound below full scale; sample by sample, so that where a chunk ends makes no difference."""
    loud = np.abs(samples)
    if not samples.size or loud.max() <= KNEE:
        return samples
    room = np.float32(1 - KNEE)
    bent = KNEE + room * np.tanh((loud - KNEE) / room)
    return np.where(loud > KNEE, np.sign(samples) * bent, samples).astype(np.float32)
