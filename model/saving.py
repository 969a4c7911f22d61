"""A live stream as bytes, to go on in another process sample by sample."""

from __future__ import annotations

import io
import json
import zipfile
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

import numpy as np

from .config import ModelConfig
from .plan import Passage, Plan
from .state import StreamState
from .voice import Voice

if TYPE_CHECKING:
    from .onnx_backend import Manner
    from .synthesizer import Stream

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
    arrays = {f"state_{f.name}": getattr(stream.state, f.name) for f in fields(StreamState)}
    for i, passage in enumerate(stream.plan.passages):
        for name in _PASSAGE:
            arrays[f"{name}_{i}"] = getattr(passage, name)
    out = io.BytesIO()
    text = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    np.savez(out, facts=text, style=stream.voice.style, **arrays)
    return out.getvalue()


def load_stream(data: bytes, cfg: ModelConfig, manner: Callable[[Voice], Manner]) -> Stream:
    """Read ``save_stream``'s bytes; raises ValueError when they are damaged or of another model."""
    from .synthesizer import Controls, Stream

    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            facts = json.loads(arrays["facts"].tobytes())
            state = StreamState(*(arrays[f"state_{f.name}"] for f in fields(StreamState)))
            passages = [
                Passage(**{name: arrays[f"{name}_{i}"] for name in _PASSAGE}, volume=volume, said=said)
                for i, (said, volume) in enumerate(facts["passages"])
            ]
            style = arrays["style"]
    except (KeyError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a saved stream: {error}") from error
    like = StreamState.zeros(cfg)
    for f in fields(StreamState):
        want, got = getattr(like, f.name), getattr(state, f.name)
        if got.shape != want.shape or got.dtype != want.dtype:
            raise ValueError(f"saved stream does not fit this model: {f.name}")
    plan = Plan(cfg.phone, cfg.text)
    plan.passages = deque(passages)
    plan.ready = sum(p.left for p in passages)
    voice = Voice(**facts["voice"], style=style)
    counters = {name: facts[name] for name in _COUNTERS}
    return Stream(voice, manner(voice), Controls(**facts["controls"]), plan, state, **counters)
