"""Weights in 8 bits: made from the tiny voice's, checked by their manifest, served without torch, heard as the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from click.testing import CliRunner
from larksong.clients.python import Larksong
from larksong.model import onnx_backend
from larksong.model.manifest import EIGHT, EVENED, SCALE, BadWeights, check_weights
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.net.restore import restore
from larksong.model.onnx_backend import FrameInputs, Gains, OnnxBackend
from larksong.model.state import StreamState
from larksong.model.stream import Stream
from larksong.model.synthesizer import Synthesizer
from larksong.model.text import Word
from larksong.model.voice import VoiceCatalogue
from larksong.server.run.cli import main as larksong
from onnx import numpy_helper
from quantize import KEPT, main
from quantizing.graph import LEVELS, constants, products

TINY = Path(__file__).parent.parent / "fixtures" / "tiny_voice"
WEIGHTS, VOICES = TINY / "weights", TINY / "voices"
TEXT = [Word(p, 0, len(p), p) for p in ("həlˈO", "wˈɜɹld,", "hˌW", "ɑɹ", "ju?")]


def quantize(weights: Path, out: Path, *options: str) -> str:
    arguments = ["--weights", weights, "--voices", VOICES, "--texts", 6, "--out", out, *options]
    result = CliRunner().invoke(main, list(map(str, arguments)))
    if result.exit_code:
        raise RuntimeError(result.output)
    return result.output


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    found = json.loads(quantize(WEIGHTS, folder))
    assert {name for name, layers in found["layers"].items() if layers} == {"text", "frames"}
    return folder


def test_every_matrix_is_rounded_column_by_column_but_those_that_are_kept(small: Path) -> None:
    for graph in ("text", "frames"):
        before, after = (onnx.load(str(folder / f"{graph}.onnx")) for folder in (WEIGHTS, small))
        left = {product.layer for product in products(after)}
        known = constants(after)
        rounded = 0
        for product in products(before):
            assert (product.layer in left) == bool(re.search(KEPT, product.layer))
            if product.layer in left:
                continue
            name = product.node.input[1]
            matrix, scale = known[name + EIGHT], known[name + SCALE]
            assert matrix.dtype == np.int8
            assert scale.shape == (product.weight.shape[1],)
            assert (np.abs(matrix).max(0) == LEVELS).all()  # each column uses the whole range
            again, bound = matrix * scale, np.broadcast_to(scale, matrix.shape)
            norm = norm_before(before, product.node.input[0])
            if norm and norm + EVENED in known:  # part of it has moved into the norm before it
                moved = (known[norm + EVENED] / constants(before)[norm])[:, None]
                again, bound = again * moved, bound * moved
            assert (np.abs(again - product.weight) <= 0.51 * bound + 1e-7).all()
            rounded += 1
        assert rounded >= 4


def norm_before(model: onnx.ModelProto, value: str) -> str | None:
    nodes = [node for node in model.graph.node if value in node.output and node.op_type == "Mul"]
    return nodes[0].input[1] if nodes else None


def test_training_can_go_on_from_them(tmp_path: Path) -> None:
    torch.manual_seed(3)
    config = check_weights(WEIGHTS)
    nets = AcousticDecoder(config), ProsodyPredictor(config)
    with torch.no_grad():  # norms that are all ones could not be told apart
        for p in (*nets[0].parameters(), *nets[1].parameters()):
            p.add_(torch.randn_like(p) * 0.05)
    export(*nets, config, tmp_path / "16", {})
    quantize(tmp_path / "16", tmp_path / "8")
    for net, part in zip(nets, ("acoustic", "prosody"), strict=True):
        before = [p.detach().clone() for p in net.parameters()]
        restore(net, part, tmp_path / "8")
        assert any(not torch.equal(p, q) for p, q in zip(before, net.parameters(), strict=True))
    export(*nets, config, tmp_path / "again", {})
    for mine, theirs in zip(gains(tmp_path / "16", [0, 1]), gains(tmp_path / "again", [0, 1]), strict=True):
        assert np.abs(mine - theirs).mean() < 0.02 * np.abs(mine).mean()


def spoken(folder: Path, company: int = 0) -> np.ndarray:
    """A stream's sound; `company`: others that say something else in the same batches."""
    synthesizer = Synthesizer(folder)
    voices = VoiceCatalogue.load(VOICES)

    def opened(slug: str, times: int) -> Stream:
        stream = synthesizer.open(voices.get(slug))
        for _ in range(times):
            synthesizer.add([(stream, TEXT)])
        synthesizer.finish(stream)
        return stream

    stream, others = opened("af_heart", 1), [opened("bf_emma", 4) for _ in range(company)]
    parts = []
    while not stream.finished:
        parts.append(synthesizer.step([stream, *others], 8)[0])
    return np.concatenate(parts)


def gains(folder: Path, rows: list[int]) -> Gains:
    """What the decoder says of some of these inputs, as one batch."""
    backend = OnnxBackend(folder)
    cfg, rng = backend.config, np.random.default_rng(0)

    def draw(*shape: int, scale: float = 1.0) -> np.ndarray:
        return (scale * rng.standard_normal((3, *shape))).astype(np.float32)

    loud = np.array([1, 1, 30], np.float32)[:, None, None]  # the last one would spoil a scale taken from the batch
    manner = backend.manner(draw(256, scale=0.3))
    every = FrameInputs(
        draw(8, cfg.phone) * loud, draw(8, cfg.text), draw(8, 4), np.ones((3, 8, 1), np.float32), manner.prosody,
        manner.acoustic, np.zeros((3, 3), np.float32),
    )  # fmt: skip
    found, _ = backend.decode(FrameInputs(*(value[rows] for value in every)), StreamState.zeros(cfg, len(rows)))
    return found


def test_the_exact_way_of_processors_that_would_saturate_says_the_same(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = gains(small, [0, 1, 2])
    monkeypatch.setattr(onnx_backend, "saturates", lambda: True)
    for mine, theirs in zip(gains(small, [0, 1, 2]), usual, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


def test_only_x86_without_vnni_saturates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("flags : sse2 avx2 fma\n")
    new.write_text("flags : sse2 avx2 avx512_vnni\n")
    monkeypatch.setattr(onnx_backend.platform, "machine", lambda: "x86_64")
    assert [onnx_backend.saturates(path) for path in (old, new, tmp_path / "none")] == [True, False, True]
    monkeypatch.setattr(onnx_backend.platform, "machine", lambda: "aarch64")
    assert not onnx_backend.saturates(old)


def decibels(gain: np.ndarray) -> np.ndarray:
    return 20 * np.log10(np.maximum(gain, 1e-5))


def test_the_voice_sounds_as_before(small: Path) -> None:
    exact, rounded = gains(WEIGHTS, [0, 1]), gains(small, [0, 1])
    voiced = exact.f0 > 0
    assert voiced.any()
    np.testing.assert_allclose(1200 * np.log2(rounded.f0[voiced] / exact.f0[voiced]), 0, atol=25)  # cents
    for magnitudes in ([np.hypot(g.harmonic[:, :, 0], g.harmonic[:, :, 1]) for g in (exact, rounded)],
                       [exact.noise, rounded.noise]):  # fmt: skip
        difference = decibels(magnitudes[1]) - decibels(magnitudes[0])
        assert 0 < np.sqrt(np.mean(difference**2)) < 0.5
    assert abs(len(spoken(small)) - len(spoken(WEIGHTS))) <= 2 * 600


def test_a_stream_does_not_depend_on_who_shares_its_batch(small: Path) -> None:
    alone, together = gains(small, [0]), gains(small, [0, 1, 2])
    for mine, ours in zip(alone, together, strict=True):
        np.testing.assert_allclose(ours[0], mine[0], rtol=1e-4, atol=1e-5)
    assert len(spoken(small, 3)) == len(spoken(small))


def test_the_manifest_guards_them(small: Path, tmp_path: Path) -> None:
    assert check_weights(small) == check_weights(WEIGHTS)
    manifest = json.loads((small / "manifest.json").read_text())
    assert manifest["quantized"] == {"bits": 8, "kept": KEPT, "texts": 6}
    with pytest.raises(RuntimeError, match="quantised already"):
        quantize(small, tmp_path)
    for name in ("voice.onnx", "text.onnx", "frames.onnx", "manifest.json"):
        (tmp_path / name).write_bytes((small / name).read_bytes())
    (tmp_path / "frames.onnx").write_bytes((WEIGHTS / "frames.onnx").read_bytes())
    with pytest.raises(BadWeights, match="does not match"):
        check_weights(tmp_path)


def test_a_folder_that_is_no_weights_is_refused_before_the_start(tmp_path: Path) -> None:
    result = CliRunner().invoke(larksong, ["serve", "--weights", str(tmp_path)])
    assert result.exit_code == 2
    assert "no manifest.json" in result.output


def test_the_server_speaks_with_them(small: Path) -> None:
    options = ["--port", "0", "--slots", "4", "--weights", str(small), "--voices", str(VOICES)]
    command = [sys.executable, "-m", "larksong.server", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            (port,) = re.findall(r":(\d+)", server.stdout.readline())
            with Larksong(f"ws://127.0.0.1:{port}") as client:
                context = client.context(voice="bf_emma", encoding="pcm_f32le", sample_rate=24000)
                context.feed(["Hello there."])
                sound = np.frombuffer(b"".join(context.audio()), "<f4")
        finally:
            server.terminate()
        assert server.wait(20) == 0
    assert len(sound) > 4 * 600
    assert sound.std() > 0.01


def test_all_can_be_kept(tmp_path: Path) -> None:
    quantize(WEIGHTS, tmp_path, "--keep", ".")
    for graph in ("text", "frames"):
        assert not any(
            numpy_helper.to_array(tensor).dtype == np.int8
            for tensor in onnx.load(str(tmp_path / f"{graph}.onnx")).graph.initializer
        )
    np.testing.assert_array_equal(spoken(tmp_path), spoken(WEIGHTS))


def test_they_are_made_and_served_without_torch(small: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'scripts'); sys.modules['torch'] = None; import quantize;"
        "from pathlib import Path; from larksong.server.engine.backend import local;"
        f"print(local(Path({str(VOICES)!r}), Path({str(small)!r})).synthesizer.sample_rate)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=TINY.parents[2], capture_output=True, text=True)
    assert done.stdout.strip() == "24000", done.stderr
