"""Four encodings at six rates, streamed, against the libraries' one-shot answers."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile
import soxr
from larksong.server.audio.formats import ENCODINGS, FRAME_BYTES, RATES, AudioFormat, Encoder, split

SOURCE = 24000
SOUND = (0.4 * np.sin(np.arange(SOURCE) * 2 * np.pi * 440 / SOURCE)).astype(np.float32)


def encode(samples: np.ndarray, target: AudioFormat, piece: int) -> bytes:
    encoder = Encoder(target, SOURCE)
    parts = [encoder.encode(samples[at : at + piece]) for at in range(0, len(samples), piece)]
    return b"".join([*parts, encoder.finish()])


def decode(data: bytes, encoding: str) -> np.ndarray:
    if encoding == "pcm_f32le":
        return np.frombuffer(data, "<f4")
    subtype = {"pcm_s16le": "PCM_16", "pcm_mulaw": "ULAW", "pcm_alaw": "ALAW"}[encoding]
    file = io.BytesIO(data)
    sound, _ = soundfile.read(file, samplerate=8000, channels=1, format="RAW", subtype=subtype, dtype="float32")
    return sound


# §14.28
@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_stream_equals_the_whole(encoding: str, rate: int) -> None:
    target = AudioFormat(encoding, rate)
    heard = decode(encode(SOUND, target, 1337), encoding)
    expected = SOUND if rate == SOURCE else soxr.resample(SOUND, SOURCE, rate, quality="HQ")
    assert abs(len(heard) - rate) <= 1
    coarse = {"pcm_f32le": 1e-6, "pcm_s16le": 2e-4, "pcm_mulaw": 0.02, "pcm_alaw": 0.02}[encoding]
    count = min(len(heard), len(expected))
    assert np.abs(heard[:count] - expected[:count]).max() < coarse


# §14.28
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_pieces_of_any_size_give_the_same_bytes(encoding: str) -> None:
    target = AudioFormat(encoding, SOURCE)
    assert encode(SOUND, target, 600) == encode(SOUND, target, SOURCE)


def test_too_loud_is_clipped_and_not_wrapped() -> None:
    loud = np.array([2.0, -2.0], np.float32)
    assert decode(encode(loud, AudioFormat("pcm_s16le", SOURCE), 2), "pcm_s16le") == pytest.approx([1, -1], abs=1e-4)


@pytest.mark.parametrize(("rate", "frames"), [(8000, 4), (16000, 2), (22050, 2), (44100, 2), (48000, 2)])
def test_the_stated_latency_covers_what_the_resampler_holds_back(rate: int, frames: int) -> None:
    target = AudioFormat("pcm_s16le", rate)
    encoder = Encoder(target, SOURCE)
    sound = 0
    for count in range(1, 41):
        sound += len(encoder.encode(SOUND[:600])) // 2
        if count >= frames:
            assert count * 0.025 - sound / rate <= target.latency_s(SOURCE)
            assert sound


# §14.31
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_frames_hold_whole_samples(encoding: str) -> None:
    assert FRAME_BYTES % ENCODINGS[encoding] == 0
    data = bytes(range(256)) * 700
    assert b"".join(split(data)) == data
    assert max(map(len, split(data))) <= FRAME_BYTES
