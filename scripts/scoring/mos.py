"""Naturalness: DistillMOS and DNSMOS, both as published, with their weights from their packages."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import sys
import types
from functools import cache
from typing import Any

from .audio import SCORING_RATE, Audio, to_rate


@cache
def _distillmos() -> Any:
    # The package imports torchaudio for its command line only. An empty stand-in spares a large wheel; it is
    # taken away again so that nothing else mistakes it for the real one.
    stand_in = importlib.util.find_spec("torchaudio") is None
    if stand_in:
        sys.modules["torchaudio"] = types.ModuleType("torchaudio")
    try:
        import distillmos
    finally:
        if stand_in:
            del sys.modules["torchaudio"]
    # Its constructor prints; callers print one JSON line and nothing else.
    with contextlib.redirect_stdout(io.StringIO()):
        model = distillmos.ConvTransformerSQAModel()
    return model.eval()


def distillmos_score(wav: Audio, rate: int = 24_000) -> float:
    """DistillMOS of one clip, 1 (bad) to 5 (excellent). Runs with torch's current thread count."""
    import torch

    clip = torch.from_numpy(to_rate(wav, rate))[None]
    with torch.inference_mode():
        return float(_distillmos()(clip))


@cache
def _dnsmos() -> Any:
    from importlib.resources import files

    from larksong.model.runtime import onnxruntime as ort
    from speechmos.dnsmos import DNSMOS

    folder = files("speechmos") / "dnsmos_models"
    primary, p808 = str(folder / "sig_bak_ovr.onnx"), str(folder / "model_v8.onnx")
    scorer = DNSMOS(primary, p808)
    # The package opens its sessions with a thread per core; scoring shares the machine with training.
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    providers = ["CPUExecutionProvider"]
    scorer.onnx_sess = ort.InferenceSession(primary, options, providers=providers)
    scorer.p808_onnx_sess = ort.InferenceSession(p808, options, providers=providers)
    return scorer


def dnsmos_scores(wav: Audio, rate: int = 24_000) -> dict[str, float]:
    """DNSMOS of one clip: `overall`, `signal`, `background` and `p808`, each 1 to 5."""
    found = _dnsmos()(to_rate(wav, rate), SCORING_RATE, False)
    keys = {"overall": "ovrl_mos", "signal": "sig_mos", "background": "bak_mos", "p808": "p808_mos"}
    return {ours: float(found[theirs]) for ours, theirs in keys.items()}
