"""What may be asked of the voice, whichever door it came through."""

from __future__ import annotations

import msgspec

from ..audio.formats import OutputFormat


class Experimental(msgspec.Struct):
    """`__experimental_controls` of 2024-11-13, inside the voice."""

    speed: float | str | None = None
    emotion: list[str] | str | None = None


class VoiceSpec(msgspec.Struct, rename={"experimental": "__experimental_controls"}):
    """A voice by id, with or without `mode`, or as an embedding."""

    mode: str | None = None
    id: str | None = None
    embedding: list[float] | None = None
    experimental: Experimental | None = None


class GenerationConfig(msgspec.Struct):
    """`generation_config`: factors for speed and volume, and an emotion's name."""

    speed: float | None = None
    volume: float | None = None
    emotion: str | list[str] | None = None


class Opening(msgspec.Struct):
    """What the first frame of a context fixes for its whole life."""

    model_id: str | None = None
    voice: str | VoiceSpec | None = None
    output_format: OutputFormat | None = None
    language: str | None = None
    locale: str | None = None
    max_buffer_delay_ms: float | None = None
    add_timestamps: bool | None = None
    add_phoneme_timestamps: bool | None = None
    add_visemes: bool | None = None  # own extension: mouth shapes for faces
    generation_config: GenerationConfig | None = None
    speed: float | str | None = None
    pronunciation_dict_id: str | None = None
