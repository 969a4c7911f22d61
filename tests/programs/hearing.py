"""Whether a client heard the right speech: long enough, and the right words in it."""

from __future__ import annotations

import sys
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import soxr
from larksong.clients.python import Larksong

from .performance import Turn

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

RATE = 16_000
PAUSE_S = 0.5
WORD_ERRORS = 0.25  # share of words; Whisper base mishears a few of the best speech
LENGTH = 0.15  # how far a turn that came in pieces may be from the same turn in one piece


@cache
def expected_seconds(socket: str, key: str, voice: str, text: str) -> float:
    """Length of the same text asked for in one piece by our own client."""
    with Larksong(socket, key) as client, client.context(voice=voice) as context:
        context.end(text)
        return sum(len(piece) for piece in context.audio()) / 2 / 24000


def check_words(turns: list[Turn]) -> None:
    """What Whisper hears in all turns, one after another, is what was to be said."""
    from scoring.words import transcribe, word_errors

    pause = np.zeros(int(PAUSE_S * RATE), np.float32)
    pieces = chain.from_iterable((soxr.resample(turn.sound, turn.rate, RATE), pause) for turn in turns)
    heard = transcribe(np.concatenate(list(pieces)), RATE)
    wanted = " ".join(turn.text for turn in turns)
    found = word_errors(wanted, heard)
    assert found.rate <= WORD_ERRORS, f"wanted {wanted!r}, heard {heard!r}"


def check_timestamps(turn: Turn) -> None:
    """The words that were told with times are those that were sent, in order."""
    assert turn.words == turn.text.split()
