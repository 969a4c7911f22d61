"""How near the search comes to speakers that it has not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from larksong.model.cloning import Cloner, Heard, Search
from larksong.server.speech.cloning import ROUNDS
from tqdm import tqdm

from .pairs import Array, Space

RATE = 24_000  # of whoever speaks
Say: TypeAlias = Callable[[Array, bool], Array]  # style [256] and whether it is British -> samples [n] at RATE


def judge(
    cloner: Cloner, space: Space, clips: Array, say: Say, named: Sequence[str], true: Array | None
) -> dict[str, float]:
    """Mean similarities of clips with embeddings [N, 256] to sentences that ``say`` speaks: with the style found, with
    that of the most similar single voice, and with the true one where ``true`` has its weights [N, V]."""
    alone = np.array([_spoken(cloner, say, style, name.startswith("b")) for name, style in _of(space, named)])
    guesses = np.array([_search(cloner, clip, say) for clip in tqdm(clips, desc="searches")])
    scores = {
        "found": guesses.max(1),
        "first_guess": guesses[:, 0],
        "best_of_served_voices": (clips @ alone.T).max(1),
    }
    if true is not None:
        voices = [_spoken(cloner, say, weights @ space.styles, space.is_british(weights)) for weights in true]
        scores["true_style"] = np.sum(clips * np.array(voices), axis=1)
    return {name: round(float(np.mean(values)), 4) for name, values in scores.items()}


def _search(cloner: Cloner, clip: Array, say: Say) -> list[float]:
    """Similarity of every guess, as the server makes them."""
    search, similarities = Search(cloner, Heard(clip, 0.0, 0.0, 0.0)), []
    for _ in range(ROUNDS):
        guess = search.next()
        sound = say(guess.style, guess.accent == "GB")
        search.tried(guess, sound, RATE)
        similarities.append(float(clip @ cloner.hear(sound, RATE).embedding))
    return similarities


def _spoken(cloner: Cloner, say: Say, style: Array, british: bool) -> Array:
    return cloner.hear(say(style, british), RATE).embedding


def _of(space: Space, named: Sequence[str]) -> list[tuple[str, Array]]:
    return [(name, space.styles[space.voices.index(name)]) for name in named]
