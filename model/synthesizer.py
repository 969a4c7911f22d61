"""Streams of speech: text goes in word by word, sound comes out frame by frame.

The engine of the server and the ``say`` command both drive this one class; neither knows of states or graphs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from .edges import fade_in, limit
from .onnx_backend import FrameInputs, Gains, Manner, OnnxBackend, TokenFeatures
from .plan import Passage, Plan
from .saving import load_stream, save_stream
from .state import Array, StreamState
from .stream import Controls, Stream
from .text import BOUNDARY, Word, encode
from .timing import WordTiming, time_words
from .vocoder import Vocoder
from .voice import Voice

VOICES_KEPT = 256  # whose Manner is remembered, of some 40 KB each
LEAD = 1  # frames of the teacher's silence before the first sound that are left out
SPACE = " "

#: Tokens of each word of a segment, where each begins among all, what the text model says of them, its state after.
Reading = tuple[list[list[int]], list[int], TokenFeatures, StreamState]
#: Samples of each stream, [B, samples], and the state of each after them.
Decoded = tuple[Array, list[StreamState]]


class Synthesizer:
    """The model, ready to speak. One thread at a time."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        self.backend = OnnxBackend(weights, threads)
        self.config = self.backend.config
        self.vocoder = Vocoder(self.config)
        self._kept_manner = lru_cache(VOICES_KEPT)(self._manner_of)
        self.sample_rate, self.frame_samples = self.config.sample_rate, self.config.frame

    def open(self, voice: Voice, controls: Controls | None = None, seed: int = 0) -> Stream:
        """A new stream; ``seed`` chooses its noise."""
        cfg = self.config
        return Stream(
            voice=voice,
            manner=self._manner(voice),
            controls=controls or Controls(),
            plan=Plan(cfg.phone, cfg.text),
            state=StreamState.zeros(cfg, 1, seed),
            due=(cfg.look_ahead + LEAD) * cfg.frame + cfg.edge,
        )

    def set_controls(self, stream: Stream, controls: Controls) -> None:
        """Change how the text that is added from now on is said."""
        stream.controls = controls

    def add(self, items: Sequence[tuple[Stream, Sequence[Word]]]) -> list[list[WordTiming]]:
        """Plan one segment of text for each stream; prosody goes on from what came before."""
        return self.plan(items, self.read(items))

    def read(self, items: Sequence[tuple[Stream, Sequence[Word]]]) -> list[Reading | None]:
        """What the text model says of each segment. No stream is changed yet, so that a fault leaves all as is."""
        return [self._read(stream, words) for stream, words in items]

    def plan(
        self, items: Sequence[tuple[Stream, Sequence[Word]]], readings: Sequence[Reading | None]
    ) -> list[list[WordTiming]]:
        """Take over what ``read`` made."""
        pairs = zip(items, readings, strict=True)
        return [self._plan(stream, words, *r) if r else [] for (stream, words), r in pairs]

    def _read(self, stream: Stream, words: Sequence[Word]) -> Reading | None:
        """Tokens of each word, where each begins, and what the text model says of them; None for no speech."""
        spelled = [encode(w.phonemes) for w in words]
        if not any(spelled):
            return None
        ids: list[int] = [] if stream.begun else [BOUNDARY]
        first = []
        for i, word in enumerate(spelled):
            if i or stream.begun:
                ids += encode(SPACE)
            first.append(len(ids))
            ids += word
        said, state = self.backend.read(np.array([ids], np.int64), stream.manner.reading, stream.state)
        return spelled, first, said, state

    def _plan(
        self, stream: Stream, words: Sequence[Word], spelled: list[list[int]], first: list[int],
        said: TokenFeatures, state: StreamState,
    ) -> list[WordTiming]:  # fmt: skip
        frames = np.maximum(np.rint(said.frames[0] / stream.controls.speed), 1).astype(np.int64)
        if not stream.begun:
            frames[0] = LEAD + 1
        stream.state, stream.begun = state, True
        stream.plan.append(
            Passage(said.phones[0], said.tokens[0], frames, stream.melody, stream.controls.volume)
        )
        frame_s = self.config.frame / self.sample_rate
        start = (stream.planned - LEAD) * frame_s
        stream.planned += int(frames.sum())
        return time_words(words, spelled, first, frames, start, frame_s)

    def pause(self, stream: Stream, seconds: float) -> None:
        """Plan silence."""
        frames = round(seconds * self.sample_rate / self.config.frame)
        if frames > 0:
            self._silence(stream, frames)
            stream.planned += frames

    def finish(self, stream: Stream) -> None:
        """No more text will come: what the look-ahead holds back is spoken too."""
        if not stream.closed:
            stream.closed = True
            if stream.planned:
                self._silence(stream, self.config.look_ahead + 1)

    @staticmethod
    def _silence(stream: Stream, frames: int) -> None:
        stream.plan.silence(frames, stream.melody, stream.controls.volume)

    def step(self, streams: Sequence[Stream], frames: int) -> list[Array]:
        """Advance all by ``frames`` frames as one batch -> float32 samples of each.

        A stream's sound comes ``look_ahead`` frames behind its text, so its first chunk is shorter, or empty.
        A stream with fewer frames left than ``frames`` must be finished; its last chunk is shorter.
        """
        return self.advance(streams, self.decode(streams, frames), frames)

    def decode(self, streams: Sequence[Stream], frames: int) -> Decoded:
        """The sound of a step and the states after it. No stream is changed yet, so that a fault leaves all as is."""
        planned = [s.plan.look(frames) for s in streams]
        phones, tokens, place, known = (np.stack(c) for c in zip(*planned, strict=True))
        prosody = np.concatenate([s.manner.prosody for s in streams])
        acoustic = np.concatenate([s.manner.acoustic for s in streams])
        melody = np.stack([s.plan.passages[0].melody if s.plan.passages else s.melody for s in streams])
        before = [s.state for s in streams]
        state = StreamState.cat(before)
        inputs = FrameInputs(phones, tokens, place, known, prosody, acoustic, melody)
        gains, state = self.backend.decode(inputs, state)
        audio, state = self.vocoder.step(self._hush(gains, state, frames), state)
        state = replace(state, frame=state.frame + frames)
        return audio, state.split(before)

    def advance(self, streams: Sequence[Stream], decoded: Decoded, frames: int) -> list[Array]:
        """Take over what ``decode`` made; the samples of each stream."""
        out = []
        for stream, row, one in zip(streams, *decoded, strict=True):
            count = min(stream.plan.ready, frames)
            how = stream.plan.passages[0] if stream.plan.passages else stream.controls
            stream.plan.advance(count)
            stream.state = one
            row = row[: count * self.config.frame]
            drop = min(stream.due, len(row))
            stream.due -= drop
            volume = np.float32(how.volume)
            heard = row[drop:] * volume if volume != 1 else row[drop:]
            out.append(limit(fade_in(heard, stream.samples)))
            stream.samples += len(row) - drop
        return out

    def _hush(self, gains: Gains, state: StreamState, frames: int) -> Gains:
        """The first ``look_ahead`` frames out of a new stream lie before its beginning: they make no sound."""
        out = state.frame[:, None] + np.arange(frames) >= self.config.look_ahead
        if out.all():
            return gains
        hops = np.repeat(out, self.config.hops, 1).astype(np.float32)
        return gains._replace(
            harmonic=gains.harmonic * hops[..., None, None], noise=gains.noise * hops[..., None]
        )

    def save(self, stream: Stream) -> bytes:
        """A live stream as bytes; ``load`` goes on sample by sample where it stood."""
        return save_stream(stream)

    def load(self, data: bytes) -> Stream:
        """Raises ValueError for bytes that are damaged or of another model."""
        return load_stream(data, self.config, self._manner)

    def _manner(self, voice: Voice) -> Manner:
        """Worked out once for each of the voices in use."""
        return self._kept_manner(voice.style.tobytes())

    def _manner_of(self, style: bytes) -> Manner:
        return self.backend.manner(np.frombuffer(style, np.float32)[None])
