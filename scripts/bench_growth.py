"""Does speech grow dearer as it grows longer? One stream, minute after minute.

    python scripts/bench_growth.py --picture docs/pictures/growth.png

One context is spoken without an end, sentence by sentence, in this process and on one thread. For each minute of
speech: processor time for a second of it, and memory. As the processor's own speed drifts meanwhile, the stream and a
fresh one then speak on in turn, two minutes each. Ends in one JSON line on standard output.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import click
import numpy as np
import psutil
from benching.local import Model
from benching.picture import lines
from benching.report import finish, say
from benching.texts import sentences
from tqdm import tqdm

MARKS_S = (1, 10, 60, 600, 3600)


Speech: TypeAlias = Iterator[np.ndarray]


def grow(speech: Speech, rate: int, minutes: float) -> list[dict[str, Any]]:
    """Speak so long; a record at the first second, at each minute, and at the end."""
    process = psutil.Process()
    marks = sorted({1.0, 10.0, *(60.0 * n for n in range(1, int(minutes) + 1)), 60.0 * minutes})
    records: list[dict[str, Any]] = []
    samples, last_s, last_cpu, last_wall = 0, 0.0, time.process_time(), time.perf_counter()
    with tqdm(total=round(60 * minutes), unit="s", desc="speech") as bar:
        for sound in speech:
            samples += len(sound)
            now_s = samples / rate
            if now_s < marks[len(records)]:
                continue
            cpu, wall = time.process_time(), time.perf_counter()
            records.append(
                {
                    "speech_s": round(now_s, 1),
                    "cpu_ms_per_s": round(1000 * (cpu - last_cpu) / (now_s - last_s), 3),
                    "wall_ms_per_s": round(1000 * (wall - last_wall) / (now_s - last_s), 3),
                    "rss_mb": round(process.memory_info().rss / 1e6, 1),
                }
            )
            bar.update(round(now_s - last_s))
            last_s, last_cpu, last_wall = now_s, cpu, wall
            if len(records) == len(marks):
                break
    return records


def in_turn(old: Speech, fresh: Speech, rate: int, minutes: float) -> float:
    """What a second of the old stream costs, over one of the fresh; so many minutes of each, ten seconds at a time."""
    costs = []
    for _ in range(round(6 * minutes)):
        pair = []
        for speech in (old, fresh):
            samples, begun = 0, time.process_time()
            while samples < 10 * rate:
                samples += len(next(speech))
            pair.append((time.process_time() - begun) / samples)
        costs.append(pair)
    return float(np.divide(*np.sum(costs, axis=0)))


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--minutes", default=60.0, show_default=True, help="Of speech.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw cost against length.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--quick", is_flag=True, help="Two minutes: a try, no measurement.")
def main(voice: str, minutes: float, picture: Path | None, weights: Path | None, quick: bool) -> None:
    minutes = min(minutes, 2.0) if quick else minutes
    model, texts = Model.load(voice, weights), sentences()
    for _ in zip(range(8), model.speak(iter(texts)), strict=False):
        pass  # the first steps of a session are slow, and would be taken for the first second's
    rate, speech = model.synthesizer.sample_rate, model.speak(itertools.cycle(texts))
    records = grow(speech, rate, minutes)
    next(fresh := model.speak(itertools.cycle(texts)))
    turns = round(in_turn(speech, fresh, rate, 0.2 if quick else 2.0), 3)
    full = [record for record in records if record["speech_s"] >= 60]
    first, last = (full or records)[0], records[-1]
    ratio = round(last["cpu_ms_per_s"] / first["cpu_ms_per_s"], 3)
    say(f"a second cost {first['cpu_ms_per_s']} ms at first and {last['cpu_ms_per_s']} ms at last")
    if picture:
        curve = [r["speech_s"] / 60 for r in full], [r["cpu_ms_per_s"] for r in full]
        lines(picture, "Cost of a second of speech", "minutes spoken", "processor ms per second", {"one stream": curve})
    shown = [record for record in records if any(abs(record["speech_s"] - mark) < 1 for mark in MARKS_S)]
    report = {"voice": voice, "quick": quick, "threads": 1, "minutes": minutes}
    report |= {"last_to_first_minute": ratio, "old_to_fresh": turns}
    report["rss_grown_mb"] = round(last["rss_mb"] - first["rss_mb"], 1)
    finish("growth", {**report, "at": shown if last in shown else [*shown, last]})


if __name__ == "__main__":
    main()
