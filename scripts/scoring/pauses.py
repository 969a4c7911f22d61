"""Pauses: how long it is quiet between two words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .audio import Audio

if TYPE_CHECKING:
    from larksong.model.timing import WordTiming

Span: TypeAlias = tuple[float, float]  # seconds

WINDOW_S, HOP_S = 0.010, 0.005
QUIET_DB = -40.0  # against the clip's loudest window
_NO_SOUND = frozenset(' .,;:!?…—"()“”')


def _windows(wav: Audio, rate: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """[n] mean power of windows a HOP_S apart, and which of them are quiet."""
    window, hop = round(WINDOW_S * rate), round(HOP_S * rate)
    if wav.size < window:
        return np.zeros(0), np.zeros(0, bool)
    windows = np.lib.stride_tricks.sliding_window_view(wav, window)[::hop]
    power = np.einsum("nw,nw->n", windows, windows, dtype=np.float64) / window
    return power, power <= power.max() * 10 ** (QUIET_DB / 10)


def quiet_spans(wav: Audio, rate: int) -> list[Span]:
    """Where the clip is quiet, in order."""
    _, quiet = _windows(wav, rate)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False]))))
    return [(first * HOP_S, (last - 1) * HOP_S + WINDOW_S) for first, last in edges.reshape(-1, 2).tolist()]


def speech_level_db(wav: Audio, rate: int) -> float:
    """RMS in decibels of full scale of what is not quiet; NaN for a clip without sound."""
    power, quiet = _windows(wav, rate)
    return 10 * float(np.log10(power[~quiet].mean())) if not quiet.all() else float("nan")


def gap(before: WordTiming, after: WordTiming) -> Span:
    """From the last sound of a word to the first sound of the next one, as planned."""
    heard = [[sign for sign in word.phonemes if sign[0] not in _NO_SOUND] for word in (before, after)]
    end = heard[0][-1][2] if heard[0] else before.end_s
    start = heard[1][0][1] if heard[1] else after.start_s
    return end, max(start, end)


def pause_at(spans: Sequence[Span], place: Span) -> Span | None:
    """The longest quiet span that touches a place; None where all of it sounds."""
    touching = [span for span in spans if span[0] <= place[1] and place[0] <= span[1]]
    return max(touching, key=lambda span: span[1] - span[0], default=None)
