"""Streams of the tiny voice: any chunks, any company, saved and loaded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from larksong.model.edges import KNEE
from larksong.model.state import StreamState
from larksong.model.stream import Controls, Stream
from larksong.model.synthesizer import Synthesizer
from larksong.model.text import Word
from larksong.model.voice import BadVoice, Voice, VoiceCatalogue, VoiceNotFound, mix


def assert_same_sound(got: np.ndarray, want: np.ndarray) -> None:
    """Equal but for float32 sums in another order, which F0 integrates into the phase: error under -60 dB."""
    assert len(got) == len(want)
    assert np.sqrt(np.mean((got - want) ** 2)) < 1e-3 * want.std()



def words(*phonemes: str) -> list[Word]:
    return [Word(p, 0, len(p), p) for p in phonemes]


TEXT = words("həlˈO", "wˈɜɹld,", "hˌW", "ɑɹ", "ju?")


def speak(s: Synthesizer, stream: Stream, sizes: Sequence[int]) -> np.ndarray:
    out = []
    while not stream.finished:
        out.append(s.step([stream], sizes[len(out) % len(sizes)])[0])
    return np.concatenate(out)


def opened(s: Synthesizer, voice: Voice, seed: int = 0, controls: Controls | None = None) -> Stream:
    stream = s.open(voice, controls, seed)
    s.add([(stream, TEXT)])
    s.finish(stream)
    return stream


@pytest.mark.parametrize("sizes", [[1], [2], [3, 7], [4, 8, 16]])
def test_chunk_sizes_do_not_change_the_sound(synthesizer: Synthesizer, voice: Voice, sizes: list[int]) -> None:
    whole = speak(synthesizer, opened(synthesizer, voice), [400])
    assert_same_sound(speak(synthesizer, opened(synthesizer, voice), sizes), whole)
    assert whole.std() > 1e-3


def test_length_is_that_of_the_planned_frames(synthesizer: Synthesizer, voice: Voice) -> None:
    stream = synthesizer.open(voice)
    (timing,) = synthesizer.add([(stream, TEXT)])
    planned = stream.planned
    synthesizer.finish(stream)
    audio = speak(synthesizer, stream, [16])
    assert stream.samples == len(audio)
    assert timing[-1].end_s == pytest.approx((planned - 1) * 0.025)
    assert (planned - 1) * 600 <= len(audio) <= (planned + 1) * 600


def test_a_crowd_sounds_like_each_alone(synthesizer: Synthesizer, voice: Voice) -> None:
    alone = [speak(synthesizer, opened(synthesizer, voice, seed), [4]) for seed in range(3)]
    streams = [opened(synthesizer, voice, seed) for seed in range(3)]
    parts: list[list[np.ndarray]] = [[], [], []]
    turn = 0
    while not all(s.finished for s in streams):
        # one of them sits out every other tick
        here = [i for i, s in enumerate(streams) if not s.finished and (turn + i) % 2]
        for i, audio in zip(here, synthesizer.step([streams[i] for i in here], 2) if here else [], strict=True):
            parts[i].append(audio)
        turn += 1
    for got, want in zip(parts, alone, strict=True):
        assert_same_sound(np.concatenate(got), want)
    assert np.abs(alone[0] - alone[1]).max() > 1e-3  # the seed does choose the noise


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_saved_and_loaded_goes_on_sample_by_sample(
    synthesizer: Synthesizer, voice: Voice, steps: int, tiny: Path
) -> None:
    def halfway() -> Stream:
        stream = opened(synthesizer, voice)
        for _ in range(steps):
            synthesizer.step([stream], 4)
        return stream

    elsewhere = Synthesizer(tiny / "weights")
    moved = elsewhere.load(synthesizer.save(halfway()))
    np.testing.assert_array_equal(speak(elsewhere, moved, [4]), speak(synthesizer, halfway(), [4]))


ELSEWHERE = """
import sys
from pathlib import Path
import numpy as np
from larksong.model.synthesizer import Synthesizer
synthesizer = Synthesizer(Path(sys.argv[1]))
stream = synthesizer.load(sys.stdin.buffer.read())
while not stream.finished:
    sys.stdout.buffer.write(synthesizer.step([stream], 4)[0].tobytes())
"""


def test_a_stream_moves_to_another_process(synthesizer: Synthesizer, voice: Voice, tiny: Path) -> None:
    stream = opened(synthesizer, voice)
    synthesizer.step([stream], 4)
    command = [sys.executable, "-c", ELSEWHERE, str(tiny / "weights")]
    moved = subprocess.run(command, input=synthesizer.save(stream), capture_output=True, check=True).stdout
    np.testing.assert_array_equal(np.frombuffer(moved, np.float32), speak(synthesizer, stream, [4]))


def test_damaged_save_is_refused(synthesizer: Synthesizer, voice: Voice) -> None:
    with pytest.raises(ValueError, match="not a saved stream"):
        synthesizer.load(synthesizer.save(opened(synthesizer, voice))[:200])


def test_state_keeps_its_size(synthesizer: Synthesizer, voice: Voice) -> None:
    stream = synthesizer.open(voice)
    sizes = set()
    for _ in range(20):
        synthesizer.add([(stream, TEXT)])
        while stream.ready >= 8:
            synthesizer.step([stream], 8)
        sizes.add(stream.state.nbytes)
    assert sizes == {StreamState.zeros(synthesizer.config).nbytes}
    assert len(stream.plan.passages) <= 1


def test_text_may_come_in_pieces(synthesizer: Synthesizer, voice: Voice) -> None:
    stream = synthesizer.open(voice)
    timings = [t for part in (TEXT[:2], TEXT[2:]) for t in synthesizer.add([(stream, part)])[0]]
    assert [t.text for t in timings] == [w.text for w in TEXT]
    assert all(a.end_s <= b.start_s for a, b in pairwise(timings))


def test_speed_volume_and_pause(synthesizer: Synthesizer, voice: Voice) -> None:
    normal = speak(synthesizer, opened(synthesizer, voice), [16])
    fast = speak(synthesizer, opened(synthesizer, voice, controls=Controls(speed=1.5)), [16])
    soft = speak(synthesizer, opened(synthesizer, voice, controls=Controls(volume=0.5)), [16])
    assert len(fast) < 0.85 * len(normal)
    as_it_is = np.abs(normal) < KNEE  # what is louder is bent
    assert as_it_is.mean() > 0.3
    np.testing.assert_allclose(soft[as_it_is], normal[as_it_is] * 0.5, atol=1e-5)
    paused = synthesizer.open(voice)
    synthesizer.add([(paused, TEXT)])
    synthesizer.pause(paused, 0.5)
    synthesizer.finish(paused)
    assert len(speak(synthesizer, paused, [16])) == len(normal) + 12000


def test_a_fault_leaves_the_streams_as_they_were(
    synthesizer: Synthesizer, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    want = speak(synthesizer, opened(synthesizer, voice), [4])
    stream = opened(synthesizer, voice)

    def fail(*_: object) -> None:
        raise RuntimeError("out of luck")

    with monkeypatch.context() as broken:
        broken.setattr(synthesizer.backend, "decode", fail)
        with pytest.raises(RuntimeError):
            synthesizer.step([stream], 4)
    np.testing.assert_array_equal(speak(synthesizer, stream, [4]), want)


def test_controls_hold_for_the_text_added_after_them(synthesizer: Synthesizer, voice: Voice) -> None:
    stream = synthesizer.open(voice)
    synthesizer.add([(stream, TEXT)])
    before = stream.ready
    synthesizer.set_controls(stream, Controls(volume=0.5))
    synthesizer.add([(stream, TEXT)])
    loud = [synthesizer.step([stream], 1)[0] for _ in range(before)]
    soft = [synthesizer.step([stream], 1)[0] for _ in range(stream.ready)]
    assert np.concatenate(soft).std() < 0.7 * np.concatenate(loud).std()


def test_nothing_to_say_is_nothing(synthesizer: Synthesizer, voice: Voice) -> None:
    stream = synthesizer.open(voice)
    assert synthesizer.add([(stream, [])]) == [[]]
    synthesizer.finish(stream)
    assert stream.finished


def test_voices_are_data(tiny: Path, voice: Voice, tmp_path: Path) -> None:
    catalogue = VoiceCatalogue.load(tiny / "voices")
    emma = catalogue.get("bf_emma")
    assert catalogue.get(emma.uuid) is emma
    assert catalogue.default.slug == "af_heart"
    with pytest.raises(VoiceNotFound):
        catalogue.get("nobody")
    blend = mix([(voice, 1), (emma, 3)], "blend")
    np.testing.assert_allclose(blend.style, voice.style * 0.25 + emma.style * 0.75, atol=1e-6)
    np.testing.assert_allclose(Voice.load(blend.save(tmp_path)).style, blend.style, atol=1e-4)
    with pytest.raises(BadVoice):
        mix([(voice, -1)], "bad")
    (tmp_path / "bad.voice.json").write_text("{}")
    with pytest.raises(BadVoice):
        Voice.load(tmp_path / "bad.voice.json")
