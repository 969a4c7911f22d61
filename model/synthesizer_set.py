"""Several sets of weights behind the interface of one synthesizer: a stream runs on the set that knows its language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .state import Array
from .stream import Controls, Stream
from .synthesizer import Synthesizer
from .text import Word
from .timing import WordTiming
from .voice import Voice


class SynthesizerSet:
    """One synthesizer for each group of languages. One thread at a time.

    Streams of different sets do not share a batch. A fault in one set leaves the streams of all sets as they were.
    """

    def __init__(self, by_language: Mapping[str, Synthesizer], other: Synthesizer) -> None:
        """`by_language`: ISO code of a voice's language -> its synthesizer; `other` is for all that are not there."""
        self._by_language, self._other = dict(by_language), other
        self.sample_rate, self.frame_samples = other.sample_rate, other.frame_samples

    def _of(self, voice: Voice) -> Synthesizer:
        return self._by_language.get(voice.language, self._other)

    def _groups(self, streams: Sequence[Stream]) -> list[tuple[Synthesizer, list[int]]]:
        """Places of the streams of each synthesizer."""
        groups: dict[int, tuple[Synthesizer, list[int]]] = {}
        for place, stream in enumerate(streams):
            synthesizer = self._of(stream.voice)
            groups.setdefault(id(synthesizer), (synthesizer, []))[1].append(place)
        return list(groups.values())

    def open(self, voice: Voice, controls: Controls | None = None, seed: int = 0) -> Stream:
        """A new stream; ``seed`` chooses its noise."""
        return self._of(voice).open(voice, controls, seed)

    def set_controls(self, stream: Stream, controls: Controls) -> None:
        """Change how the text that is added from now on is said."""
        self._of(stream.voice).set_controls(stream, controls)

    def add(self, items: Sequence[tuple[Stream, Sequence[Word]]]) -> list[list[WordTiming]]:
        """Plan one segment of text for each stream."""
        groups = self._groups([stream for stream, _ in items])
        read = [(synthesizer, places, synthesizer.read([items[i] for i in places])) for synthesizer, places in groups]
        planned: dict[int, list[WordTiming]] = {}
        for synthesizer, places, readings in read:
            planned |= zip(places, synthesizer.plan([items[i] for i in places], readings), strict=True)
        return [planned[place] for place in range(len(items))]

    def pause(self, stream: Stream, seconds: float) -> None:
        """Plan silence."""
        self._of(stream.voice).pause(stream, seconds)

    def finish(self, stream: Stream) -> None:
        """No more text will come."""
        self._of(stream.voice).finish(stream)

    def step(self, streams: Sequence[Stream], frames: int) -> list[Array]:
        """Advance all by ``frames`` frames, a batch for each set -> float32 samples of each."""
        groups = self._groups(streams)
        decoded = [(s, places, s.decode([streams[i] for i in places], frames)) for s, places in groups]
        out: dict[int, Array] = {}
        for synthesizer, places, made in decoded:
            out |= zip(places, synthesizer.advance([streams[i] for i in places], made, frames), strict=True)
        return [out[place] for place in range(len(streams))]
