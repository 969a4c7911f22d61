"""The exported graphs say what PyTorch says, for long chains of chunks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from larksong.model.config import PLACE, ModelConfig
from larksong.model.manifest import BadWeights, check_weights
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.graphs import FrameGraph, TextGraph, VoiceGraph
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.onnx_backend import FrameInputs, OnnxBackend
from larksong.model.state import StreamState

TOLERANCE = 2e-4  # on gains and states, after 200 chained chunks, in float32
Nets = tuple[AcousticDecoder, ProsodyPredictor]


@pytest.fixture
def exported(nets: Nets, config: ModelConfig, tmp_path: Path) -> Path:
    export(*nets, config, tmp_path, {})
    return tmp_path


def test_two_hundred_chained_chunks_equal_torch(nets: Nets, config: ModelConfig, exported: Path) -> None:
    backend, graph = OnnxBackend(exported), FrameGraph(config, *nets)
    rng = np.random.default_rng(0)
    style = np.full((3, 2 * config.style), 0.1, np.float32)
    manner = backend.manner(style)
    with torch.no_grad():
        want = VoiceGraph(*nets)(torch.from_numpy(style))
    for mine, its in zip(manner, want, strict=True):
        np.testing.assert_allclose(mine, its.numpy(), rtol=1e-4, atol=1e-5)
    ours = theirs = StreamState.zeros(config, 3)
    for turn in range(200):
        k = int(rng.choice([1, 2, 4, 8]))
        inputs = FrameInputs(
            rng.standard_normal((3, k, config.phone)).astype(np.float32),
            rng.standard_normal((3, k, config.text)).astype(np.float32),
            rng.random((3, k, PLACE)).astype(np.float32),
            np.ones((3, k, 1), np.float32),
            manner.prosody,
            manner.acoustic,
            np.array([[0.1, 1.1, 0.0]] * 3, np.float32),
        )
        gains, ours = backend.decode(inputs, ours)
        feed = inputs._asdict()
        with torch.no_grad():
            every = {**theirs.arrays(), **feed}
            values = graph(*(torch.from_numpy(every[n]) for n in graph.inputs))
        outputs = dict(zip(graph.outputs, (v.numpy() for v in values), strict=True))
        theirs = theirs.with_arrays({n: outputs[n] for n in graph.states})
        for name in ("harmonic", "noise"):
            got = getattr(gains, name)
            np.testing.assert_allclose(got, outputs[name], rtol=TOLERANCE, atol=TOLERANCE, err_msg=f"{turn}")
    for name in graph.states:
        np.testing.assert_allclose(ours.arrays()[name], theirs.arrays()[name], rtol=TOLERANCE, atol=TOLERANCE)


def test_text_segments_equal_torch(nets: Nets, config: ModelConfig, exported: Path) -> None:
    backend, graph = OnnxBackend(exported), TextGraph(config, *nets)
    rng = np.random.default_rng(0)
    state, manner = StreamState.zeros(config, 1), backend.manner(np.full((1, 2 * config.style), 0.1, np.float32))
    for _ in range(5):
        ids = rng.integers(0, config.n_symbols, (1, int(rng.integers(1, 40))))
        feed = {"ids": ids, "reading": manner.reading, **state.arrays()}
        with torch.no_grad():
            want = graph(*(torch.from_numpy(feed[n]) for n in graph.inputs))
        said, state = backend.read(ids, manner.reading, state)
        np.testing.assert_allclose(said.phones, want[0].numpy(), rtol=1e-3, atol=1e-4)
        np.testing.assert_allclose(np.log(said.frames), want[2].numpy(), rtol=1e-3, atol=1e-4)


def test_damaged_weights_are_refused(exported: Path) -> None:
    (exported / "text.onnx").write_bytes(b"not these")
    with pytest.raises(BadWeights, match="does not match"):
        check_weights(exported)
    (exported / "text.onnx").unlink()
    with pytest.raises(BadWeights, match="missing"):
        check_weights(exported)
    (exported / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(BadWeights, match="format 99"):
        check_weights(exported)
