"""Shards: what is written is what is read, and half-written ones do not count."""

import json

import numpy as np
import pytest
import soundfile as sf
from corpus.shards import ShardError, Spoken, is_complete, read_shard, seconds, shard_name, write_shard
from corpus.teacher import FRAME_SAMPLES, SAMPLE_RATE, Utterance


def spoken(seed: int, tokens: int) -> Spoken:
    rng = np.random.default_rng(seed)
    frames = rng.integers(1, 9, tokens)
    total = int(frames.sum())
    said = Utterance(
        ids=rng.integers(0, 178, tokens),
        durations=(frames + rng.uniform(-0.4, 0.4, tokens)).astype(np.float32),
        frames=frames,
        f0=rng.uniform(0, 400, 2 * total).astype(np.float32),
        energy=rng.uniform(-12, 4, 2 * total).astype(np.float32),
        audio=rng.uniform(-0.9, 0.9, total * FRAME_SAMPLES).astype(np.float32),
    )
    style = rng.normal(0, 0.2, 256).astype(np.float32)
    return Spoken(f"Text {seed}, “ə”.", "template", "tˈɛkst", True, (("af_heart", 0.3), ("bf_emma", 0.7)), style, said)


def test_round_trip(tmp_path):
    items = [spoken(1, 7), spoken(2, 30), spoken(3, 2)]
    write_shard(tmp_path, "en_000", items)
    read = list(read_shard(tmp_path, "en_000"))
    assert len(read) == 3
    start = 0
    for item, (record, arrays) in zip(items, read, strict=True):
        said = item.utterance
        assert (record.text, record.source, record.phonemes) == (item.text, item.source, item.phonemes)
        assert (record.british, record.mix, record.start) == (True, list(item.mix), start)
        assert (record.length, record.n_tokens) == (said.audio.size, said.ids.size)
        assert arrays["ids"].tolist() == said.ids.tolist()
        assert arrays["frames"].tolist() == said.frames.tolist()
        assert np.allclose(arrays["dur"], said.durations, atol=0.01)
        assert np.allclose(arrays["f0"], said.f0, atol=0.2)
        assert np.allclose(arrays["energy"], said.energy, atol=0.01)
        assert np.allclose(arrays["style"], item.style, atol=1e-3)
        # Lossless: off by no more than half a step of 16 bits.
        assert np.abs(arrays["audio"] - said.audio).max() <= 0.5 / 32768 + 1e-7
        start += said.audio.size
    assert seconds(tmp_path, "en_000") == pytest.approx(start / SAMPLE_RATE)


def test_the_stored_layout_is_the_documented_one(tmp_path):
    write_shard(tmp_path, "en_000", [spoken(1, 5)])
    row = json.loads((tmp_path / "en_000.jsonl").read_text(encoding="utf-8"))
    keys = ["text", "source", "phonemes", "g2p", "british", "mix", "start", "length", "n_tokens", "n_frames"]
    assert list(row) == keys
    with np.load(tmp_path / "en_000.npz") as stored:
        kinds = {key: stored[key].dtype.name for key in stored.files}
    half = dict.fromkeys(("dur", "f0", "energy", "style"), "float16")
    assert kinds == {"ids": "uint8", "frames": "uint16", **half}
    info = sf.info(tmp_path / "en_000.flac")
    assert (info.format, info.samplerate, info.channels) == ("FLAC", SAMPLE_RATE, 1)


def test_a_failed_write_leaves_no_shard(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez_compressed", fail)
    with pytest.raises(OSError, match="disk full"):
        write_shard(tmp_path, "en_000", [spoken(1, 5)])
    assert not is_complete(tmp_path, "en_000")
    assert not list(tmp_path.glob("*.part"))


def test_files_that_disagree_are_refused(tmp_path):
    write_shard(tmp_path, "en_000", [spoken(1, 5)])
    write_shard(tmp_path, "en_001", [spoken(2, 9)])
    (tmp_path / "en_001.npz").replace(tmp_path / "en_000.npz")
    with pytest.raises(ShardError, match="en_000 disagree"):
        list(read_shard(tmp_path, "en_000"))
    (tmp_path / "en_000.flac").unlink()
    with pytest.raises(ShardError, match="no audio"):
        list(read_shard(tmp_path, "en_000"))


def test_names_sort_by_number():
    assert [shard_name(number) for number in (0, 12, 345)] == ["en_000", "en_012", "en_345"]
