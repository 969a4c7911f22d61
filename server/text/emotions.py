"""Emotion names as what the model can really do: tempo, pitch and how lively the melody is.

The voice has no acted emotions. Each name stands for a shape that moves the sound in the direction listeners
link with it, no more. Names are matched without regard to case; an unknown one changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Factors on tempo, loudness and liveliness (1.0 = unchanged) and a shift in semitones."""

    speed: float = 1.0
    volume: float = 1.0
    pitch: float = 0.0
    expressiveness: float = 1.0


NEUTRAL = Shape()

_GROUPS: dict[Shape, str] = {
    NEUTRAL: "neutral",
    Shape(1.06, 1.05, 1.0, 1.3): (
        "happy excited enthusiastic elated euphoric triumphant amazed surprised joking/comedic"
    ),
    Shape(1.02, 1.0, 0.5, 1.2): "flirtatious curious anticipation proud confident determined",
    Shape(0.97, 1.0, 0.0, 1.05): "content grateful affectionate trust sympathetic nostalgic wistful",
    Shape(0.93, 0.95, -0.3, 0.85): "peaceful serene calm contemplative",
    Shape(1.05, 1.2, 0.4, 1.3): "angry mad outraged frustrated agitated threatened",
    Shape(0.97, 1.0, -0.4, 1.15): "disgusted contempt envious sarcastic ironic skeptical mysterious",
    Shape(0.88, 0.9, -0.8, 0.75): "sad dejected melancholic disappointed hurt guilty rejected apologetic",
    Shape(0.9, 0.92, -0.5, 0.65): "bored tired resigned distant",
    Shape(1.08, 1.0, 0.9, 1.2): "anxious panicked alarmed scared",
    Shape(0.95, 0.95, 0.3, 0.95): "hesitant insecure confused",
}
_SHAPES = {name: shape for shape, names in _GROUPS.items() for name in names.split()}

#: The five emotions of 2024-11-13, which came as "name" or "name:level".
_LEGACY = {
    "anger": "angry",
    "positivity": "happy",
    "surprise": "surprised",
    "sadness": "sad",
    "curiosity": "curious",
}

NAMES = tuple(sorted(_SHAPES))


def shape(name: str | list[str] | None) -> Shape:
    """The shape of an emotion, or of the first known one of several; NEUTRAL when none is known."""
    for each in [name] if isinstance(name, str) else name or []:
        key = each.partition(":")[0].strip().lower()
        found = _SHAPES.get(_LEGACY.get(key, key))
        if found is not None:
            return found
    return NEUTRAL
