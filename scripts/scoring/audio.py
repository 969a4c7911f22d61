"""Audio as the scores see it: mono float32, at the rate a scoring network was trained on."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

Audio: TypeAlias = NDArray[np.float32]

SCORING_RATE = 16_000  # DistillMOS, DNSMOS, Whisper and Resemblyzer all listen at 16 kHz


def to_rate(wav: Audio, rate: int, target: int = SCORING_RATE) -> Audio:
    """Mono float32 at `target` Hz, scaled down only if its peak lies above full scale.

    Raises ValueError for audio that is not one-dimensional or has no samples.
    """
    if wav.ndim != 1 or wav.size == 0:
        raise ValueError(f"expected mono audio with at least one sample, got shape {wav.shape}")
    out = np.asarray(wav, dtype=np.float32)
    if rate != target:
        out = soxr.resample(out, rate, target, quality="HQ")
    return out / max(1.0, float(np.abs(out).max()))


def leading_silence(wav: Audio, rate: int, floor_db: float = -40.0) -> float:
    """Seconds before the first 10 ms window that is louder than `floor_db` below the loudest one.

    A clip without any sound is silent to its end.
    """
    window = max(1, rate // 100)
    hop = max(1, window // 2)
    if wav.size < window:
        return wav.size / rate
    power = np.square(np.asarray(wav, dtype=np.float64))
    total = np.concatenate(([0.0], np.cumsum(power)))
    starts = np.arange(0, wav.size - window + 1, hop)
    levels = total[starts + window] - total[starts]
    if levels.max() <= 0.0:
        return wav.size / rate
    first = int(np.argmax(levels > levels.max() * 10.0 ** (floor_db / 10.0)))
    return int(starts[first]) / rate
