"""Making a voice from a clip: decode it, look for the nearest style, and hear what the server makes of it.

The clip is read and heard on other threads; the sentences are spoken by the engine, like anybody's. One clip is
worked on at a time, and few may wait.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import numpy as np
import soundfile
from larksong.model.cloning import MOST_S, BadClip, Cloner, Guess, Heard, Search

from ..engine.engine import Engine
from ..engine.outbox import Audio
from ..engine.settings import Settings
from ..errors import SpeechError
from .whole import speak

WAITING = 4  # clips that may wait for the one in work
RETRY_S = 5.0
ROUNDS = 3  # sentences spoken for a clip
RATES = (8000, 96_000)  # of a clip, in Hz
CHANNELS = 2
LOUDEST = 8.0  # full scale is 1; files of floats may hold anything
#: From a fable that phoneticians read in every language: most sounds of English in six seconds.
SENTENCE = (
    "The north wind and the sun were arguing about which of them was the stronger, "
    "when a traveller came along wrapped in a warm cloak."
)


class Queue:
    """Lets one in at a time, and refuses when too many wait."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._inside = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for one's turn; raises SpeechError."""
        if self._inside > WAITING:
            raise SpeechError("concurrency_limited", "Other clips are being cloned.", RETRY_S)
        self._inside += 1
        try:
            async with self._lock:
                yield
        finally:
            self._inside -= 1


def decode(clip: bytes) -> tuple[np.ndarray, int]:
    """Mono float32 samples of an audio file, and their rate; raises BadClip. Reads no more than it may have."""
    try:
        with soundfile.SoundFile(io.BytesIO(clip)) as file:
            rate = file.samplerate
            if not RATES[0] <= rate <= RATES[1] or file.channels > CHANNELS:
                raise BadClip(f"a clip has {RATES[0]} to {RATES[1]} Hz and at most {CHANNELS} channels")
            limit = int(2 * MOST_S * rate)
            sound = file.read(limit + 1, dtype="float32", always_2d=True).mean(axis=1)
    except soundfile.LibsndfileError as reason:
        raise BadClip(f"the clip is not audio that can be read ({reason.error_string.rstrip('.')})") from None
    if len(sound) > limit:
        raise BadClip(f"the clip is longer than {2 * MOST_S:g} s")
    return np.clip(np.nan_to_num(sound, posinf=0.0, neginf=0.0), -LOUDEST, LOUDEST), rate


def hear(cloner: Cloner, clip: bytes) -> Heard:
    """The speaker of an audio file; raises BadClip."""
    heard = cloner.hear(*decode(clip))
    heard.check()
    return heard


async def find(engine: Engine, settings: Settings, search: Search, first: Guess) -> Guess:
    """The best of a few guesses, of which `first` is the first, each spoken by this server with `settings`."""
    guess = first
    for left in reversed(range(ROUNDS)):
        sound = await _spoken(engine, replace(settings, voice=replace(settings.voice, style=guess.style)))
        await asyncio.to_thread(search.tried, guess, sound, engine.sample_rate)
        if left:
            guess = await asyncio.to_thread(search.next)
    assert search.best is not None
    return search.best


async def _spoken(engine: Engine, settings: Settings) -> np.ndarray:
    events = speak(engine, settings, SENTENCE)
    return np.concatenate([event.samples async for event in events if isinstance(event, Audio)])
