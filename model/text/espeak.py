"""espeak-ng as a function: clause in, phoneme words out.

The library comes with its data in a wheel, so no system package is needed. It keeps everything in globals
(voice, dictionary, buffers): one lock guards it, and a process loads it once.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
import threading

import espeakng_loader

from .word import PhonemizerUnavailable

_SYNCHRONOUS = 2  # no audio thread
_DO_NOT_EXIT = 0x8000  # report missing data instead of ending the process
_UTF8 = 1
_LONGEST_PATH = 120  # bytes; the library has room for 160, file names included
_TIE = "^"  # joins the letters of one phoneme; cannot occur in phonemes themselves
_IPA_WITH_TIE = ord(_TIE) << 8 | 0x80 | 0x02


class Espeak:
    """The loaded library. Safe to use from any number of threads; calls are serialised."""

    def __init__(self) -> None:
        """Load the library and its data (about 40 ms). Raises PhonemizerUnavailable."""
        self._lock = threading.Lock()
        self._voice = ""
        try:
            library = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (OSError, RuntimeError) as error:
            raise PhonemizerUnavailable(f"cannot load espeak-ng: {error}") from error
        library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
        library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
        library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        if len(os.fsencode(data)) > _LONGEST_PATH:
            self._shortcut = tempfile.TemporaryDirectory(prefix="larksong-")  # kept: dictionaries load late
            shorter = os.path.join(self._shortcut.name, "espeak-ng-data")
            os.symlink(data, shorter, target_is_directory=True)
            data = shorter
        if library.espeak_Initialize(_SYNCHRONOUS, 0, os.fsencode(data), _DO_NOT_EXIT) <= 0:
            raise PhonemizerUnavailable(f"espeak-ng does not accept its data in {data}")
        self._library = library

    def phonemes(self, clause: str, voice: str) -> list[str]:
        """IPA of one clause, a list of words; letters of one phoneme are joined by "^".

        `clause` should hold letters, apostrophes, hyphens and spaces only. The list may be shorter than the
        clause (espeak-ng says "of the" as one word) or longer. Raises PhonemizerUnavailable if there is no
        such voice.
        """
        pointer = ctypes.c_char_p(clause.encode("utf-8", "ignore").replace(b"\0", b" "))
        spoken: list[str] = []
        with self._lock:
            if voice != self._voice:  # 0.1 ms, so worth remembering
                if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
                    raise PhonemizerUnavailable(f"espeak-ng has no voice {voice!r}")
                self._voice = voice
            while pointer.value:  # each call eats one clause and moves the pointer; null at the end
                piece = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _IPA_WITH_TIE)
                spoken += (piece or b"").decode("utf-8", "ignore").split()
        return spoken


_loading = threading.Lock()
_loaded: list[Espeak] = []


def espeak() -> Espeak:
    """The library of this process, loaded by the first caller. Raises PhonemizerUnavailable."""
    with _loading:  # two threads must not initialise the same globals at once
        if not _loaded:
            _loaded.append(Espeak())
        return _loaded[0]
