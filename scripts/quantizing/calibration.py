"""How large everything gets that goes into a product, while every voice says a few texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from larksong.model.runtime import onnxruntime
from larksong.model.stream import Controls
from larksong.model.synthesizer import Synthesizer
from larksong.model.text import front_end
from larksong.model.voice import Voice
from onnx import ModelProto, TensorProto
from onnx.helper import make_tensor_value_info

from .graph import Peaks, products

FRAMES = 16  # of one step
SPEEDS = (0.8, 1.0, 1.25)
PAUSE_S = 0.3


class Watch:
    """In the place of a session: runs the same graph, and keeps the peaks of what its products are given."""

    def __init__(self, model: ModelProto, session: onnxruntime.InferenceSession) -> None:
        self.peaks: Peaks = {}
        self._watched = sorted({product.node.input[0] for product in products(model)})
        open_model = ModelProto()
        open_model.CopyFrom(model)
        for name in self._watched:
            open_model.graph.output.append(make_tensor_value_info(name, TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            open_model.SerializeToString(), options, ["CPUExecutionProvider"]
        )
        self.get_inputs, self.get_outputs = session.get_inputs, session.get_outputs

    def run(self, names: list[str], feed: dict[str, Any]) -> list[Any]:
        """As a session does."""
        values = self._session.run([*names, *self._watched], feed)
        for name, value in zip(self._watched, values[len(names) :], strict=True):
            peak = np.abs(value).reshape(-1, value.shape[-1]).max(0)
            self.peaks[name] = np.maximum(self.peaks.get(name, 0), peak)
        return list(values[: len(names)])


def calibrate(folder: Path, voices: list[Voice], texts: list[str]) -> dict[str, Peaks]:
    """Peaks of each graph of the weights in `folder`, by its name. Texts go round the voices."""
    synthesizer = Synthesizer(folder)
    backend = synthesizer.backend
    watches = {}
    for name in ("text", "frames"):
        graph = getattr(backend, f"_{name}")
        watches[name] = graph._session = Watch(onnx.load(str(folder / f"{name}.onnx")), graph._session)
    for number, text in enumerate(texts):
        voice = voices[number % len(voices)]
        stream = synthesizer.open(voice, Controls(speed=SPEEDS[number % len(SPEEDS)]), seed=number)
        words = front_end(f"{voice.language}-{voice.accent}").words(text)
        synthesizer.add([(stream, words[: len(words) // 2])])
        synthesizer.pause(stream, PAUSE_S)
        synthesizer.add([(stream, words[len(words) // 2 :])])
        synthesizer.finish(stream)
        while not stream.finished:
            synthesizer.step([stream], FRAMES)
    return {name: watch.peaks for name, watch in watches.items()}
