"""A model for tests: every word is a tone whose length and pitch follow from its text, nothing else.

It keeps the rules of the real one: planned frames, sound that comes two frames behind, silence for pauses,
state of constant size. `boom-text` cannot be planned and `boom-sound` cannot be decoded.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from larksong.model.stream import Controls
from larksong.model.text import UnknownLanguage, Word
from larksong.model.text.english.settled import settled
from larksong.model.timing import WordTiming
from larksong.model.voice import Voice, VoiceCatalogue
from larksong.server.config import EngineLimits
from larksong.server.engine.backend import Backend, cloner

RATE = 24000
FRAME = 600
LOOK_AHEAD = 2
STOPS = ",.;:!?…"


class FakeFrontEnd:
    """Words are what stands between spaces; letters are their own phonemes."""

    language = "en"

    def words(self, text: str) -> list[Word]:
        found: list[Word] = []
        at = 0
        for token in text.split():
            at = text.index(token, at)
            letters = "".join(sign for sign in token.lower() if sign.isascii() and sign.isalnum())
            stop = token[-1] if token[-1] in STOPS else ""
            if letters:
                found.append(Word(token, at, at + len(token), letters + stop))
            at += len(token)
        return found

    def settled(self, text: str) -> int:
        return settled(text)


def front_end(locale: str) -> FakeFrontEnd:
    if locale.lower() not in ("en", "en-us", "en-gb"):
        raise UnknownLanguage(locale)
    return FakeFrontEnd()


def voice(slug: str, hertz: float) -> Voice:
    style = np.zeros(256, np.float32)
    style[0] = hertz
    return Voice(slug, slug.title(), "A tone.", "gender_neutral", "en", "US", 180.0, style)


def frames_of(word: str, speed: float = 1.0) -> int:
    """Frames of a word: two for each letter or digit, at least four."""
    return max(1, round(max(4, 2 * sum(sign.isalnum() for sign in word)) / speed))


@dataclass
class FakeStream:
    voice: Voice
    controls: Controls
    plan: deque[float] = field(default_factory=deque)  # hertz of each planned frame, 0 for silence
    delay: deque[float] = field(default_factory=deque)  # the frames that the sound is behind
    phase: float = 0.0
    planned: int = 0
    samples: int = 0
    closed: bool = False
    broken: bool = False

    @property
    def ready(self) -> int:
        return len(self.plan)

    @property
    def finished(self) -> bool:
        return self.closed and not self.plan


class FakeSynthesizer:
    sample_rate = RATE
    frame_samples = FRAME

    def __init__(self) -> None:
        self.steps: list[tuple[int, int]] = []  # (streams, frames) of every step
        self.texts: list[list[str]] = []  # the words of every add, stream by stream

    def open(self, voice: Voice, controls: Controls | None = None, seed: int = 0) -> FakeStream:
        return FakeStream(voice, controls or Controls())

    def set_controls(self, stream: FakeStream, controls: Controls) -> None:
        stream.controls = controls

    def add(self, items: Sequence[tuple[FakeStream, Sequence[Word]]]) -> list[list[WordTiming]]:
        if any("boom-text" in word.text for _, words in items for word in words):
            raise RuntimeError("this text cannot be planned")
        self.texts += [[word.text for word in words] for _, words in items]
        return [[self._plan(stream, word) for word in words] for stream, words in items]

    def _plan(self, stream: FakeStream, word: Word) -> WordTiming:
        stream.broken = stream.broken or "boom-sound" in word.text
        count = frames_of(word.phonemes, stream.controls.speed)
        hertz = float(stream.voice.style[0]) + zlib.crc32(word.text.encode()) % 200
        start = stream.planned * FRAME / RATE
        stream.plan.extend([hertz] * count)
        stream.planned += count
        end = stream.planned * FRAME / RATE
        edges = np.linspace(start, end, len(word.phonemes) + 1)
        phonemes = tuple((sign, float(edges[i]), float(edges[i + 1])) for i, sign in enumerate(word.phonemes))
        return WordTiming(word.text, start, end, phonemes)

    def pause(self, stream: FakeStream, seconds: float) -> None:
        count = round(seconds * RATE / FRAME)
        stream.plan.extend([0.0] * count)
        stream.planned += count

    def finish(self, stream: FakeStream) -> None:
        stream.closed = True
        stream.plan.extend([0.0] * LOOK_AHEAD)

    def step(self, streams: Sequence[FakeStream], frames: int) -> list[np.ndarray]:
        if any(stream.broken for stream in streams):
            raise RuntimeError("this stream cannot be decoded")
        if frames != EngineLimits.first_frames and (frames & (frames - 1) or not frames):
            raise ValueError("frame counts are powers of two, but for the first")
        if any(stream.ready < frames and not stream.closed for stream in streams):
            raise ValueError("not so many frames are ready")
        self.steps.append((len(streams), frames))
        return [self._sound(stream, min(frames, stream.ready)) for stream in streams]

    def _sound(self, stream: FakeStream, count: int) -> np.ndarray:
        sound = [np.zeros(0, np.float32)]
        for _ in range(count):
            stream.delay.append(stream.plan.popleft())
            if len(stream.delay) > LOOK_AHEAD:
                sound.append(self._tone(stream, stream.delay.popleft()))
        out = np.concatenate(sound)
        stream.samples += len(out)
        return out

    def _tone(self, stream: FakeStream, hertz: float) -> np.ndarray:
        turns = stream.phase + np.arange(1, FRAME + 1) * hertz / RATE
        stream.phase = float(turns[-1] % 1.0)
        level = 0.3 * stream.controls.volume if hertz else 0.0
        return (level * np.sin(2 * np.pi * turns)).astype(np.float32)


VOICES = VoiceCatalogue([voice("af_heart", 200.0), voice("am_michael", 120.0)])


def load(voices: Path | None = None, weights: Path | None = None) -> Backend:
    """A backend as `larksong serve --backend tests.server.fake_synthesizer:load` wants it."""
    return Backend(FakeSynthesizer(), VOICES, front_end, cloner)
