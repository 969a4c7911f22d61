"""What one client may receive, worked out from what it has sent: the protocol's rules, told a second time.

It knows neither the session nor the engine. Of the server it looks at three things that no client could know:
its clock, whether a slot is free, and whether a turn has ended already whose end has not been read.
"""

from __future__ import annotations

import base64
import json
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from larksong.server.version import Version

from .harness import Bench, Frame

KNOWN_VOICES = ("af_heart", "am_michael")
SILENT = "😀"  # has no sound for the voice of the tests
FAILING = ("boom-text", "boom-sound")


@dataclass
class Turn:
    """A context that lives, as its client knows it."""

    opening: Frame
    text: str = ""
    closing: bool = False
    flushes: int = 0  # asked for
    flushed: int = 0  # told to be done
    samples: int = 0
    words: list[str] = field(default_factory=list)
    last_start: float = 0.0  # of a word
    last_input: float = 0.0
    waiting: list[str] = field(default_factory=list)  # frames for the next turn of this name

    @property
    def spoken(self) -> str:
        """What is told by word times, without spaces and what has no sound."""
        return "".join(self.text.split()).replace(SILENT, "")


class Oracle:
    """One socket's. `sent` is told before the server is, `received` in the order of arrival."""

    def __init__(self, bench: Bench, version: str, has_ended: Callable[[str], bool]) -> None:
        self._bench = bench
        self._has_ended = has_ended
        self._version = Version(version)
        self._turns: dict[str, Turn] = {}
        self._replies: dict[str, deque[Frame]] = defaultdict(deque)  # expected before anything of a turn
        self._failed: dict[str, float] = {}  # name -> until when its frames are swallowed
        self._nameless: Counter[str] = Counter()  # turns and errors whose name the server makes up
        self._opened = 0  # turns that take a slot as soon as the server sees what is known here already
        self.unread_since: float | None = None  # the client does not read

    # --- from the client

    def sent(self, data: str) -> None:
        """One frame is about to be given to the server."""
        self._opened = 0
        self._take(data)

    def _take(self, data: str) -> None:
        try:
            frame = json.loads(data)
        except ValueError:
            self._nameless["error"] += 1
            return
        name = frame.get("context_id")
        if name is None:
            self._nameless["error" if self._fault(frame) else "turn"] += 1
        elif frame.get("cancel"):
            self._cancel(name, frame)
        elif self._bench.now < self._failed.get(name, 0.0):
            self._swallow(name, frame)
        elif not isinstance(frame.get("transcript", ""), str):
            self._refuse(name, frame, "invalid_request")
        else:
            self._request(name, frame, data)

    def _cancel(self, name: str, frame: Frame) -> None:
        self._failed.pop(name, None)
        turn = self._turns.pop(name, None)
        if turn and frame.get("ack"):
            told = {"samples": turn.samples, "word": turn.words[-1]} if turn.words else {"samples": turn.samples}
            self._replies[name].append({"type": "cancelled", **told})

    def _swallow(self, name: str, frame: Frame) -> None:
        if not frame.get("continue"):
            del self._failed[name]
            if self._version.closes_failed:
                self._replies[name].append({"type": "done"})

    def _request(self, name: str, frame: Frame, data: str) -> None:
        turn = self._turns.get(name)
        if turn and (turn.closing or self._has_ended(name)):
            turn.waiting.append(data)
        elif turn:
            fault = self._length_fault(frame)
            self._refuse(name, frame, fault) if fault else self._push(turn, frame)
        elif self._blank(frame):
            self._replies[name].append({"type": "done"})
        elif fault := self._fault(frame):
            self._refuse(name, frame, fault)
        else:
            self._opened += 1
            self._turns[name] = Turn(frame, last_input=self._bench.now)
            self._push(self._turns[name], frame)

    def _push(self, turn: Turn, frame: Frame) -> None:
        turn.text += frame.get("transcript") or ""
        turn.closing = not frame.get("continue")
        turn.flushes += bool(frame.get("flush"))
        turn.last_input = self._bench.now

    def _refuse(self, name: str, frame: Frame, code: str) -> None:
        """This frame is answered with an error, which ends the turn of this name."""
        turn = self._turns.pop(name, None)
        self._replies[name].append({"type": "error", "error_code": code})
        self._fail(name, not frame.get("continue") or (turn is not None and turn.closing))

    def _fail(self, name: str, closing: bool) -> None:
        if not closing:
            self._failed[name] = self._bench.now + self._bench.config.failed_memory_s

    @staticmethod
    def _blank(frame: Frame) -> bool:
        """Closes what was never opened; there is nothing to say."""
        closing = not frame.get("continue") and not frame.get("flush")
        return closing and "transcript" in frame and not frame["transcript"].strip()

    def _fault(self, frame: Frame) -> str:
        """Why a frame cannot open a turn; empty when it can."""
        if "transcript" not in frame and not frame.get("flush"):
            return "invalid_request"
        if frame["voice"]["id"] not in KNOWN_VOICES:
            return "voice_not_found"
        full = self._bench.slots.used + self._opened >= self._bench.slots.total
        return self._length_fault(frame) or ("concurrency_limited" if full else "")

    def _length_fault(self, frame: Frame) -> str:
        too_long = len(frame.get("transcript") or "") > self._bench.config.max_text_chars
        return "text_too_long" if too_long else ""

    # --- from the server

    def received(self, frame: Frame) -> None:
        """One frame has come. Raises AssertionError if it may not."""
        name, kind = frame["context_id"], frame["type"]
        assert frame["done"] is (kind in ("done", "error", "cancelled"))
        assert isinstance(frame["status_code"], int)
        if self._replies[name]:
            expected = self._replies[name].popleft()
            assert frame.items() >= expected.items(), f"expected {expected}, got {frame}"
            return
        if name not in self._turns:
            self._made_up(name, kind)
            if name not in self._turns:
                return
        getattr(self, f"_{kind}")(name, self._turns[name], frame)

    def _made_up(self, name: str, kind: str) -> None:
        """A name that the server has found for a frame without one."""
        assert len(name) == 32
        found = kind if self._nameless[kind] else "turn"
        assert self._nameless[found] > 0, f"nothing is to be expected for {name}"
        self._nameless[found] -= 1
        if found == "turn":
            self._turns[name] = Turn({}, closing=True)

    def _chunk(self, name: str, turn: Turn, frame: Frame) -> None:
        size = len(base64.b64decode(frame["data"], validate=True))
        assert size > 0
        assert size % 2 == 0
        turn.samples += size // 2
        self._check_flush_id(turn, frame)

    def _timestamps(self, name: str, turn: Turn, frame: Frame) -> None:
        times = frame["word_timestamps"]
        assert turn.opening.get("add_timestamps") is True
        assert len(times["words"]) == len(times["start"]) == len(times["end"]) > 0
        assert [turn.last_start, *times["start"]] == sorted([turn.last_start, *times["start"]])
        turn.last_start = times["start"][-1]
        turn.words += times["words"]
        self._check_flush_id(turn, frame)

    def _check_flush_id(self, turn: Turn, frame: Frame) -> None:
        first = self._version.first_flush_id
        assert frame.get("flush_id") == (turn.flushed + first if first == 0 or turn.flushes else None)

    def _flush_done(self, name: str, turn: Turn, frame: Frame) -> None:
        assert frame["flush_id"] == turn.flushed + self._version.first_flush_id
        assert turn.flushed < turn.flushes
        turn.flushed += 1

    def _done(self, name: str, turn: Turn, frame: Frame) -> None:
        assert turn.closing or self._bench.now - turn.last_input >= self._bench.config.engine.expiry_s
        assert turn.flushed == turn.flushes
        assert "<" in turn.text or not any(text in turn.text for text in FAILING)  # what a tag swallows is harmless
        assert turn.samples > 0 or not turn.text.strip()
        if turn.opening.get("add_timestamps") and "<" not in turn.text:
            assert "".join(turn.words).replace(SILENT, "") == turn.spoken
        self._over(name)

    def _error(self, name: str, turn: Turn, frame: Frame) -> None:
        code = frame["error_code"]
        if code == "internal_error":
            assert any(text in turn.text for text in FAILING)
        elif code == "reader_stalled":
            assert self.unread_since is not None
            assert self._bench.now - self.unread_since >= self._bench.config.engine.stall_s
        else:
            assert code == "text_too_long"
            assert len(turn.text) > self._bench.config.max_text_chars
        self._fail(name, turn.closing)
        self._over(name)

    def _over(self, name: str) -> None:
        self._opened = 0
        for data in self._turns.pop(name).waiting:
            self._take(data)

    # --- at the end

    def open_names(self) -> list[str]:
        """Turns that wait for their client."""
        return [name for name, turn in self._turns.items() if not turn.closing]

    def check_over(self) -> None:
        """Everything that was begun has ended, and was told."""
        assert not self._turns
        assert not any(self._replies.values())
        assert not +self._nameless

    def closed(self) -> None:
        """The socket is gone: nothing may come any more."""
        self._turns.clear()
        self._replies.clear()
        self._nameless.clear()
