"""Callers on warm sockets, made to cost little: frames are skimmed, and sound is measured by its length.

`larksong.clients.python` is what people use; here it would decode sound that nobody hears, a hundred times over.
"""

from __future__ import annotations

import asyncio
import itertools
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import msgspec
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from .listening import Onset, Player

RATE = 24_000
SAMPLE_BYTES = 2  # pcm_s16le
API_VERSION = "2026-03-01"
REFUSED = ("concurrency_limited", "overloaded", "shutting_down")
PATIENCE_S = 180.0  # for the end of a turn
_numbers = itertools.count()


class _Frame(msgspec.Struct):
    """What is looked at in a frame; sound stays as it came."""

    type: str
    context_id: str
    data: msgspec.Raw = msgspec.Raw()
    error_code: str = ""


_skim = msgspec.json.Decoder(_Frame).decode


def samples_in(data: bytes) -> int:
    """Samples in a JSON string of base64, quotes included, without decoding it."""
    padding = data[-3:-1].count(b"=")
    return max(0, ((len(data) - 2) // 4 * 3 - padding) // SAMPLE_BYTES)


@dataclass
class Turn:
    """One context, as its listener saw it. Times are of `perf_counter`."""

    text: str
    sent_at: float = 0.0  # the first text was handed to the socket
    player: Player = field(default_factory=lambda: Player(RATE))
    onset: Onset | None = None  # None: nobody listens for it
    audible_received_at: float | None = None  # arrival of the chunk with the first audible frame
    error: str | None = None
    over_at: float = 0.0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def refused(self) -> bool:
        return self.error in REFUSED

    @property
    def first_byte_s(self) -> float | None:
        """From the text to the first chunk."""
        return None if self.player.first_at is None else self.player.first_at - self.sent_at

    @property
    def audible_s(self) -> float | None:
        """From the text to what can be heard: arrival of the first chunk and the silence it begins with."""
        if self.onset is None or self.onset.found_s is None or self.first_byte_s is None:
            return None
        return self.first_byte_s + self.onset.found_s

    @property
    def audible_received_s(self) -> float | None:
        """From the text to the arrival of the first audible sample."""
        return None if self.audible_received_at is None else self.audible_received_at - self.sent_at

    async def end(self) -> Turn:
        """Wait for it. Raises TimeoutError when the server has forgotten it."""
        await asyncio.wait_for(self.over.wait(), PATIENCE_S)
        return self

    def receive(self, frame: _Frame, now: float) -> None:
        """Take in one frame of this context."""
        if frame.type == "chunk":
            data = bytes(frame.data)
            self.player.add(samples_in(data), now)
            if self.onset is not None and self.onset.found_s is None:
                samples = np.frombuffer(b64decode(data[1:-1]), "<i2").astype(np.float32) / np.float32(32768)
                if self.onset.add(samples):
                    self.audible_received_at = now
        elif frame.type in ("done", "error"):
            self.error = frame.error_code if frame.type == "error" else None
            self.over_at = now
            self.over.set()


class Caller:
    """One open socket. A turn is begun with `say` or `feed`, and waited for with `turn.end()`."""

    def __init__(self, socket: ClientConnection, voice: str) -> None:
        self._socket = socket
        self._request: dict[str, Any] = {
            "model_id": "larksong",
            "voice": {"mode": "id", "id": voice},
            "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": RATE},
        }
        self._turns: dict[str, Turn] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def call(cls, url: str, voice: str) -> Caller:
        """Connect."""
        version = {"Cartesia-Version": API_VERSION}
        socket = await connect(url, additional_headers=version, compression=None, ping_interval=None)
        return cls(socket, voice)

    async def hang_up(self) -> None:
        """Close the socket; turns that are under way end with an error."""
        await self._socket.close()
        await self._reader

    async def vanish(self) -> None:
        """End the connection without a word; turns that are under way end with an error."""
        self._socket.transport.abort()
        await self._reader

    async def say(self, text: str, listen: bool = False) -> Turn:
        """Send a whole text; the turn is returned at once. `listen`: look for its audible onset."""
        context = f"bench-{next(_numbers)}"
        turn = self._turns[context] = Turn(text, onset=Onset(RATE) if listen else None)
        await self._send(turn, context, text, more=False)
        return turn

    async def feed(self, pieces: list[str], rate: float, listen: bool = False) -> Turn:
        """Send pieces one by one, `rate` a second, and return the turn once the last is sent."""
        context = f"bench-{next(_numbers)}"
        turn = self._turns[context] = Turn("".join(pieces), onset=Onset(RATE) if listen else None)
        started = perf_counter()
        for number, piece in enumerate(pieces):
            await asyncio.sleep(started + number / rate - perf_counter())
            if turn.over.is_set():
                return turn
            await self._send(turn, context, piece, more=True)
        await self._send(turn, context, "", more=False)
        return turn

    async def _send(self, turn: Turn, context: str, text: str, more: bool) -> None:
        frame = msgspec.json.encode({**self._request, "context_id": context, "transcript": text, "continue": more})
        turn.sent_at = turn.sent_at or perf_counter()
        await self._socket.send(frame, text=True)

    async def _read(self) -> None:
        try:
            while True:
                data = await self._socket.recv(decode=False)
                now = perf_counter()
                frame = _skim(data)
                if turn := self._turns.get(frame.context_id):
                    turn.receive(frame, now)
                    if turn.over.is_set():
                        del self._turns[frame.context_id]
        except ConnectionClosed:
            for turn in self._turns.values():
                turn.error = "connection_closed"
                turn.over.set()


def errors_of(turns: list[Turn]) -> dict[str, int]:
    """How many turns ended with which error; empty when all went well."""
    return dict(Counter(turn.error for turn in turns if turn.error))
