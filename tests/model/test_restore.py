"""What was exported can be trained on."""

from __future__ import annotations

from dataclasses import replace
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


@torch.no_grad()
def told_apart(nets: tuple[AcousticDecoder, ProsodyPredictor]) -> None:
    """No two weights alike: those could not be told apart, in the graph or here."""
    for p in (*nets[0].parameters(), *nets[1].parameters()):
        p.add_(torch.randn_like(p) * 0.05)


def test_an_export_gives_every_weight_back(
    nets: tuple[AcousticDecoder, ProsodyPredictor],
    other: tuple[AcousticDecoder, ProsodyPredictor],
    config: ModelConfig,
    tmp_path: Path,
) -> None:
    told_apart(nets)
    export(*nets, config, tmp_path, {})
    for net, again, part in zip(nets, other, ("acoustic", "prosody"), strict=True):
        restore(again, part, tmp_path)
        for (name, mine), theirs in zip(net.named_parameters(), again.parameters(), strict=True):
            assert torch.equal(mine, theirs), name


def test_a_missing_weight_is_named(other: tuple[AcousticDecoder, ProsodyPredictor], tmp_path: Path, tiny: Path) -> None:
    with pytest.raises(RestoreError, match="decoder part"):
        restore(other[0], "decoder", tiny / "weights")


def test_a_smaller_decoder_keeps_some_layers(
    nets: tuple[AcousticDecoder, ProsodyPredictor], config: ModelConfig, tmp_path: Path
) -> None:
    told_apart(nets)
    export(*nets, config, tmp_path, {})
    smaller = AcousticDecoder(replace(config, acoustic_layers=1))
    with pytest.raises(RestoreError, match=r"more weights .*layers\.1"):
        restore(smaller, "acoustic", tmp_path)
    restore(smaller, "acoustic", tmp_path, layers=[1])
    theirs = dict(nets[0].named_parameters())
    for name, mine in smaller.named_parameters():
        assert torch.equal(mine, theirs[name.replace("layers.0.", "layers.1.")]), name


def test_a_weight_of_another_size_is_named(
    nets: tuple[AcousticDecoder, ProsodyPredictor], config: ModelConfig, tmp_path: Path
) -> None:
    told_apart(nets)
    export(*nets, config, tmp_path, {})
    with pytest.raises(RestoreError, match="not of the size"):
        restore(AcousticDecoder(replace(config, acoustic=2 * config.acoustic)), "acoustic", tmp_path)
