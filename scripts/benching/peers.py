"""Other systems as their users run them, and the same text for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from scoring.audio import Audio
from scoring.systems import LarksongHere, LarksongServer, Piper, Speech, System, Teacher, collect, cut

from .server import Server

#: What is compared. "-clause": cut after punctuation, so that sound can start before the sentence is done.
NAMES = ("larksong", "larksong-served", "piper", "piper-clause", "kokoro-clause", "kokoro")


class ByClause:
    """A system that makes whole utterances, given one clause at a time."""

    def __init__(self, system: System, name: str) -> None:
        self.name, self._system = name, system

    def speak(self, text: str, voice: str) -> Speech:
        """The clauses' sound, joined; its first audio is the first clause's."""
        rate = 0

        def sounds() -> Iterator[Audio]:
            nonlocal rate
            for clause in cut(text, "clause"):
                said = self._system.speak(clause.strip(), voice)
                rate = said.rate
                yield said.audio

        said = collect(sounds(), 1)
        return Speech(said.audio, rate, said.first_audio_s, said.elapsed_s)


class Named:
    """A system under another name."""

    def __init__(self, system: System, name: str) -> None:
        self.name, self.speak = name, system.speak


def open_systems(
    names: tuple[str, ...], server: Server, packs: Callable[[], Path], weights: Path | None
) -> list[System]:
    """Load systems; those that share a model share it. `packs` finds the teacher's voices, `weights` are Larksong's."""
    loaded: dict[str, System] = {}

    def once(key: str, make: Callable[[], System]) -> System:
        if key not in loaded:
            loaded[key] = make()
        return loaded[key]

    made: list[System] = []
    for name in names:
        base = name.removesuffix("-clause")
        if name == "larksong":
            made.append(LarksongHere.load(weights))
        elif name == "larksong-served":
            made.append(Named(LarksongServer(f"ws://127.0.0.1:{server.port}"), name))
        else:
            system = once(base, Piper if base == "piper" else lambda: Teacher(packs()))
            made.append(ByClause(system, name) if name != base else Named(system, name))
    return made
