"""Resemblyzer's speaker encoder as an ONNX file that needs neither torch nor its package."""

from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
import torch
from larksong.model.net.export import halve
from larksong.model.speaker import RATE, SPAN, WINDOW, SpeakerEncoder
from numpy.typing import NDArray
from resemblyzer import VoiceEncoder

MELS = 40
TOLERANCE = 1e-3  # of a unit vector's elements, between 32 and 16 bits


class _FromSpectra(torch.nn.Module):
    """The encoder with its mel filters in front."""

    mel: torch.Tensor

    def __init__(self, encoder: VoiceEncoder) -> None:
        super().__init__()
        self.encoder = encoder
        filters = librosa.filters.mel(sr=RATE, n_fft=WINDOW, n_mels=MELS)
        self.register_buffer("mel", torch.from_numpy(filters.T.copy()))

    def forward(self, spectra: torch.Tensor) -> torch.Tensor:
        """[parts, SPAN, WINDOW / 2 + 1] -> [parts, 256] unit vectors."""
        found: torch.Tensor = self.encoder(spectra @ self.mel)
        return found


def export_encoder(path: Path) -> None:
    """Write the graph, its large weights in 16 bits."""
    net = _FromSpectra(VoiceEncoder("cpu", verbose=False)).eval()
    free = {0: "parts"}
    torch.onnx.export(
        net, (torch.rand(2, SPAN, WINDOW // 2 + 1),), str(path), input_names=["spectra"], output_names=["embeddings"],
        dynamic_axes={"spectra": free, "embeddings": free}, opset_version=17, dynamo=False,
    )  # fmt: skip
    halve(path)


def check_encoder(path: Path, speech: NDArray[np.float32]) -> float:
    """Largest difference to Resemblyzer's own embedding of ``speech`` [n] at 16 kHz; raises ValueError when large."""
    theirs = VoiceEncoder("cpu", verbose=False).embed_utterance(speech)
    difference = float(np.abs(theirs - SpeakerEncoder(path).embed(speech)).max())
    if difference > TOLERANCE:
        raise ValueError(f"the exported encoder is off by {difference:.1e}")
    return difference
