"""What sound costs: microseconds for 12.5 ms of one stream on one core, by chunk size and by batch.

    python scripts/bench_decoder.py --picture docs/pictures/decoder.png

Processor time of the one thread. A step is split into the frame graph, the vocoder, and the rest (laying out
frames, joining and splitting states).
The text side is measured by sentence: front end and text graph. Then a whole text as fast as possible, the size
of a stream, and a served process: start to ready, idle memory. Ends in one JSON line on standard output.
"""

from __future__ import annotations

import itertools
import statistics
import time
from pathlib import Path
from typing import Any

import click
import psutil
from benching.local import MAX_FRAMES, Model, Stopwatch
from benching.picture import lines
from benching.report import finish, say
from benching.server import Server
from benching.texts import fresh_sentences, sentences

CHUNKS = (1, 2, 4, 8, 16)  # frames of 25 ms
BATCHES = (1, 2, 4, 8, 16, 32, 64)
LENGTHS = (12, 25, 38)  # words of a sentence, two more or less
WARM = 3  # first steps of each shape, not counted
UNIT_S = 0.0125
STARTED = 50  # streams whose memory is measured


def step_cost(model: Model, text: str, batch: int, frames: int, budget_s: float) -> dict[str, Any]:
    """Medians of one step, for one stream of the batch and 12.5 ms of its sound."""
    synthesizer = model.synthesizer
    streams = [model.open(text, 4 * frames) for _ in range(batch)]
    clocks = {
        "frame_graph": Stopwatch(synthesizer.backend, "decode"),
        "vocoder": Stopwatch(synthesizer.vocoder, "step"),
        "whole": Stopwatch(synthesizer, "step"),
    }
    words, deadline = model.front_end.words(text), time.perf_counter() + budget_s
    while len(clocks["whole"].seconds) < 3 * WARM or time.perf_counter() < deadline:
        for stream in streams:
            if stream.ready < frames:
                synthesizer.add([(stream, words)])
        synthesizer.step(streams, frames)
    for clock in clocks.values():
        clock.remove()
    units = batch * frames * (synthesizer.frame_samples / synthesizer.sample_rate) / UNIT_S
    cost = {name: clock.median_us(WARM) / units for name, clock in clocks.items()}
    cost["rest"] = cost["whole"] - cost["frame_graph"] - cost["vocoder"]
    return {
        "batch": batch,
        "frames": frames,
        "steps": len(clocks["whole"].seconds),
        "step_cpu_ms": round(cost["whole"] * units / 1000, 3),
        "us_per_12.5ms": {name: round(us, 1) for name, us in cost.items()},
        "streams_per_core": round(1e6 * UNIT_S / cost["whole"], 1),
    }


def text_cost(model: Model, texts: list[str]) -> dict[str, Any]:
    """Front end and text graph for sentences of about one length, none of them met before: medians."""
    read, signs, graph = [], [], Stopwatch(model.synthesizer.backend, "read")
    frames = 0
    for text in texts:
        began = time.thread_time()
        words = model.front_end.words(text)
        read.append(time.thread_time() - began)
        signs.append(sum(len(word.phonemes) + 1 for word in words))
        stream = model.synthesizer.open(model.voice)
        model.synthesizer.add([(stream, words)])
        frames += stream.planned
    graph.remove()
    units = frames * (model.synthesizer.frame_samples / model.synthesizer.sample_rate) / UNIT_S
    return {
        "sentences": len(texts),
        "words": statistics.median(len(text.split()) for text in texts),
        "signs": statistics.median(signs),
        "front_end_ms": round(1000 * statistics.median(read), 3),
        "text_graph_ms": round(graph.median_us(0) / 1000, 3),
        "text_us_per_12.5ms": round(1e6 * (sum(read) + sum(graph.seconds)) / units, 1),
    }


def whole_text(model: Model, texts: list[str], seconds: float) -> dict[str, Any]:
    """Everything that a file needs, as fast as it goes."""
    spoken, began, cpu = 0, time.perf_counter(), time.process_time()
    for sound in model.speak(itertools.cycle(texts)):
        spoken += len(sound)
        if spoken >= seconds * model.synthesizer.sample_rate:
            break
    made = spoken / model.synthesizer.sample_rate
    return {
        "speech_s": round(made, 1),
        "times_real_time": round(made / (time.perf_counter() - began), 1),
        "times_real_time_of_cpu": round(made / (time.process_time() - cpu), 1),
    }


def stream_size(model: Model, text: str) -> dict[str, Any]:
    """Bytes of one stream in mid-speech."""
    process = psutil.Process()
    before, kept = process.memory_info().rss, [model.open(text) for _ in range(STARTED)]
    for stream in kept:
        model.synthesizer.step([stream], MAX_FRAMES)
    grown = (process.memory_info().rss - before) / STARTED
    planned = sum(p.phones.nbytes + p.tokens.nbytes + p.frames.nbytes for p in kept[0].plan.passages)
    return {
        "state_bytes": kept[0].state.nbytes,
        "planned_text_bytes": planned,
        "saved_bytes": len(model.synthesizer.save(kept[0])),
        "resident_bytes": round(grown),
    }


def served(starts: int, weights: Path | None) -> dict[str, Any]:
    """A server's start and its idle memory."""
    ready, memory = [], 0.0
    for _ in range(starts):
        with Server(weights=weights) as server:
            ready.append(server.ready_s)
            time.sleep(1)
            memory = server.rss_mb()
    return {"start_to_ready_s": round(statistics.median(ready), 2), "idle_rss_mb": round(memory, 1)}


@click.command(help=__doc__)
@click.option("--voice", default="af_heart", show_default=True)
@click.option("--seconds", default=1.5, show_default=True, help="Spent on each shape.")
@click.option("--picture", type=click.Path(path_type=Path), help="Draw cost against batch.")
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Other than the installed.")
@click.option("--quick", is_flag=True, help="A fraction of everything: a try, no measurement.")
def main(voice: str, seconds: float, picture: Path | None, weights: Path | None, quick: bool) -> None:
    model, texts = Model.load(voice, weights), sentences()
    size = stream_size(model, texts[-1])
    chunks, batches = ((1, 4, 16), (1, 4, 16)) if quick else (CHUNKS, BATCHES)
    steps = []
    for batch, frames in itertools.product(batches, chunks):
        steps.append(step_cost(model, texts[4], batch, frames, 0.1 if quick else seconds))
        say(f"{batch} streams x {frames} frames: {steps[-1]['us_per_12.5ms']}")
    fresh = fresh_sentences(60 if quick else 600, seed=3)
    text = [text_cost(model, [t for t in fresh if abs(len(t.split()) - words) <= 2]) for words in LENGTHS]
    whole = whole_text(model, texts, 10.0 if quick else 300.0)
    if picture:
        curves = {
            f"{frames} frames a step": (
                [step["batch"] for step in steps if step["frames"] == frames],
                [step["us_per_12.5ms"]["whole"] for step in steps if step["frames"] == frames],
            )
            for frames in chunks
        }
        axes = "streams in the batch", "µs per 12.5 ms and stream"
        lines(picture, "Cost of sound on one core", *axes, curves, log=True)
    report = {"voice": voice, "quick": quick, "threads": 1, "steps": steps, "text": text, "whole_text": whole}
    finish("decoder", {**report, "stream": size, "server": served(1 if quick else 5, weights)})


if __name__ == "__main__":
    main()
