"""What a stream is going to say: tokens with durations, laid out as frames, consumed from the front."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .config import PLACE
from .state import Array


def place_features(index: NDArray[np.int64], length: NDArray[np.int64]) -> Array:
    """Frame ``index`` within a token of ``length`` frames -> [n, PLACE]; as in training."""
    i, n = index.astype(np.float32), np.maximum(length, 1).astype(np.float32)
    return np.stack([(i + 0.5) / n, 1 / (i + 1), 1 / np.maximum(n - i, 1), np.log(n) / 3], -1).astype(np.float32)


@dataclass
class Passage:
    """Frames of one segment, or of a pause (no tokens), and how they are to be said."""

    phones: Array  # [T, phone]
    tokens: Array  # [T, text]
    frames: NDArray[np.int64]  # [T]
    melody: Array  # [3]: pitch shift in natural log, expressiveness, the voice's middle tone
    volume: float
    said: int = 0  # frames already taken

    def __post_init__(self) -> None:
        self.ends = np.cumsum(self.frames)  # [T] frame after each token's last
        self.total = int(self.frames.sum())

    @property
    def left(self) -> int:
        return self.total - self.said


class Plan:
    """Passages in order."""

    def __init__(self, phone: int, text: int) -> None:
        self._widths = (phone, text)
        self.passages: deque[Passage] = deque()
        self.ready = 0  # frames that are left

    def append(self, passage: Passage) -> None:
        self.passages.append(passage)
        self.ready += passage.left

    def silence(self, frames: int, melody: Array, volume: float) -> None:
        """Plan frames without tokens."""
        phone, text = self._widths
        none = np.zeros((0, phone), np.float32), np.zeros((0, text), np.float32)
        self.append(Passage(*none, np.array([frames], np.int64), melody, volume))

    def look(self, count: int) -> tuple[Array, Array, Array, Array]:
        """The next ``count`` frames: phones, tokens, place and known, [count, ...]; silence after the end."""
        phone, text = self._widths
        phones, tokens = np.zeros((count, phone), np.float32), np.zeros((count, text), np.float32)
        place, known = np.zeros((count, PLACE), np.float32), np.zeros((count, 1), np.float32)
        at = 0
        for p in self.passages:
            n = min(count - at, p.left)
            if not n:
                break
            if len(p.phones):
                frame = np.arange(p.said, p.said + n)
                token = np.searchsorted(p.ends, frame, side="right")
                phones[at : at + n], tokens[at : at + n] = p.phones[token], p.tokens[token]
                place[at : at + n] = place_features(frame - p.ends[token] + p.frames[token], p.frames[token])
                known[at : at + n] = 1
            at += n
        return phones, tokens, place, known

    def advance(self, count: int) -> None:
        """Drop the next ``count`` frames, or as many as there are: they have been said."""
        while count and self.passages:
            p = self.passages[0]
            n = min(count, p.left)
            p.said += n
            count -= n
            self.ready -= n
            if not p.left:
                self.passages.popleft()
