"""Audio files, made while they are sent: raw samples, WAV, MP3, Opus, and FLAC in one piece."""

from __future__ import annotations

import io
import struct
from typing import Protocol

import numpy as np
import soundfile

from ..errors import SpeechError
from .formats import ENCODINGS, RATES, AudioFormat, Encoder, OutputFormat

BIT_RATES = (32000, 64000, 96000, 128000, 192000)
UNKNOWN = 0xFFFFFFFF  # the size of what has not been made yet
_WAV_TAGS = {"pcm_s16le": 1, "pcm_f32le": 3, "pcm_alaw": 6, "pcm_mulaw": 7}
_MEDIA = {"MP3": "audio/mpeg", "FLAC": "audio/flac", "OGG": "audio/ogg"}


class Container(Protocol):
    """Turns one stream of float32 samples at the engine's rate into the bytes of one file."""

    media_type: str
    heavy: bool  # compresses, which is too much work for the event loop

    def encode(self, samples: np.ndarray) -> bytes:
        """Bytes that are complete after these samples [n]; may be none yet."""
        ...

    def finish(self) -> bytes:
        """The last bytes; the container is spent afterwards."""
        ...


class Samples:
    """Headerless samples, or with `header` a WAV file whose sizes say that they are not known."""

    heavy = False

    def __init__(self, target: AudioFormat, source_rate: int, header: bool = False) -> None:
        self.media_type = "audio/wav" if header else "audio/pcm"
        self._encoder = Encoder(target, source_rate)
        self._head = wav_header(target) if header else b""

    def encode(self, samples: np.ndarray) -> bytes:
        head, self._head = self._head, b""
        return head + self._encoder.encode(samples)

    def finish(self) -> bytes:
        head, self._head = self._head, b""
        return head + self._encoder.finish()


def wav_header(target: AudioFormat) -> bytes:
    """RIFF header of a file that ends where its bytes end, 46 bytes."""
    size, rate = target.sample_bytes, target.sample_rate
    layout = struct.pack("<HHIIHHH", _WAV_TAGS[target.encoding], 1, rate, rate * size, size, 8 * size, 0)
    head = struct.pack("<4sI4s4sI", b"RIFF", UNKNOWN, b"WAVE", b"fmt ", len(layout))
    return head + layout + struct.pack("<4sI", b"data", UNKNOWN)


class _Sink:
    """A file that can only grow.

    At its end libsndfile goes back to the first bytes to write lengths there. They have been sent by then, so
    that is dropped; decoders take such a file for what it is, a stream.
    """

    def __init__(self) -> None:
        self._new = bytearray()
        self._at = 0
        self._end = 0

    def write(self, data: bytes) -> int:
        size = len(data)
        if self._at == self._end:
            self._new += bytes(data)
            self._end += size
        self._at += size
        return size

    def read(self, count: int = -1) -> bytes:
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._end)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def take(self) -> bytes:
        """What has been written since the last call."""
        new, self._new = self._new, bytearray()
        return bytes(new)


class _WholeFile(io.BytesIO):
    """A file that is given out when it is complete."""

    def take(self) -> bytes:
        """Nothing before the end."""
        return b""


class Compressed:
    """MP3, FLAC or Opus by libsndfile. `level` is its compression level between 0 and 1.

    FLAC keeps its length in its first bytes, and common readers refuse a file that does not tell it, so it is
    the one that leaves only when it is complete.
    """

    heavy = True

    def __init__(self, kind: str, subtype: str, rate: int, source_rate: int, level: float | None = None) -> None:
        self.media_type = _MEDIA[kind]
        self._encoder = Encoder(AudioFormat("pcm_f32le", rate), source_rate)
        self._sink = _WholeFile() if kind == "FLAC" else _Sink()
        steady = {} if level is None else {"compression_level": level, "bitrate_mode": "CONSTANT"}
        self._file = soundfile.SoundFile(self._sink, "w", rate, 1, subtype, format=kind, **steady)

    def encode(self, samples: np.ndarray) -> bytes:
        self._write(self._encoder.encode(samples))
        return self._sink.take()

    def finish(self) -> bytes:
        self._write(self._encoder.finish())
        self._file.close()
        return self._sink.getvalue() if isinstance(self._sink, _WholeFile) else self._sink.take()

    def _write(self, data: bytes) -> None:
        self._file.write(np.clip(np.frombuffer(data, "<f4"), -1.0, 1.0))


def mp3(rate: int, bit_rate: int, source_rate: int) -> Compressed:
    """MP3 of a constant bit rate (bit/s), or of the highest that MPEG has at this sample rate."""
    # libsndfile spreads its levels evenly over the bit rates of the MPEG version that belongs to the rate.
    low, high = (32, 320) if rate >= 32000 else (8, 160) if rate >= 16000 else (8, 64)
    level = (high - min(bit_rate // 1000, high)) / (high - low)
    return Compressed("MP3", "MPEG_LAYER_III", rate, source_rate, min(level, 0.999))  # it refuses a full 1.0


def flac(rate: int, source_rate: int) -> Compressed:
    """FLAC of 16 bits."""
    return Compressed("FLAC", "PCM_16", rate, source_rate)


def opus(source_rate: int) -> Compressed:
    """Opus in Ogg at 48 kHz, its own rate."""
    return Compressed("OGG", "OPUS", 48000, source_rate)


def build(given: OutputFormat | None, source_rate: int) -> Container:
    """The container for `output_format` of a whole file: raw, wav or mp3. Raises SpeechError."""
    if given is None:
        raise SpeechError("invalid_output_format", "output_format is required.")
    kind = given.container or "raw"
    if kind not in ("raw", "wav", "mp3"):
        raise SpeechError("invalid_output_format", "container must be raw, wav or mp3.")
    if given.sample_rate not in RATES:
        rates = ", ".join(map(str, RATES))
        raise SpeechError("invalid_output_format", f"sample_rate must be one of {rates}.")
    if kind == "mp3":
        if given.bit_rate not in BIT_RATES:
            rates = ", ".join(map(str, BIT_RATES))
            raise SpeechError("invalid_output_format", f"bit_rate must be one of {rates}.")
        return mp3(given.sample_rate, given.bit_rate, source_rate)
    if given.encoding not in ENCODINGS:
        raise SpeechError("invalid_output_format", f"encoding must be one of {', '.join(ENCODINGS)}.")
    return Samples(AudioFormat(given.encoding, given.sample_rate), source_rate, header=kind == "wav")
