"""Speak the answer of a language model while it is still being written.

    python llm_streaming.py "your question" [--url ws://127.0.0.1:8765] [--out answer.wav]

The model here is a stand-in that writes 30 tokens per second. With a real one, replace `answer` by its
stream of text: anything that yields strings will do.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
import wave
from collections.abc import AsyncIterator

from larksong.clients.python import AsyncLarksong, Chunk, Failed, LarksongError, Timestamps

SAMPLE_RATE = 24000
REPLY = (
    "You asked: {question} A lark sings while it climbs, so the song is heard long before it is finished. "
    "This voice does the same with the words of a language model."
)


async def answer(question: str) -> AsyncIterator[str]:
    for token in re.findall(r"\s*\S{1,5}", REPLY.format(question=question)):
        await asyncio.sleep(1 / 30)
        yield token


async def speak(question: str, url: str, out: str) -> None:
    first_audio = None
    started = time.perf_counter()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        async with AsyncLarksong(url) as client, client.context(timestamps=True) as context:
            context.feed(answer(question))
            async for event in context:
                if isinstance(event, Chunk):
                    first_audio = first_audio or time.perf_counter() - started
                    file.writeframes(event.audio)
                elif isinstance(event, Timestamps):
                    print(*event.labels, end=" ", flush=True)
                elif isinstance(event, Failed):
                    raise event.error()
        seconds = file.getnframes() / SAMPLE_RATE
    print(f"\n{seconds:.1f} s of speech in {out}; first audio after {1000 * (first_audio or 0):.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("question", nargs="?", default="Why does a lark sing in flight?")
    parser.add_argument("--url", default="ws://127.0.0.1:8765")
    parser.add_argument("--out", default="answer.wav")
    arguments = parser.parse_args()
    try:
        asyncio.run(speak(arguments.question, arguments.url, arguments.out))
    except LarksongError as fault:
        raise SystemExit(str(fault)) from None
