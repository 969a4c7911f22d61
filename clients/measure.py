"""How fast speech came: first audio, first audible sample, real-time factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.010
AUDIBLE_RMS = 0.01


class Measurement:
    """Fed with samples as they arrive. All times are in seconds; the clock is the caller's."""

    def __init__(self, sample_rate: int, started: float) -> None:
        self.sample_rate = sample_rate
        self.started = started
        self.samples = 0
        self.first_audio: float | None = None  # from the start to the first sample's arrival
        self.first_audible: float | None = None  # the same to when a player would make it heard
        self.elapsed = 0.0  # from the start to the last sample's arrival
        self._frame = round(FRAME_S * sample_rate)
        self._pending = np.zeros(0, np.float32)  # samples not yet a whole frame

    def add(self, samples: NDArray[np.float32], now: float) -> None:
        if samples.size == 0:
            return
        self.elapsed = now - self.started
        if self.first_audio is None:
            self.first_audio = self.elapsed
        if self.first_audible is None:
            self._listen(samples)
        self.samples += samples.size

    @property
    def seconds(self) -> float:
        """Of speech."""
        return self.samples / self.sample_rate

    @property
    def real_time_factor(self) -> float:
        """Seconds spent for a second of speech; NaN when there was none."""
        return self.elapsed / self.seconds if self.samples else float("nan")

    def _listen(self, samples: NDArray[np.float32]) -> None:
        """Look for the first audible frame, which may begin in one chunk and end in the next."""
        begin = self.samples - self._pending.size
        joined = np.concatenate([self._pending, samples])
        whole = joined.size - joined.size % self._frame
        rms = np.sqrt(np.mean(np.square(joined[:whole].reshape(-1, self._frame)), axis=1))
        self._pending = joined[whole:]
        (audible,) = np.nonzero(rms > AUDIBLE_RMS)
        if audible.size and self.first_audio is not None:
            position = (begin + int(audible[0]) * self._frame) / self.sample_rate
            # A player starts on the first chunk, and cannot play what has not arrived.
            self.first_audible = max(self.first_audio + position, self.elapsed)

    def summary(self) -> str:
        return (
            f"first audio {_ms(self.first_audio)}, first audible sample {_ms(self.first_audible)}, "
            f"{self.seconds:.2f} s of speech in {self.elapsed:.2f} s "
            f"(real-time factor {self.real_time_factor:.3f})"
        )


def _ms(seconds: float | None) -> str:
    return "never" if seconds is None else f"{1000 * seconds:.1f} ms"
