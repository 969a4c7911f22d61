"""Speech in process, with a model that counts frames."""

from dataclasses import dataclass

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from larksong.clients import local
from larksong.clients.python import LarksongError
from larksong.clients.say import say
from larksong.model.stream import Controls
from larksong.model.text import Word
from larksong.model.voice import VoiceNotFound

FRAME = 600
FRAMES_PER_WORD = 10


@dataclass
class Stream:
    ready: int = 0
    closed: bool = False

    @property
    def finished(self):
        return self.closed and self.ready == 0


class CountingModel:
    """Ten frames for a word; keeps what it was asked for."""

    def __init__(self):
        self.calls = []

    def open(self, voice, controls):
        self.calls.append(("open", voice, controls.speed))
        return Stream()

    def add(self, items):
        ((stream, words),) = items
        self.calls.append(("add", " ".join(word.text for word in words)))
        stream.ready += FRAMES_PER_WORD * len(words)

    def finish(self, stream):
        stream.closed = True

    def step(self, streams, frames):
        (stream,) = streams
        assert stream.closed or stream.ready >= frames
        self.calls.append(("step", frames))
        frames = min(frames, stream.ready)
        stream.ready -= frames
        return [np.full(frames * FRAME, 0.1, np.float32)]


class SplitOnSpaces:
    language = "en"

    def words(self, text):
        return [Word(text=word, start=0, end=0, phonemes="a") for word in text.split()]


@pytest.fixture
def model():
    return CountingModel()


@pytest.fixture
def speaker(model):
    return local.Speaker(model, SplitOnSpaces(), "a voice", Controls(speed=1.2))


def test_all_of_the_text_is_spoken_once(speaker):
    audio = np.concatenate(list(speaker.speak("One two. Three four five! Six")))
    assert audio.size == 6 * FRAMES_PER_WORD * FRAME


def test_first_chunk_is_one_frame_and_later_ones_grow(speaker, model):
    sizes = [audio.size // FRAME for audio in speaker.speak("One two three four five.")]
    assert sizes == [1, 2, 4, 8, 16, 16, 3]


def test_second_sentence_is_planned_only_when_it_is_needed(speaker, model):
    list(speaker.speak("One two three. Four."))
    second = model.calls.index(("add", "Four."))
    assert model.calls[:3] == [("open", "a voice", 1.2), ("add", "One two three."), ("step", 1)]
    assert second > 3


def test_text_without_words_gives_nothing(speaker, model):
    assert list(speaker.speak("  ")) == []
    assert [call for call in model.calls if call[0] == "step"] == []


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ('He said "No." Then (so what?) left', ['He said "No."', "Then (so what?)", "left"]),
        ("Wait… now.", ["Wait…", "now."]),
        ("", []),
    ],
)
def test_sentences(text, groups):
    words = SplitOnSpaces().words(text)
    assert [" ".join(word.text for word in group) for group in local.sentences(words)] == groups


@pytest.fixture
def nobody_listens(monkeypatch):
    def unreachable(self):
        raise LarksongError("unreachable", "nobody there")

    monkeypatch.setattr("larksong.clients.say.Larksong.__enter__", unreachable)


def test_say_without_a_server_speaks_in_process(nobody_listens, speaker, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(local, "load", lambda *arguments: asked.append(arguments) or speaker)
    out = tmp_path / "x.wav"
    options = ["--voice", "bf_emma", "--speed", "1.2", "--out", str(out)]
    result = CliRunner().invoke(say, ["One two.", *options])
    assert result.exit_code == 0, result.output
    assert asked == [("bf_emma", None, 1.2, 1.0)]
    assert soundfile.info(out).frames == 2 * FRAMES_PER_WORD * FRAME
    assert "in this process" in result.output
    assert "0.50 s of speech" in result.output


def test_say_tells_of_an_unknown_voice(nobody_listens, monkeypatch):
    def load(voice, *_):
        raise VoiceNotFound(voice)

    monkeypatch.setattr(local, "load", load)
    result = CliRunner().invoke(say, ["One.", "--voice", "nobody"])
    assert result.exit_code == 1
    assert "nobody" in result.output
    assert isinstance(result.exception, SystemExit)  # told, not thrown


def test_emotion_needs_a_server(nobody_listens):
    result = CliRunner().invoke(say, ["One.", "--emotion", "sad"])
    assert result.exit_code == 1
    assert "--emotion needs a running server" in result.output


def test_the_model_that_comes_with_the_package_speaks():
    audio = np.concatenate(list(local.load("af_heart", None, 1.0, 1.0).speak("Good morning, everybody.")))
    assert 1.0 < audio.size / 24000 < 3.0
    assert 0.02 < np.sqrt(np.mean(audio**2)) < 0.3
    assert np.abs(audio).max() <= 1.0
