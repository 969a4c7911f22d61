"""How one context is to be spoken."""

from __future__ import annotations

from dataclasses import dataclass

from larksong.model.stream import Controls
from larksong.model.text import FrontEnd
from larksong.model.voice import Voice

from ..audio.formats import AudioFormat
from ..text.emotions import Shape
from ..text.lexicon import Lexicon


@dataclass(frozen=True)
class Settings:
    """Locked at the first frame of a context, the same until its end."""

    voice: Voice
    controls: Controls
    emotion: Shape
    format: AudioFormat
    front_end: FrontEnd
    lexicon: Lexicon
    delay_s: float  # 0: every submission is spoken at once
    timestamps: bool = False
    phoneme_timestamps: bool = False
    visemes: bool = False
