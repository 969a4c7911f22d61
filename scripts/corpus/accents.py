"""Pitch accents for a teacher that has none: its tone is shaped by the dictionary before the sound is made.

The teacher begins each Japanese phrase low and rises, and is as good as flat from there: it says 箸, 橋 and 端 alike.
All F0 of the sounding half of its graph passes through one value, so the graph is cut there: a mute teacher says what
F0 it would take, the accents are added, and the sounding half goes on from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import onnx
import onnx.shape_inference
import onnx.utils
from larksong.model.runtime import onnxruntime as ort
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from .teacher import FRAME_SAMPLES, INNER_OUTPUTS, Teacher, TeacherError, Utterance, published_model, quickened

Tone = tuple[int, int, bool]  # signs from, to; whether they are high

FALL = 5.0  # semitones between low and high; 3 to 7 score alike, Tokyo speech has some 4 to 8
PHRASE = 28  # values at 80 Hz over which a phrase's own line is smoothed
DETAIL = 4  # and what is less than this is detail of single sounds, which stays
DELAY = 2  # values by which the tone follows the sound
VOICED_HZ = 60.0
_FEWEST = 10  # voiced values


def accented(said: Utterance, tones: Sequence[Tone], question: bool) -> NDArray[np.float32]:
    """F0 of `said` with the accents of `tones`, [2 N] Hz at 80 Hz. A question keeps the teacher's own end."""
    f0 = said.f0.astype(np.float64)
    voiced = f0 > VOICED_HZ
    if voiced.sum() < _FEWEST or not tones:
        return said.f0
    own = _bridged(12 * np.log2(np.maximum(f0, 1)), voiced)
    ends = np.cumsum(said.frames) * 2
    starts = ends - said.frames * 2
    high = np.full(len(own), np.nan)
    for first, last, is_high in tones:
        high[starts[first + 1] : ends[last]] = float(is_high)  # token 0 is the boundary before the first sign
    if np.isnan(high).all():
        return said.f0
    high = _bridged(high, np.isfinite(high))
    high = np.concatenate([np.full(DELAY, high[0]), high[:-DELAY]])

    def smooth(values: NDArray[Any], width: int) -> NDArray[Any]:
        return np.asarray(gaussian_filter1d(values, width, mode="nearest"))

    shaped = smooth(own, PHRASE) + FALL * (smooth(high, DETAIL) - smooth(high, PHRASE)) + own - smooth(own, DETAIL)
    if question:
        mine = np.clip((np.arange(len(own)) - starts[tones[-1][0] + 1]) / 8, 0, 1)
        shaped = (1 - mine) * shaped + mine * own
    return np.where(voiced, 2 ** (shaped / 12), f0).astype(np.float32)


def _bridged(values: NDArray[Any], known: NDArray[Any]) -> NDArray[Any]:
    """`values` where they are known, and straight lines between."""
    at = np.arange(len(values))
    return np.interp(at, at[known], values[known])


def sounding(model: bytes) -> bytes:
    """The part of the graph that makes the sound, with F0 as one more input."""
    proto = onnx.load_from_string(model)
    if INNER_OUTPUTS["f0"] not in {value.name for value in proto.graph.value_info}:
        proto = onnx.shape_inference.infer_shapes(proto)
    inputs = [*(value.name for value in proto.graph.input), INNER_OUTPUTS["f0"]]
    part = onnx.utils.Extractor(proto).extract_model(inputs, [proto.graph.output[0].name])
    return bytes(part.SerializeToString())


class AccentedTeacher:
    """A teacher that says accents. Deterministic, as the teacher is."""

    def __init__(
        self, model: bytes | None = None, symbols: dict[str, int] | None = None, threads: int = 1, mute: bool = False,
        quick: bool = True,
    ) -> None:
        """`quick`: with the same numbers in less time, where the processor allows it."""
        published = published_model() if model is None else model
        self._planner = Teacher(published, symbols, threads, mute=True, as_published=not quick)
        self._session: ort.InferenceSession | None = None
        if not mute:
            options = ort.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            graph = quickened(sounding(published)) if quick else sounding(published)
            self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def speak(
        self, phonemes: str, style: NDArray[np.float32], tones: Sequence[Tone], question: bool = False
    ) -> Utterance:
        """Speak phonemes, without marks of accents, with one style row of [256]. Raises TeacherError."""
        said = self._planner.speak(phonemes, style)
        f0 = accented(said, tones, question)
        if self._session is None:
            return replace(said, f0=f0)
        rank = {value.name: len(value.shape) for value in self._session.get_inputs()}[INNER_OUTPUTS["f0"]]
        given = {
            "tokens": said.ids[None],
            "style": style[None].astype(np.float32),
            "speed": np.ones(1, np.float32),
            INNER_OUTPUTS["f0"]: f0.reshape((1,) * (rank - 1) + (-1,)),
        }
        wanted = {value.name for value in self._session.get_inputs()}
        audio = np.asarray(self._session.run(None, {k: v for k, v in given.items() if k in wanted})[0]).ravel()
        if audio.size != said.frames.sum() * FRAME_SAMPLES:
            raise TeacherError(f"{audio.size} samples for {said.frames.sum()} frames")
        return replace(said, f0=f0, audio=audio)
