"""`larksong say`: speak a text over a running server or, with none, in this process."""

from __future__ import annotations

import codecs
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from .measure import Measurement
from .python import Chunk, Failed, Larksong, LarksongError
from .sinks import open_sink

DEFAULT_URL = "ws://127.0.0.1:8765"
SAMPLE_RATE = 24000
Audio = Iterator[NDArray[np.float32]]


@click.command()
@click.argument("text")
@click.option("--voice", default="af_heart", show_default=True, help="Name or UUID.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="WAV file to write.")
@click.option("--url", help=f"Server to use; without it {DEFAULT_URL} if it answers, else this process.")
@click.option("--api-key", envvar="LARKSONG_API_KEY", help="Also read from LARKSONG_API_KEY.")
@click.option("--language", help="Code or locale, e.g. en-GB; by default the voice's own.")
@click.option("--speed", type=click.FloatRange(0.6, 1.5), default=1.0, show_default=True)
@click.option("--volume", type=click.FloatRange(0.5, 2.0), default=1.0, show_default=True)
@click.option("--emotion", help="By name, e.g. calm; only over a server.")
def say(
    text: str,
    voice: str,
    out: Path | None,
    url: str | None,
    api_key: str | None,
    language: str | None,
    speed: float,
    volume: float,
    emotion: str | None,
) -> None:
    """Speak TEXT, and tell how long it took. "-" reads the text from standard input while it arrives."""
    pieces: Iterable[str] = _standard_input() if text == "-" else [text]
    try:
        with Larksong(url or DEFAULT_URL, api_key) as client:
            context = client.context(
                voice=voice,
                language=language,
                encoding="pcm_f32le",
                sample_rate=SAMPLE_RATE,
                speed=speed,
                volume=volume,
                emotion=emotion,
            )
            started = time.perf_counter()
            context.feed(pieces)
            _deliver(_decoded(context), started, out, f"{voice} over {url or DEFAULT_URL}")
            return
    except LarksongError as fault:
        if url is not None or fault.code != "unreachable":
            raise click.ClickException(str(fault)) from fault
    if emotion:
        raise click.ClickException("--emotion needs a running server")

    from . import local  # loads the model, which is seconds and not needed over a server

    try:
        speaker = local.load(voice, language, speed, volume)
    except (LookupError, ValueError, RuntimeError, OSError) as fault:  # unknown voice, unusable weights
        raise click.ClickException(f"{type(fault).__name__}: {fault}") from fault
    started = time.perf_counter()
    _deliver(speaker.speak("".join(pieces)), started, out, f"{voice} in this process")


def _standard_input() -> Iterator[str]:
    """Text as it arrives, without waiting for the end of a line."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while data := sys.stdin.buffer.read1(4096):  # type: ignore[union-attr]
        yield decoder.decode(data)


def _decoded(events: Iterable[object]) -> Audio:
    for event in events:
        if isinstance(event, Failed):
            raise event.error()
        if isinstance(event, Chunk):
            yield np.frombuffer(event.audio, "<f4")


def _deliver(audio: Audio, started: float, out: Path | None, source: str) -> None:
    measurement = Measurement(SAMPLE_RATE, started)
    sink = None
    try:
        for samples in audio:
            measurement.add(samples, time.perf_counter())
            sink = sink or open_sink(out, SAMPLE_RATE)
            sink.write(samples)
    finally:
        fate = sink.close() if sink else "nothing to hear in this text"
    click.echo(f"{source}: {fate}")
    click.echo(measurement.summary())
