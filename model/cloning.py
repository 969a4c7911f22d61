"""From a recording to a style: the blend of the teacher's voices that sounds most like its speaker.

A small regressor, made by ``scripts/make_clone.py``, tells what speaker embedding a blend will have. The blend whose
embedding points most nearly the clip's way is the guess. What the served voice makes of it is another matter, so a
search speaks with each guess, listens, and takes what it heard into account for the next.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .manifest import read_manifest
from .pitch import f0_track, middle_hz
from .speaker import RATE, SpeakerEncoder, speech_of
from .voice import STYLE

FILES = {"encoder": "encoder.onnx", "regressor": "regressor.npz"}
LEAST_S, MOST_S = 3.0, 30.0  # of speech
VOICED = 0.15  # share of a clip that must have a pitch; music and noise are no speaker
STEPS, ASCENT = 100, 0.3  # of the search among blends
TRUST = 0.5  # share of a surprise that is believed: one sentence varies too
SURE = 0.6  # share of women's or of men's voices that makes a blend a woman's or a man's

Array = NDArray[np.float32]


class BadClip(ValueError):
    """A recording in which no voice can be found."""


@dataclass(frozen=True)
class Heard:
    """What was heard of a speaker."""

    embedding: Array  # [256], a unit vector
    seconds: float  # of speech
    voiced: float  # share of it that has a pitch
    middle_hz: float  # middle of the F0; 0 when nothing is voiced

    def check(self) -> None:
        """Raise BadClip when this is not enough to look for a voice."""
        if not LEAST_S <= self.seconds <= MOST_S:
            found = f"there are {self.seconds:.1f} s of speech in the clip"
            raise BadClip(f"{found}, and {LEAST_S:g} to {MOST_S:g} are needed")
        if self.voiced < VOICED:
            raise BadClip("hardly anything in the clip has a pitch, so nobody is speaking in it")


class Cloner:
    """Encoder and regressor. Calls may come from any thread."""

    def __init__(self, folder: Path) -> None:
        read_manifest(folder, FILES)
        self._encoder = SpeakerEncoder(folder / FILES["encoder"])
        with np.load(folder / FILES["regressor"], allow_pickle=False) as stored:
            self.voices = tuple(str(name) for name in stored["voices"])  # V names, as the teacher has them
            self.styles: Array = stored["styles"]  # [V, 256]
            self._linear: Array = stored["linear"]  # [V, 256]
            self._square: Array = stored["square"]  # [V, 256]

    def hear(self, sound: Array, rate: int) -> Heard:
        """What ``sound`` [n], mono at ``rate`` Hz, tells of its speaker."""
        speech = speech_of(sound, rate)
        f0 = f0_track(speech, RATE)
        voiced = float(np.mean(f0 > 0)) if f0.size else 0.0
        return Heard(self._encoder.embed(speech), len(speech) / RATE, voiced, middle_hz(f0))

    def expected(self, weights: Array) -> Array:
        """[..., 256]: the speaker embedding that blends with ``weights`` [..., V] will have; its length says little."""
        return (weights @ self._linear + weights * weights @ self._square).astype(np.float32, copy=False)

    def nearest(self, embedding: Array, correction: Array) -> Array:
        """Weights [V] of the blend whose expected embedding, after ``correction`` [256], is nearest in angle.

        Gradient ascent on the cosine from every single voice, with a step back to what is a blend; the best counts.
        """
        weights = np.eye(len(self.voices), dtype=np.float32)
        for _ in range(STEPS):
            cosine, length, unit = self._angles(weights, embedding, correction)
            slope = (embedding - cosine * unit) / length
            weights = _blends(weights + ASCENT * (slope @ self._linear.T + 2 * weights * (slope @ self._square.T)))
        cosine, _, _ = self._angles(weights, embedding, correction)
        best: Array = weights[np.argmax(cosine)]
        return best

    def _angles(self, weights: Array, embedding: Array, correction: Array) -> tuple[Array, Array, Array]:
        """Cosines [n, 1], lengths [n, 1] and directions [n, 256] of expected embeddings."""
        expected = self.expected(weights) + correction
        length = np.linalg.norm(expected, axis=1, keepdims=True)
        unit = expected / length
        return unit @ embedding[:, None], length, unit


@dataclass(frozen=True)
class Guess:
    """A blend of the teacher's voices, and how it sounded when it was tried."""

    voices: tuple[str, ...]  # V names
    weights: Array  # [V], none negative, sum 1
    style: Array  # [256]
    similarity: float = -1.0  # cosine between its speaker embedding and the clip's
    middle_hz: float = 0.0  # middle of its F0; 0 when nothing is voiced

    @property
    def parts(self) -> dict[str, float]:
        """The voices in it and their weights, the heaviest first."""
        named = zip(self.voices, map(float, self.weights), strict=True)
        return dict(sorted((part for part in named if part[1] > 0), key=lambda part: -part[1]))

    @property
    def accent(self) -> str:
        """That of the larger share, as voices have it."""
        return "GB" if self._share(0, "b") >= 0.5 else "US"

    @property
    def gender(self) -> str:
        """That of a clear majority, as voices have it."""
        women = self._share(1, "f")
        return "feminine" if women >= SURE else "masculine" if women <= 1 - SURE else "gender_neutral"

    def _share(self, place: int, letter: str) -> float:
        """Weight of the voices with this letter in their names, which begin with accent and gender, as in bm_."""
        return sum(weight for name, weight in self.parts.items() if name[place] == letter)


class Search:
    """Guesses for one clip, each corrected by how the one before sounded.

    With ``prosody`` [256], a voice's style, all guesses have its second half: they speak as that voice does.
    """

    def __init__(self, cloner: Cloner, clip: Heard, prosody: Array | None = None) -> None:
        self._cloner = cloner
        self._clip = clip
        self._prosody = prosody
        self._correction = np.zeros_like(clip.embedding)
        self.best: Guess | None = None  # of those tried

    def next(self) -> Guess:
        """The blend to be tried now."""
        weights = self._cloner.nearest(self._clip.embedding, self._correction)
        style: Array = weights @ self._cloner.styles
        if self._prosody is not None:
            style[STYLE // 2 :] = self._prosody[STYLE // 2 :]
        return Guess(self._cloner.voices, weights, style)

    def tried(self, guess: Guess, sound: Array, rate: int) -> None:
        """Judge a guess by a sentence spoken with it."""
        heard = self._cloner.hear(sound, rate)
        judged = replace(
            guess, similarity=float(self._clip.embedding @ heard.embedding), middle_hz=heard.middle_hz
        )
        if self.best is None or judged.similarity > self.best.similarity:
            self.best = judged
        surprise = heard.embedding - self._cloner.expected(guess.weights) - self._correction
        self._correction = self._correction + TRUST * surprise


def _blends(rows: Array) -> Array:
    """The nearest rows [n, V] in which nothing is negative and that add up to one (Duchi et al. 2008)."""
    falling = -np.sort(-rows, axis=1)
    excess = (np.cumsum(falling, axis=1) - 1) / np.arange(1, rows.shape[1] + 1)
    last = np.sum(falling > excess, axis=1, keepdims=True) - 1
    return np.maximum(rows - np.take_along_axis(excess, last, axis=1), 0).astype(np.float32)
