"""A live stream as bytes, to go on in another process sample by sample."""

from __future__ import annotations

import io
import json
import zipfile
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from .config import ModelConfig
from .plan import Passage, Plan
from .state import StreamState
from .stream import Controls, Stream
from .voice import Voice

if TYPE_CHECKING:
    from .onnx_backend import Manner

_PASSAGE = ("phones", "tokens", "frames", "melody")
_COUNTERS = ("planned", "closed", "begun", "samples", "due")


def save_stream(stream: Stream) -> bytes:
    """An ``.npz`` file: the state's arrays, the planned passages, and the rest as JSON."""
    voice = {k: v for k, v in vars(stream.voice).items() if k != "style"}
    facts = {
        "voice": voice,
        "controls": asdict(stream.controls),
        "passages": [[p.said, p.volume] for p in stream.plan.passages],
        **{name: getattr(stream, name) for name in _COUNTERS},
    }
    arrays: dict[str, Any] = {f"state_{name}": array for name, array in stream.state.arrays().items()}
    for i, passage in enumerate(stream.plan.passages):
        for name in _PASSAGE:
            arrays[f"{name}_{i}"] = getattr(passage, name)
    out = io.BytesIO()
    text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez(out, facts=text, style=stream.voice.style, **arrays)
    return out.getvalue()


def load_stream(data: bytes, cfg: ModelConfig, manner: Callable[[Voice], Manner]) -> Stream:
    """Read ``save_stream``'s bytes; raises ValueError when they are damaged or of another model."""
    blank = StreamState.zeros(cfg)
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            facts = json.loads(arrays["facts"].tobytes())
            state = blank.with_arrays({name: arrays[f"state_{name}"] for name in blank.arrays()})
            passages = [
                Passage(**{name: arrays[f"{name}_{i}"] for name in _PASSAGE}, volume=volume, said=said)
                for i, (said, volume) in enumerate(facts["passages"])
            ]
            style = arrays["style"]
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a saved stream: {error}") from error
    for (name, want), got in zip(blank.arrays().items(), state.arrays().values(), strict=True):
        if got.shape != want.shape or got.dtype != want.dtype:
            raise ValueError(f"saved stream does not fit this model: {name}")
    plan = Plan(cfg.phone, cfg.text)
    plan.passages = deque(passages)
    plan.ready = sum(p.left for p in passages)
    voice = Voice(**facts["voice"], style=style)
    counters = {name: facts[name] for name in _COUNTERS}
    return Stream(voice, manner(voice), Controls(**facts["controls"]), plan, state, **counters)
