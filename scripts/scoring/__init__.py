"""Scores for synthetic speech that need no reference recording and no network.

Every score takes mono float audio and its sampling rate. Heavy packages (torch, Whisper) are loaded at the
first call of the score that needs them, never at import.
"""

from .audio import Audio, leading_silence, to_rate
from .mos import distillmos_score, dnsmos_scores
from .pitch import f0_track, pitch_middle, pitch_spread, semitones
from .speaker import speaker_embedding, speaker_similarity
from .words import (
    CharacterErrors,
    Stumbles,
    WordErrors,
    character_errors,
    normalise,
    spoken,
    stumbles,
    transcribe,
    word_errors,
)

__all__ = [
    "Audio",
    "CharacterErrors",
    "Stumbles",
    "WordErrors",
    "character_errors",
    "distillmos_score",
    "dnsmos_scores",
    "f0_track",
    "leading_silence",
    "normalise",
    "pitch_middle",
    "pitch_spread",
    "semitones",
    "speaker_embedding",
    "speaker_similarity",
    "spoken",
    "stumbles",
    "to_rate",
    "transcribe",
    "word_errors",
]
