"""Audio formats of the wire: four encodings at six rates, made from 24 kHz float32 as it arrives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import msgspec
import numpy as np
import soundfile
import soxr

ENCODINGS = {"pcm_f32le": 4, "pcm_s16le": 2, "pcm_mulaw": 1, "pcm_alaw": 1}  # bytes per sample
RATES = (8000, 16000, 22050, 24000, 44100, 48000)

#: Raw bytes in one frame. As base64 with its envelope it stays under 64 KiB; a multiple of every sample size.
FRAME_BYTES = 46 * 1024

#: What the resampler may hold back, in seconds of sound by target rate (measured, rounded up).
_HELD_BACK_S = {8000: 0.08, 16000: 0.045, 22050: 0.045, 44100: 0.045, 48000: 0.045}


class OutputFormat(msgspec.Struct):
    """`output_format`; frames carry `raw` only."""

    container: str | None = None
    encoding: str | None = None
    sample_rate: int | None = None
    bit_rate: int | None = None


@dataclass(frozen=True)
class AudioFormat:
    """Headerless samples: an encoding and a rate in Hz."""

    encoding: str
    sample_rate: int

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return ENCODINGS[self.encoding]

    def latency_s(self, source_rate: int) -> float:
        """Seconds of audio that the encoder may hold back while it streams."""
        return 0.0 if self.sample_rate == source_rate else _HELD_BACK_S[self.sample_rate]


class Encoder:
    """Turns one stream of float32 samples into bytes of one format, piece by piece."""

    def __init__(self, target: AudioFormat, source_rate: int) -> None:
        self.format = target
        self._resampler = (
            None
            if target.sample_rate == source_rate
            else soxr.ResampleStream(source_rate, target.sample_rate, 1, dtype="float32", quality="HQ")
        )

    def encode(self, samples: np.ndarray) -> bytes:
        """Bytes for `samples` (float32, [n], full scale 1.0); may be fewer while the resampler fills."""
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(samples)
        return to_bytes(samples, self.format.encoding)

    def finish(self) -> bytes:
        """Whatever the resampler still holds; the encoder is spent afterwards."""
        if self._resampler is None:
            return b""
        rest = self._resampler.resample_chunk(np.zeros(0, np.float32), last=True)
        return to_bytes(rest, self.format.encoding)


def to_bytes(samples: np.ndarray, encoding: str) -> bytes:
    """Encode float32 samples; louder than full scale is clipped, except in float."""
    if encoding == "pcm_f32le":
        return samples.astype("<f4", copy=False).tobytes()
    scaled = np.rint(np.clip(samples, -1.0, 1.0) * np.float32(32767.0)).astype("<i2")
    if encoding == "pcm_s16le":
        return scaled.tobytes()
    return _companding(encoding)[scaled.view(np.uint16)].tobytes()


@lru_cache
def _companding(encoding: str) -> np.ndarray:
    """All 65,536 answers of libsndfile's encoder, [65536] uint8, indexed by the sample's bits."""
    every = np.arange(1 << 16, dtype=np.uint16).view(np.int16)
    file = io.BytesIO()
    subtype = {"pcm_mulaw": "ULAW", "pcm_alaw": "ALAW"}[encoding]
    soundfile.write(file, every, 8000, format="RAW", subtype=subtype)
    return np.frombuffer(file.getvalue(), np.uint8)


def split(data: bytes, limit: int = FRAME_BYTES) -> Iterator[bytes]:
    """Pieces of at most `limit` bytes; nothing for nothing."""
    for start in range(0, len(data), limit):
        yield data[start : start + limit]
