"""Larksong as a scored system, in this process and over a socket: how text gets there, what comes back."""

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest
from larksong.model.timing import WordTiming
from scoring.systems import MAX_FRAMES, LarksongHere, LarksongServer, Teacher
from websockets.sync.server import serve

FRAME = 600


@dataclass
class Stream:
    ready: int = 0
    closed: bool = False
    planned: int = 0
    added: list[str] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        return self.closed and not self.ready


class Counting:
    """Each word is 20 frames; two frames of look-ahead are held back until the stream is finished."""

    sample_rate = 24_000

    def __init__(self):
        self.streams = []

    def open(self, voice):
        self.streams.append(Stream())
        return self.streams[-1]

    def add(self, items):
        return [self._plan(stream, words) for stream, words in items]

    def _plan(self, stream, words):
        stream.ready += 20 * len(words) - (0 if stream.added else 2)
        stream.added.append(" ".join(word.text for word in words))
        timings = []
        for word in words:
            timings.append(WordTiming(word.text, stream.planned * 0.025, (stream.planned + 20) * 0.025, ()))
            stream.planned += 20
        return timings

    def finish(self, stream):
        stream.closed = True
        stream.ready += 2

    def step(self, streams, frames):
        (stream,) = streams
        assert stream.closed or frames <= stream.ready, "frames that are not planned yet"
        taken = min(frames, stream.ready)
        stream.ready -= taken
        stream.steps.append(frames)
        return [np.ones(taken * FRAME, np.float32)]


@dataclass
class Voices:
    language: str = "en"
    accent: str = "GB"

    def get(self, name):
        assert name == "bf_emma"
        return self


@pytest.mark.parametrize(
    ("pieces", "name", "added"),
    [
        ("whole", "larksong", ["Stop, thief.", "Come back!"]),
        ("clause", "larksong-clause", ["Stop,", "thief.", "Come back!"]),
        ("half", "larksong-half", ["Stop, thief.", "Come back!"]),
        ("word", "larksong-word", ["Stop,", "thief.", "Come", "back!"]),
    ],
)
def test_text_reaches_the_model_in_its_pieces(pieces, name, added):
    model = Counting()
    system = LarksongHere(model, Voices(), pieces)
    speech = system.speak("Stop, thief. Come back!", "bf_emma")
    (stream,) = model.streams
    assert system.name == name
    assert stream.added == added
    assert speech.audio.size == 4 * 20 * FRAME
    assert stream.steps[:3] == [1, 2, 4]
    assert max(stream.steps) == MAX_FRAMES
    assert [" ".join(word.text for word in segment) for segment in speech.segments] == added
    assert [word.end_s for word in speech.words] == [0.5, 1.0, 1.5, 2.0]
    assert [speech.words[join].start_s for join in speech.joins] == [
        0.5 * sum(len(text.split()) for text in added[:count]) for count in range(1, len(added))
    ]


def test_a_context_takes_each_piece_when_the_last_one_has_been_spoken():
    model = Counting()
    system = LarksongHere(model, Voices(), "word")
    said_before = []

    def pieces():
        for text in ("One. ", "Two. ", "Three."):
            said_before.append(sum(model.streams[0].steps))
            yield text

    assert system.fed("whole").speak_pieces(pieces(), "bf_emma").joins == (1, 2)
    assert said_before[0] == 0
    assert said_before[1:] == [18, 38]  # all but the look-ahead


def test_text_that_cannot_be_spoken_adds_nothing():
    model = Counting()
    LarksongHere(model, Voices()).speak("\U0001f600", "bf_emma")
    assert model.streams[0].added == []


@contextmanager
def answering(heard: list[dict]):
    """A server that answers the end of a context with three samples in two chunks; yields its URL."""

    def handle(connection):
        for raw in connection:
            heard.append(json.loads(raw))
            if heard[-1].get("continue"):
                continue
            common = {"context_id": heard[-1]["context_id"], "status_code": 206}
            for samples in ([0.25, -0.5], [0.125]):
                data = base64.b64encode(np.asarray(samples, "<f4").tobytes()).decode()
                chunk = {"type": "chunk", "done": False, "step_time": 1, "data": data}
                connection.send(json.dumps(common | chunk))
            connection.send(json.dumps(common | {"type": "done", "done": True}))

    with serve(handle, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield "ws://{}:{}".format(*server.socket.getsockname())
        finally:
            server.shutdown()
            thread.join()


def test_a_server_is_given_the_pieces_and_its_chunks_are_joined():
    heard: list[dict] = []
    with answering(heard) as url:
        speech = LarksongServer(url, "word").speak("Stop, thief!", "bf_emma")
    assert "".join(request["transcript"] for request in heard) == "Stop, thief!"
    assert [request["transcript"] for request in heard][:2] == ["Stop,", " thief!"]
    assert "bf_emma" in json.dumps(heard[0]["voice"])
    assert (speech.rate, speech.audio.tolist()) == (24_000, [0.25, -0.5, 0.125])
    assert 0.0 < speech.first_audio_s <= speech.elapsed_s


def test_what_the_teacher_said_is_kept_with_its_words(tmp_path):
    np.zeros((510, 256), "<f4").tofile(tmp_path / "af_one.bin")
    calls = []

    class Slow:
        def speak(self, phonemes, style):
            calls.append(phonemes)
            frames = np.arange(1, len(phonemes) + 3)  # a token each, with a boundary at both ends

            @dataclass
            class Said:
                audio: np.ndarray
                frames: np.ndarray

            return Said(np.full(FRAME * frames.sum(), 0.25, np.float32), frames)

    def teacher():
        fresh = Teacher(tmp_path, tmp_path / "cache")
        fresh._model._model = Slow()
        return fresh

    first = teacher().speak("Go on.", "af_one")
    again = teacher().speak("Go on.", "af_one")
    assert len(calls) == 1
    assert again.segments == first.segments
    assert np.array_equal(again.audio, first.audio)
    go, on = first.words
    signs = calls[0].index(" ")  # of the first word: frames 2, 3, ... after a boundary of 1
    assert go.start_s == 0.025
    assert go.end_s == pytest.approx(0.025 * sum(range(1, signs + 2)))
    assert on.start_s == pytest.approx(go.end_s + 0.025 * (signs + 2))
    teacher().speak("Go away.", "af_one")
    assert len(calls) == 2
    assert not list((tmp_path / "cache").rglob("*.part"))
