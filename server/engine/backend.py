"""The model as the server sees it, and the one place where it is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from larksong.model.cloning import Cloner
    from larksong.model.stream import Controls
    from larksong.model.text import FrontEnd, Word
    from larksong.model.timing import WordTiming
    from larksong.model.voice import Voice

    from ..config import ServerConfig

_WEIGHTS = Path(str(files("larksong.model") / "weights"))


class Stream(Protocol):
    """One context's state inside the model."""

    @property
    def ready(self) -> int:
        """Frames that can be decoded now."""
        ...

    @property
    def finished(self) -> bool:
        """Told that no more text comes, and everything handed out."""
        ...

    @property
    def samples(self) -> int:
        """Samples handed out so far."""
        ...


class Synthesizer(Protocol):
    """What the engine needs of a model. `add` and `step` that raise must have changed no stream."""

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        ...

    @property
    def frame_samples(self) -> int:
        """Samples per frame."""
        ...

    def open(self, voice: Voice, controls: Controls | None = None, seed: int = 0) -> Any:
        """A new Stream."""
        ...

    def set_controls(self, stream: Any, controls: Controls) -> None:
        """Change how text added from now on is said."""
        ...

    def add(self, items: Sequence[tuple[Any, Sequence[Word]]]) -> list[list[WordTiming]]:
        """Plan one segment of text for each stream, as one batch."""
        ...

    def pause(self, stream: Any, seconds: float) -> None:
        """Plan silence."""
        ...

    def finish(self, stream: Any) -> None:
        """No more text will come."""
        ...

    def step(self, streams: Sequence[Any], frames: int) -> list[np.ndarray]:
        """Advance all by `frames` frames as one batch -> float32 samples of each."""
        ...


class Voices(Protocol):
    """The voices that can be asked for."""

    @property
    def default(self) -> Voice:
        """The voice for whoever cannot name one."""
        ...

    def get(self, key: str) -> Voice:
        """By slug or UUID; raises VoiceNotFound."""
        ...

    def __iter__(self) -> Iterator[Voice]:
        """All of them."""
        ...


@dataclass(frozen=True)
class Backend:
    """A synthesizer with its voices and its text front ends.

    `front_end` takes a locale and raises UnknownLanguage for one that it does not speak. `cloner` finds styles for
    clips; whoever clones nothing never loads it.
    """

    synthesizer: Synthesizer
    voices: Voices
    front_end: Callable[[str], FrontEnd]
    cloner: Callable[[], Cloner]


def load(config: ServerConfig) -> Backend:
    """The backend that `config.backend` names as "module:function", which is given `config.voices` and `.weights`."""
    module, _, name = config.backend.partition(":")
    factory: Callable[[Path | None, Path | None], Backend] = getattr(import_module(module), name)
    return factory(config.voices, config.weights)


def local(voices: Path | None, weights: Path | None = None) -> Backend:
    """The model in this process. `voices`, `weights`: folders to be used instead of the package's."""
    from larksong.model.synthesizer import Synthesizer as Model
    from larksong.model.text import front_end
    from larksong.model.voice import VoiceCatalogue

    return Backend(Model(weights or _WEIGHTS), VoiceCatalogue.load(voices or _WEIGHTS / "voices"), front_end, cloner)


def with_experimental_languages(voices: Path | None, weights: Path | None = None) -> Backend:
    """The same, with the voices and weights of the languages that are not finished."""
    from larksong.model.synthesizer import Synthesizer as Model
    from larksong.model.synthesizer_set import SynthesizerSet
    from larksong.model.text import LANGUAGES, any_front_end
    from larksong.model.voice import VoiceCatalogue

    folder = _WEIGHTS / "multilingual"
    more = Model(folder)
    theirs = {language.code: more for language in LANGUAGES if language.experimental}
    known = VoiceCatalogue.load(voices or _WEIGHTS / "voices")
    catalogue = VoiceCatalogue([*known, *VoiceCatalogue.load(folder / "voices")])
    return Backend(SynthesizerSet(theirs, Model(weights or _WEIGHTS)), catalogue, any_front_end, cloner)


@cache
def cloner() -> Cloner:
    """What finds styles for clips, from the package."""
    from larksong.model.cloning import Cloner

    return Cloner(_WEIGHTS / "clone")
