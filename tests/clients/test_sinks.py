import sys
import threading
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
from larksong.clients.sinks import SpeakerSink, WavSink, open_sink

CHUNKS = [np.full(240, 0.1, np.float32), np.full(480, -0.2, np.float32)]


class PortAudioError(Exception):
    pass


class OutputStream:
    """Plays nothing, keeps everything, and holds whoever writes until it is told to go on."""

    def __init__(self, *, samplerate, channels, dtype):
        assert (samplerate, channels, dtype) == (24000, 1, "float32")
        self.played = []
        self.calls = []
        self.go = threading.Event()

    def write(self, samples):
        assert self.go.wait(5)
        assert samples.shape[1] == 1
        self.played.append(samples[:, 0])

    def __getattr__(self, name):
        return lambda: self.calls.append(name)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_loudspeaker_does_not_hold_up_the_writer_and_is_waited_for_at_the_end(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(OutputStream=OutputStream))
    sink = open_sink(None, 24000)
    assert isinstance(sink, SpeakerSink)
    for chunk in CHUNKS:
        sink.write(chunk)  # returns although nothing has been played yet
    assert sink._stream.played == []
    sink._stream.go.set()
    assert sink.close() == "played"
    np.testing.assert_array_equal(np.concatenate(sink._stream.played), np.concatenate(CHUNKS))
    assert sink._stream.calls == ["start", "stop", "close"]


def no_device(**_):
    raise PortAudioError


@pytest.mark.parametrize("module", [None, SimpleNamespace(OutputStream=no_device, PortAudioError=PortAudioError)])
def test_without_a_loudspeaker_a_file_is_written(monkeypatch, here, module):
    monkeypatch.setitem(sys.modules, "sounddevice", module)  # None: cannot be imported
    sink = open_sink(None, 24000)
    assert isinstance(sink, WavSink)
    for chunk in CHUNKS:
        sink.write(chunk)
    assert sink.close() == "wrote speech.wav"
    assert soundfile.info(here / "speech.wav").frames == 720


def test_named_file_is_preferred_to_the_loudspeaker(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sounddevice", SimpleNamespace(OutputStream=OutputStream))
    assert isinstance(open_sink(tmp_path / "x.wav", 24000), WavSink)
