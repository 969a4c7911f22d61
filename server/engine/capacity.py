"""How many real-time streams this machine holds: speak in a batch for a moment and measure."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from .scheduler import chunk_sizes

if TYPE_CHECKING:
    from ..config import EngineLimits
    from .backend import Backend

SAMPLE = "The quick brown fox jumps over the lazy dog, and then it goes home to sleep."
HEADROOM = 0.5  # share of the measured speed that is promised
MEASURE_S = 0.3
MOST = 1000


def warm_up(backend: Backend, limits: EngineLimits) -> None:
    """Run every chunk size that a first caller would meet, in each language, so that nobody pays for the first time."""
    synthesizer = backend.synthesizer
    first = {voice.language: voice for voice in reversed([*backend.voices])}
    for voice in {**first, backend.voices.default.language: backend.voices.default}.values():
        words = backend.front_end(voice.language).words(SAMPLE)
        stream = synthesizer.open(voice)
        synthesizer.add([(stream, words)])
        for frames in chunk_sizes(limits):
            synthesizer.step([stream], min(frames, stream.ready))


def measure(backend: Backend, limits: EngineLimits) -> int:
    """Streams that can be promised, at least one: text and sound together, in the batches the engine uses."""
    synthesizer = backend.synthesizer
    voice = backend.voices.default
    words = backend.front_end(voice.language).words(SAMPLE)
    frames = limits.max_frames
    width = max(1, limits.tick_frames // frames)
    spoken = 0
    started = time.thread_time()  # of the processor: what else runs at start is not the model's doing
    while (took := time.thread_time() - started) < MEASURE_S:
        streams = [synthesizer.open(voice) for _ in range(width)]
        synthesizer.add([(stream, words) for stream in streams])
        while all(stream.ready >= frames for stream in streams):
            spoken += sum(len(sound) for sound in synthesizer.step(streams, frames))
    return max(1, min(MOST, int(HEADROOM * spoken / synthesizer.sample_rate / took)))
