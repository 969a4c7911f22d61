"""What a context's first frame asks for, checked and resolved: voice, controls, format, language, flags."""

from __future__ import annotations

import re

from larksong.model.stream import Controls
from larksong.model.text import FrontEnd, UnknownLanguage
from larksong.model.voice import Voice

from ..audio.formats import ENCODINGS, RATES, AudioFormat, OutputFormat
from ..engine.backend import Backend
from ..engine.settings import Settings
from ..errors import SpeechError
from ..stores.library import like, named
from ..text.emotions import Shape, shape
from ..text.lexicon import Dictionaries, Lexicon
from ..text.script import SPEEDS, VOLUMES, clamp
from ..version import Version
from .request import Opening, VoiceSpec

DEFAULT_DELAY_MS = 3000.0
MAX_DELAY_MS = 5000.0
_MODEL = re.compile(r"(sonic|larksong)([-.].*)?", re.IGNORECASE)
_SPEED_NAMES = {"slowest": 0.7, "slow": 0.85, "normal": 1.0, "fast": 1.15, "fastest": 1.3}


def resolve(opening: Opening, version: Version, backend: Backend, dictionaries: Dictionaries) -> Settings:
    """Settings for a context; raises SpeechError for what cannot be served."""
    check_model(opening.model_id)
    voice = find_voice(opening.voice, version, backend)
    controls, emotion = _controls(opening)
    delay = DEFAULT_DELAY_MS if opening.max_buffer_delay_ms is None else opening.max_buffer_delay_ms
    return Settings(
        voice=voice,
        controls=controls,
        emotion=emotion,
        format=raw_format(opening.output_format),
        front_end=find_front_end(opening.locale or opening.language, voice, backend),
        lexicon=_lexicon(opening.pronunciation_dict_id, dictionaries),
        delay_s=clamp(delay, (0.0, MAX_DELAY_MS)) / 1000.0,
        timestamps=bool(opening.add_timestamps),
        phoneme_timestamps=bool(opening.add_phoneme_timestamps),
        visemes=bool(opening.add_visemes),
    )


def check_model(model_id: str | None) -> None:
    """There is one model, and every `sonic…` or `larksong…` id means it."""
    if not model_id:
        raise SpeechError("invalid_request", "model_id is required.")
    if not _MODEL.fullmatch(model_id):
        raise SpeechError("model_not_found", f"There is no model {model_id[:80]!r}; there is 'larksong'.")


def find_voice(given: str | VoiceSpec | None, version: Version, backend: Backend) -> Voice:
    """The voice meant by a name, a UUID, or one of the older objects."""
    spec = VoiceSpec(id=given) if isinstance(given, str) else given
    if spec is None:
        raise SpeechError("invalid_request", "voice is required.")
    if spec.id:
        return named(backend.voices, spec.id)
    if spec.embedding is None:
        raise SpeechError("invalid_request", "voice needs an id.")
    if not version.embeddings:
        raise SpeechError("voice_embedding_removed", "Since 2026-03-01 a voice is given by its id.")
    return like(backend.voices, spec.embedding)


def find_front_end(locale: str | None, voice: Voice, backend: Backend) -> FrontEnd:
    """The text front end for a language or locale; without a region, the voice's own accent decides."""
    wanted = (locale or voice.language).replace("_", "-")
    language = wanted.partition("-")[0].lower()
    regional = f"{language}-{voice.accent}" if language == wanted.lower() == voice.language else wanted
    for candidate in (regional, language):
        try:
            found = backend.front_end(candidate)
        except UnknownLanguage:
            continue
        if found.language.partition("-")[0] != voice.language:  # its weights do not know the other's sounds
            message = f"The voice {voice.slug!r} does not speak {wanted[:40]!r}, only {voice.language!r}."
            raise SpeechError("language_not_supported", message)
        return found
    raise SpeechError("language_not_supported", f"There is no voice for the language {wanted[:40]!r}.")


def raw_format(given: OutputFormat | None) -> AudioFormat:
    """The format of sound sent in frames: raw, one of four encodings, one of six rates."""
    if given is None:
        raise SpeechError("invalid_output_format", "output_format is required.")
    if given.container not in (None, "raw"):
        raise SpeechError("invalid_output_format", "container must be 'raw' where sound is sent in frames.")
    if given.encoding not in ENCODINGS:
        raise SpeechError("invalid_output_format", f"encoding must be one of {', '.join(ENCODINGS)}.")
    if given.sample_rate not in RATES:
        rates = ", ".join(map(str, RATES))
        raise SpeechError("invalid_output_format", f"sample_rate must be one of {rates}.")
    return AudioFormat(given.encoding, given.sample_rate)


def _controls(opening: Opening) -> tuple[Controls, Shape]:
    config = opening.generation_config
    spec = opening.voice if isinstance(opening.voice, VoiceSpec) else None
    older = spec.experimental if spec else None
    speed = config.speed if config and config.speed is not None else None
    if speed is None:
        given = opening.speed if opening.speed is not None else older.speed if older else None
        speed = _legacy_speed(given)
    volume = config.volume if config and config.volume is not None else 1.0
    emotion = config.emotion if config and config.emotion else older.emotion if older else None
    return Controls(speed=clamp(speed, SPEEDS), volume=clamp(volume, VOLUMES)), shape(emotion)


def _legacy_speed(given: float | str | None) -> float:
    """The factor for slow/normal/fast, or for a number between -1 (slowest) and 1 (fastest)."""
    if isinstance(given, str):
        return _SPEED_NAMES.get(given.lower(), 1.0)
    return 1.0 if given is None else 1.0 + 0.4 * clamp(given, (-1.0, 1.0))


def _lexicon(dictionary_id: str | None, dictionaries: Dictionaries) -> Lexicon:
    if not dictionary_id:
        return Lexicon()
    try:
        return Lexicon(dictionaries.get(dictionary_id))
    except KeyError:
        message = f"There is no pronunciation dictionary {dictionary_id[:80]!r}."
        raise SpeechError("dictionary_not_found", message) from None
