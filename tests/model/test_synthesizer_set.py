"""Two sets of weights behind one synthesizer: each stream on its own set, faults leave all streams as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from larksong.model.stream import Stream
from larksong.model.synthesizer import Synthesizer
from larksong.model.synthesizer_set import SynthesizerSet
from larksong.model.text import front_end
from larksong.model.voice import Voice, VoiceCatalogue

TINY = Path(__file__).parent.parent / "fixtures" / "tiny_voice"


class Scaled(Synthesizer):
    """A set of weights that can be told from the other: a tenth as loud."""

    def decode(self, streams, frames):
        audio, states = super().decode(streams, frames)
        return audio * np.float32(0.1), states


@pytest.fixture
def parts() -> tuple[SynthesizerSet, Synthesizer, Scaled, Voice, Voice]:
    plain, scaled = Synthesizer(TINY / "weights"), Scaled(TINY / "weights")
    english = VoiceCatalogue.load(TINY / "voices").get("af_heart")
    return SynthesizerSet({"es": scaled}, plain), plain, scaled, english, replace(english, slug="ef", language="es")


def sound(synthesizer: Synthesizer | SynthesizerSet, streams: list[Stream]) -> list[np.ndarray]:
    """Some text for each, said to the end in one batch."""
    words = front_end("en").words("One two three.")
    planned = synthesizer.add([(stream, words) for stream in streams])
    assert [len(timings) for timings in planned] == [3] * len(streams)
    for stream in streams:
        synthesizer.finish(stream)
    out: list[list[np.ndarray]] = [[] for _ in streams]
    while not streams[0].finished:
        for chunks, chunk in zip(out, synthesizer.step(streams, min(8, streams[0].ready)), strict=True):
            chunks.append(chunk)
    return [np.concatenate(chunks) for chunks in out]


def test_each_stream_is_spoken_by_the_set_that_knows_its_language(parts) -> None:
    both, plain, scaled, english, spanish = parts
    mixed = sound(both, [both.open(spanish), both.open(english), both.open(spanish)])
    assert np.allclose(mixed[0], sound(scaled, [scaled.open(spanish)])[0], atol=1e-5)
    assert np.allclose(mixed[1], sound(plain, [plain.open(english)])[0], atol=1e-5)
    assert np.array_equal(mixed[0], mixed[2])
    assert np.abs(mixed[0]).max() < 0.5 * np.abs(mixed[1]).max()


def test_a_fault_in_one_set_changes_no_stream_of_the_other(parts, monkeypatch) -> None:
    both, _, scaled, english, spanish = parts
    streams = [both.open(english), both.open(spanish)]
    both.add([(stream, front_end("en").words("One two three.")) for stream in streams])

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    before = [(stream.ready, stream.samples, stream.planned) for stream in streams]
    monkeypatch.setattr(scaled.backend, "decode", broken)
    monkeypatch.setattr(scaled.backend, "read", broken)
    with pytest.raises(RuntimeError):
        both.step(streams, 4)
    with pytest.raises(RuntimeError):
        both.add([(stream, front_end("en").words("Four.")) for stream in streams])
    assert before == [(stream.ready, stream.samples, stream.planned) for stream in streams]
