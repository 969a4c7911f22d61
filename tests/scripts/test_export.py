"""Checkpoints become served weights: the mean of several, or what an earlier export held."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from export import main
from larksong.model.manifest import check_weights
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.restore import exported_weights
from training.acoustic import AcousticTask
from training.prosody import ProsodyTask

from .test_training import TINY


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three runs of a few steps: `first`, `second` (acoustic) and `prosody`."""
    for seed, name in enumerate(("first", "second", "prosody")):
        torch.manual_seed(seed)
        task = ProsodyTask(TINY) if name == "prosody" else AcousticTask(TINY)
        (tmp_path / name).mkdir()
        torch.save(
            {"average": task.state_dict(), "step": seed, "used": 60.0, "facts": {"config": TINY.to_json(), "hours": 1}},
            tmp_path / name / "checkpoint.pt",
        )
    return tmp_path


def run(*arguments: object) -> None:
    CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def test_the_mean_of_two_checkpoints_is_served(runs: Path) -> None:
    run("--acoustic", runs / "first", "--acoustic", runs / "second" / "checkpoint.pt", "--prosody", runs / "prosody",
        "--out", runs / "out")  # fmt: skip
    assert check_weights(runs / "out") == TINY
    first, second = (torch.load(runs / name / "checkpoint.pt")["average"] for name in ("first", "second"))
    served = exported_weights(runs / "out")
    for name, _ in AcousticDecoder(TINY).named_parameters():
        mean = (first[f"decoder.{name}"] + second[f"decoder.{name}"]) / 2
        if f"acoustic.{name}" in served:  # weights all alike cannot be told apart in a graph
            torch.testing.assert_close(served[f"acoustic.{name}"].reshape(mean.shape), mean, atol=1e-3, rtol=1e-3)
    assert "acoustic.bands.weight" in served
    facts = json.loads((runs / "out" / "manifest.json").read_text())["training"]["acoustic"]
    assert facts == {"steps": [0, 1], "minutes": 1.0, "hours_of_audio": 1}


def test_a_part_may_come_from_an_earlier_export(runs: Path, tiny_export: Path) -> None:
    run("--acoustic", runs / "first", "--prosody", tiny_export, "--out", runs / "again")
    mine, theirs = exported_weights(runs / "again"), exported_weights(tiny_export)
    assert torch.equal(mine["prosody.leave.bias"], theirs["prosody.leave.bias"])
    assert not torch.equal(mine["acoustic.bands.bias"], theirs["acoustic.bands.bias"])


@pytest.fixture
def tiny_export(runs: Path) -> Path:
    """An export with trained-looking weights, so that each is told apart."""
    for name in ("second", "prosody"):
        saved = torch.load(runs / name / "checkpoint.pt")
        saved["average"] = {k: v + 0.05 * torch.randn_like(v) for k, v in saved["average"].items()}
        torch.save(saved, runs / name / "checkpoint.pt")
    run("--acoustic", runs / "second", "--prosody", runs / "prosody", "--out", runs / "earlier")
    return runs / "earlier"


def test_no_mean_is_taken_of_an_export(runs: Path, tiny_export: Path) -> None:
    both = ["--prosody", tiny_export, "--prosody", runs / "prosody"]
    given = ["--acoustic", runs / "first", *both, "--out", runs / "no"]
    result = CliRunner().invoke(main, [str(argument) for argument in given])
    assert result.exit_code == 2
    assert "is an export" in result.output
    assert not (runs / "no").exists()
