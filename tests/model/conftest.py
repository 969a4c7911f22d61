"""The tiny fake voice, and networks of its size with random weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from larksong.model.config import ModelConfig
from larksong.model.manifest import check_weights
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.synthesizer import Synthesizer
from larksong.model.voice import Voice, VoiceCatalogue

TINY = Path(__file__).parent.parent / "fixtures" / "tiny_voice"


@pytest.fixture(scope="session")
def tiny() -> Path:
    return TINY


@pytest.fixture(scope="session")
def config() -> ModelConfig:
    return check_weights(TINY / "weights")


@pytest.fixture
def nets(config: ModelConfig) -> tuple[AcousticDecoder, ProsodyPredictor]:
    torch.manual_seed(3)
    acoustic, prosody = AcousticDecoder(config).eval(), ProsodyPredictor(config).eval()
    for net in (acoustic, prosody):
        for name, p in net.named_parameters():
            if "film" in name:
                torch.nn.init.normal_(p, std=0.2)
    return acoustic, prosody


@pytest.fixture(scope="session")
def synthesizer() -> Synthesizer:
    return Synthesizer(TINY / "weights")


@pytest.fixture(scope="session")
def voice() -> Voice:
    return VoiceCatalogue.load(TINY / "voices").get("af_heart")
