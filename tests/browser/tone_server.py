"""A stand-in server for the page: serves it and the voice list, and hums a tone for every word."""

from __future__ import annotations

import asyncio
import base64
import json
import mimetypes
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from websockets.asyncio.server import Request, Response, ServerConnection, serve
from websockets.datastructures import Headers

PAGE = Path(__file__).parents[2] / "clients" / "browser"
RATE = 24000
WORD_S, CHUNK_S = 0.3, 0.05
VOICES = [
    {"id": "v1", "name": "Ada", "language": "en", "accent": "US", "description": "Warm and close"},
    {"id": "v2", "name": "Bo", "language": "en", "accent": "GB", "description": "Dry and quick"},
]


class ToneServer:
    """What the page sent, and knobs for what it gets."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []  # of the sockets, with their queries
        self.error: dict[str, Any] | None = None  # sent instead of speech
        self.frame: str | None = None  # a literal frame, sent instead of speech
        self.voices_status: int = HTTPStatus.OK
        self.stall_s = 0.0  # once, between the first half of a context's audio and the second

    def wait_for(self, request: dict[str, Any], seconds: float = 10) -> None:
        """Until the page's request has arrived. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while request not in self.requests:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{request} is not among {self.requests}")
            time.sleep(0.01)

    async def handle(self, socket: ServerConnection) -> None:
        speaking: dict[str, asyncio.Task[None]] = {}
        texts: dict[str, str] = {}
        async for frame in socket:
            request = json.loads(frame)
            self.requests.append(request)
            context = request["context_id"]
            if request.get("cancel"):
                speaking.pop(context).cancel()
                continue
            texts[context] = texts.get(context, "") + request["transcript"]
            if not request["continue"]:
                speaking[context] = asyncio.create_task(self.speak(socket, context, texts.pop(context)))

    async def speak(self, socket: ServerConnection, context: str, text: str) -> None:
        async def send(kind: str, **fields: Any) -> None:
            head = {
                "type": kind,
                "context_id": context,
                "done": kind in ("done", "error"),
                "status_code": 206,
            }
            await socket.send(json.dumps(head | fields))

        if self.frame or self.error:
            await (socket.send(self.frame) if self.frame else send("error", **self.error or {}))
            return
        words = text.split()
        times = [index * WORD_S for index in range(len(words) + 1)]
        await send("timestamps", word_timestamps={"words": words, "start": times[:-1], "end": times[1:]})
        audio = hum(len(words))
        for begin in range(0, audio.size, round(CHUNK_S * RATE)):
            if self.stall_s and begin >= audio.size / 2:
                seconds, self.stall_s = self.stall_s, 0
                await asyncio.sleep(seconds)
            data = base64.b64encode(audio[begin : begin + round(CHUNK_S * RATE)].tobytes()).decode()
            await send("chunk", data=data, step_time=1.0)
        await send("done")

    def respond(self, connection: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        if path == "/tts/websocket":
            self.paths.append(request.path)
            return None
        if path == "/voices":
            body = json.dumps({"data": VOICES, "has_more": False}).encode()
            return answer(HTTPStatus(self.voices_status), body, "application/json")
        if path == "/favicon.ico":  # asked for when a test opens something else than the page
            return answer(HTTPStatus.NO_CONTENT, b"", "image/x-icon")
        file = PAGE / (path.removeprefix("/playground/") or "index.html")
        if not file.is_file():
            return answer(HTTPStatus.NOT_FOUND, b"", "text/plain")
        return answer(HTTPStatus.OK, file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/plain")


def hum(words: int) -> np.ndarray:
    """int16 samples: for each word, a falling tone with overtones that fades in and out."""
    time = np.arange(round(WORD_S * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * k * (180 - 90 * time) * time) / k for k in range(1, 16))
    word = 0.25 * np.sin(np.pi * time / WORD_S) * tone
    return np.round(32767 * np.tile(word, words)).astype("<i2")


def answer(status: HTTPStatus, body: bytes, kind: str) -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status.value, status.phrase, headers, body)


@contextmanager
def tone_server() -> Iterator[ToneServer]:
    """Runs on a thread of its own: the browser is driven by blocking calls."""
    tones, ready, closing = ToneServer(), threading.Event(), threading.Event()

    async def run() -> None:
        async with serve(tones.handle, "127.0.0.1", 0, process_request=tones.respond) as server:
            tones.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await asyncio.to_thread(closing.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    ready.wait()
    try:
        yield tones
    finally:
        closing.set()
        thread.join()
