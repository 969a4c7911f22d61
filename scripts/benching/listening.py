"""The listener's side: a player without a buffer of its own, and when there is something to hear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AUDIBLE_RMS = 0.01  # of full scale; the definition of Coval's public benchmark
FRAME_S = 0.010


@dataclass
class Player:
    """Plays from the moment its first chunk arrives, and stops whenever it has nothing left to play.

    Times are seconds on the caller's clock.
    """

    sample_rate: int
    first_at: float | None = None  # arrival of the first chunk
    last_at: float = 0.0  # arrival of the last
    dry_at: float = 0.0  # when it runs out of sound
    samples: int = 0
    chunks: int = 0
    underruns: int = 0  # times it ran out before the sound was over
    gap_s: float = 0.0  # silence heard for that
    least_lead_s: float | None = None  # least sound left at an arrival, negative after an underrun

    def add(self, samples: int, now: float) -> None:
        """A chunk has arrived."""
        if samples <= 0:
            return
        if self.first_at is None:
            self.first_at = self.dry_at = now
        else:
            lead = self.dry_at - now
            self.least_lead_s = lead if self.least_lead_s is None else min(self.least_lead_s, lead)
            if lead < 0:
                self.underruns += 1
                self.gap_s -= lead
                self.dry_at = now
        self.last_at = now
        self.dry_at += samples / self.sample_rate
        self.samples += samples
        self.chunks += 1

    @property
    def seconds(self) -> float:
        """Of sound received."""
        return self.samples / self.sample_rate


class Onset:
    """Finds the first 10 ms frame louder than RMS 0.01 in sound that comes in pieces."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._frame = round(FRAME_S * sample_rate)
        self._rest = np.zeros(0, np.float32)  # not yet a whole frame
        self._seen = 0  # samples in whole, quiet frames
        self.found_s: float | None = None  # seconds of leading silence

    def add(self, samples: NDArray[np.float32]) -> bool:
        """Look at more sound, full scale 1.0; whether the onset is known now."""
        if self.found_s is not None:
            return True
        joined = np.concatenate([self._rest, samples])
        whole = joined.size - joined.size % self._frame
        rms = np.sqrt(np.mean(np.square(joined[:whole].reshape(-1, self._frame), dtype=np.float64), axis=1))
        (loud,) = np.nonzero(rms > AUDIBLE_RMS)
        if loud.size:
            self.found_s = (self._seen + int(loud[0]) * self._frame) / self._rate
        self._rest = joined[whole:]
        self._seen += whole
        return self.found_s is not None


def onset_s(samples: NDArray[np.float32], sample_rate: int) -> float | None:
    """Seconds of leading silence; None where nothing is audible."""
    onset = Onset(sample_rate)
    onset.add(samples)
    return onset.found_s
