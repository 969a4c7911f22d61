"""Where speech goes: a WAV file, or the loudspeaker when `sounddevice` is installed."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from types import ModuleType
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray


class Sink(Protocol):
    def write(self, samples: NDArray[np.float32]) -> None: ...

    def close(self) -> str:
        """Finish, and say what became of the speech."""
        ...


class WavSink:
    def __init__(self, path: Path, sample_rate: int) -> None:
        self._path = path
        self._file = soundfile.SoundFile(path, "w", samplerate=sample_rate, channels=1, format="WAV", subtype="PCM_16")

    def write(self, samples: NDArray[np.float32]) -> None:
        self._file.write(samples)

    def close(self) -> str:
        self._file.close()
        return f"wrote {self._path}"


class SpeakerSink:
    """Plays on a thread of its own, so that waiting for the loudspeaker does not look like a slow server."""

    def __init__(self, sounddevice: ModuleType, sample_rate: int) -> None:
        self._stream = sounddevice.OutputStream(samplerate=sample_rate, channels=1, dtype="float32")
        self._queue: queue.Queue[NDArray[np.float32] | None] = queue.Queue(maxsize=4096)
        self._thread = threading.Thread(target=self._play, name="speaker", daemon=True)
        self._stream.start()
        self._thread.start()

    def write(self, samples: NDArray[np.float32]) -> None:
        self._queue.put(samples)

    def close(self) -> str:
        self._queue.put(None)
        self._thread.join()
        self._stream.stop()  # waits until what was written has been heard
        self._stream.close()
        return "played"

    def _play(self) -> None:
        while (samples := self._queue.get()) is not None:
            self._stream.write(np.ascontiguousarray(samples).reshape(-1, 1))


def open_sink(out: Path | None, sample_rate: int) -> Sink:
    """The file if one is named, else the loudspeaker if there is one, else `speech.wav`."""
    if out is None:
        try:
            import sounddevice

            return SpeakerSink(sounddevice, sample_rate)
        except (ImportError, OSError):  # not installed, or no PortAudio
            out = Path("speech.wav")
        except sounddevice.PortAudioError:  # no device
            out = Path("speech.wav")
    return WavSink(out, sample_rate)
