"""What was exported can be trained on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from larksong.model.config import ModelConfig
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.export import export
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.net.restore import RestoreError, restore


@pytest.fixture
def other(config: ModelConfig) -> tuple[AcousticDecoder, ProsodyPredictor]:
    torch.manual_seed(4)
    return AcousticDecoder(config), ProsodyPredictor(config)


def test_an_export_gives_every_weight_back(
    nets: tuple[AcousticDecoder, ProsodyPredictor],
    other: tuple[AcousticDecoder, ProsodyPredictor],
    config: ModelConfig,
    tmp_path: Path,
) -> None:
    with torch.no_grad():  # weights that are all alike could not be told apart, in the graph or here
        for p in (*nets[0].parameters(), *nets[1].parameters()):
            p.add_(torch.randn_like(p) * 0.05)
    export(*nets, config, tmp_path, {})
    for net, again, part in zip(nets, other, ("acoustic", "prosody"), strict=True):
        restore(again, part, tmp_path)
        for (name, mine), theirs in zip(net.named_parameters(), again.parameters(), strict=True):
            assert torch.equal(mine, theirs), name


def test_a_missing_weight_is_named(other: tuple[AcousticDecoder, ProsodyPredictor], tmp_path: Path, tiny: Path) -> None:
    with pytest.raises(RestoreError, match="decoder part"):
        restore(other[0], "decoder", tiny / "weights")
