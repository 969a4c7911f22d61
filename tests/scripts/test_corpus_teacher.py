"""Graph surgery and speaking, on a graph that has the teacher's names."""

import numpy as np
import onnx
import pytest
from corpus.teacher import (
    FRAME_SAMPLES,
    INNER_OUTPUTS,
    SAMPLE_RATE,
    Teacher,
    TeacherError,
    with_outputs,
)

from .tiny_teacher import SYMBOLS, tiny_teacher

STYLE = np.linspace(0.25, 1.0, 256, dtype=np.float32)


@pytest.fixture
def teacher() -> Teacher:
    return Teacher(tiny_teacher(), SYMBOLS)


def output_names(model: bytes) -> list[str]:
    return [output.name for output in onnx.load_from_string(model).graph.output]


def test_inner_values_become_outputs_after_the_audio():
    assert output_names(tiny_teacher()) == ["audio"]
    assert output_names(with_outputs(tiny_teacher())) == ["audio", *INNER_OUTPUTS.values()]


def test_surgery_twice_adds_nothing():
    once = with_outputs(tiny_teacher())
    assert output_names(with_outputs(once)) == output_names(once)


def test_surgery_names_what_the_graph_lacks():
    with pytest.raises(TeacherError, match="/encoder/Elsewhere"):
        with_outputs(tiny_teacher(), {"f0": "/encoder/Elsewhere"})


def test_spoken_values_are_those_of_the_graph(teacher):
    said = teacher.speak("ab. b", STYLE)
    assert said.ids.tolist() == [0, 1, 2, 3, 4, 2, 0]
    assert said.durations.tolist() == [0, 0.5, 1, 1.5, 2, 1, 0]
    assert said.frames.tolist() == [1, 1, 1, 2, 2, 1, 1]  # rounded half to even, one at least
    assert said.f0.tolist() == [109.0] * 18
    assert said.energy.tolist() == [-109.0] * 18
    assert said.audio.shape == (9 * FRAME_SAMPLES,)
    assert np.allclose(said.audio, 0.25)


def test_a_mute_teacher_decides_the_same(teacher):
    said, mute = teacher.speak("ab. b", STYLE), Teacher(tiny_teacher(), SYMBOLS, mute=True).speak("ab. b", STYLE)
    assert mute.audio.size == 0
    for name in ("ids", "durations", "frames", "f0", "energy"):
        assert getattr(mute, name).tolist() == getattr(said, name).tolist()


def test_speed_shortens(teacher):
    assert teacher.speak("....", STYLE, speed=0.5).audio.size > teacher.speak("....", STYLE, speed=2.0).audio.size


def test_signs_outside_the_symbol_table_are_named(teacher):
    with pytest.raises(TeacherError, match="'z'"):
        teacher.speak("abz", STYLE)


def test_a_whole_pack_is_no_style_row(teacher):
    with pytest.raises(TeacherError, match=r"\(510, 256\)"):
        teacher.speak("ab", np.zeros((510, 256), np.float32))


@pytest.mark.slow
def test_the_published_teacher_speaks_and_repeats_itself():
    kokoro = Teacher()
    style = np.random.default_rng(0).normal(0, 0.1, 256).astype(np.float32)
    one, two = kokoro.speak("həlˈO.", style), kokoro.speak("həlˈO.", style)
    assert np.array_equal(one.audio, two.audio)
    assert one.ids.size == 8
    assert one.audio.size == int(one.frames.sum()) * FRAME_SAMPLES > SAMPLE_RATE // 4
    assert np.abs(one.durations - one.frames).max() <= 1.0
