"""One stream of speech: what it is to say and how, and what the model remembers of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .excitation import REFERENCE_HZ
from .onnx_backend import Manner
from .plan import Plan
from .state import Array, StreamState
from .voice import Voice


@dataclass(frozen=True)
class Controls:
    """How it is said."""

    speed: float = 1.0  # 0.6 to 1.5
    volume: float = 1.0  # 0.5 to 2
    pitch: float = 0.0  # semitones
    expressiveness: float = 1.0  # factor on the F0 contour


@dataclass
class Stream:
    """One context's whole state: what is planned, and what the model remembers."""

    voice: Voice
    manner: Manner  # of the voice
    controls: Controls
    plan: Plan
    state: StreamState
    planned: int = 0  # frames planned so far
    closed: bool = False
    begun: bool = False
    samples: int = 0  # handed out so far
    due: int = 0  # samples to be swallowed before the first is handed out

    @property
    def melody(self) -> Array:
        """[3]: pitch shift in natural log, expressiveness, the voice's middle tone."""
        shift = self.controls.pitch * np.log(2) / 12
        middle = np.log(self.voice.middle_hz / REFERENCE_HZ)
        return np.array([shift, self.controls.expressiveness, middle], np.float32)

    @property
    def ready(self) -> int:
        """Frames that can be decoded now; after ``finish`` this counts what the look-ahead holds back too."""
        return self.plan.ready

    @property
    def finished(self) -> bool:
        """Closed, and everything handed out."""
        return self.closed and not self.plan.ready
