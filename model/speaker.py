"""Who is speaking: the speaker embedding of a clip, by Resemblyzer's network without its package.

Its features are rebuilt here in numpy: speech at 16 kHz, levelled, without long silences, as power spectra of 25 ms
every 10 ms. The mel filters and the recurrent network are in the graph that ``scripts/make_clone.py`` writes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from .runtime import onnxruntime

RATE = 16_000
WINDOW, HOP = 400, 160  # samples of a spectrum, and from one to the next
SPAN, STEP = 160, 77  # spectra that the network hears at a time, and from one such part to the next
COVERED = 0.75  # of its span, or the last part is not heard
LEVEL = 10 ** (-30 / 20)  # RMS to which soft clips are raised
BLOCK = 480  # samples over which loudness is measured, 30 ms
QUIET_DB, SILENT_DB = -35.0, -75.0  # no speech: this far below the clip's loud blocks, or below full scale
AROUND = 4  # blocks kept on either side of speech

Array = NDArray[np.float32]


def speech_of(sound: Array, rate: int) -> Array:
    """What is spoken in ``sound`` [n]: at 16 kHz, soft clips raised, long silences left out. May be empty."""
    sound = np.asarray(sound, np.float32)
    if rate != RATE:
        sound = soxr.resample(sound, rate, RATE)
    whole = len(sound) // BLOCK
    if not whole:
        return sound[:0]
    power = np.square(sound[: whole * BLOCK]).reshape(whole, BLOCK).mean(1)
    decibels = 10 * np.log10(power + 1e-12)
    loud = decibels > max(float(np.percentile(decibels, 95)) + QUIET_DB, SILENT_DB)
    kept = np.convolve(loud, np.ones(2 * AROUND + 1))[AROUND:-AROUND] > 0.5
    rms = float(np.sqrt(power.mean()))
    return sound[: whole * BLOCK][np.repeat(kept, BLOCK)] * np.float32(max(1.0, LEVEL / max(rms, 1e-6)))


def spectra(speech: Array) -> Array:
    """Power spectra [parts, SPAN, WINDOW / 2 + 1] of ``speech`` [n] at 16 kHz: overlapping parts of 1.6 s."""
    length = SPAN * HOP
    frames = -(-(len(speech) + 1) // HOP)
    starts = np.arange(0, max(1, frames - SPAN + STEP + 1), STEP)
    if len(starts) > 1 and len(speech) - starts[-1] * HOP < COVERED * length:
        starts = starts[:-1]
    end = max(len(speech), int(starts[-1]) * HOP + length)
    padded = np.pad(speech, (WINDOW // 2, end - len(speech) + WINDOW // 2))
    cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    power = np.square(np.abs(np.fft.rfft(cut * hann))).astype(np.float32)
    return power[starts[:, None] + np.arange(SPAN)]


class SpeakerEncoder:
    """The network. Calls may come from any thread."""

    def __init__(self, graph: Path, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options, ["CPUExecutionProvider"])

    def embed(self, speech: Array) -> Array:
        """[256] unit vector of the speaker of ``speech`` [n] (see ``speech_of``)."""
        (parts,) = self._session.run(None, {"spectra": spectra(speech)})
        mean = np.mean(parts, axis=0)
        return mean / np.linalg.norm(mean)
