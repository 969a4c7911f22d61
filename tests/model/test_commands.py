"""`larksong voices` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from larksong.model.commands import voices
from larksong.model.voice import VoiceCatalogue


def test_a_mix_is_a_voice_like_any_other(tmp_path: Path) -> None:
    said = CliRunner().invoke(voices, ["mix", "af_heart=2", "bf_emma", "--slug", "dawn", "--out", str(tmp_path)])
    assert said.exit_code == 0, said.output
    voice = VoiceCatalogue.load(tmp_path).get("dawn")
    assert "af_heart 67%" in voice.description
    assert voice.gender == "feminine"
    listed = CliRunner().invoke(voices, ["list", "--voices", str(tmp_path)])
    assert voice.uuid in listed.output


@pytest.mark.parametrize(
    ("part", "complaint"), [("nobody=1", "no voice named nobody"), ("af_heart=x", "x"), ("af_heart=-1", "add up")]
)
def test_bad_mixes_are_refused(tmp_path: Path, part: str, complaint: str) -> None:
    said = CliRunner().invoke(voices, ["mix", part, "--slug", "x", "--out", str(tmp_path)])
    assert said.exit_code == 1
    assert complaint in said.output
