"""`/voices/clone`: an own voice from a clip, and how near it came."""

from __future__ import annotations

import asyncio
from typing import Annotated

import msgspec
from larksong.model.cloning import BadClip, Guess, Heard, Search
from larksong.model.voice import Voice
from msgspec import Meta
from starlette.responses import Response

from ..audio.formats import OutputFormat
from ..engine.settings import Settings
from ..errors import SpeechError
from ..speech import cloning
from ..speech.request import Opening
from ..speech.resolve import find_front_end
from ..stores.accents import ACCENTS, code_of, known_code
from ..stores.library import named, own_slug
from .endpoint import Access, Call, Endpoint, json, routes
from .settle import settle
from .voice_views import Description, Gender, Name, VoiceView, view

MAX_BYTES = 16 << 20  # of a form: 40 s of stereo at 48 kHz in 32 bits
SHOWN = 0.01  # least share of a voice that is told


class Cloning(msgspec.Struct):
    """A form with a clip of one speaker. Gender and accent are else those of `base_voice_id`, or guessed; with a base
    voice the new one sounds like the clip and has the melody and tempo of the base."""

    clip: Annotated[bytes, Meta(extra_json_schema={"contentEncoding": "binary"})]
    name: Name
    language: str
    description: Description | None = None
    gender: Gender | None = None
    accent: str | None = None
    base_voice_id: str | None = None


class Likeness(msgspec.Struct):
    """How near a voice came to its clip. `similarity` is the cosine between the speaker embeddings of the clip and of
    a sentence that this server spoke with the voice; `blend` names the teacher's voices that it is a mix of."""

    similarity: float
    speech_seconds: float
    clip_middle_hz: float
    voice_middle_hz: float
    blend: dict[str, float]


class ClonedVoice(VoiceView, kw_only=True):
    """A new own voice. `likeness` is our own."""

    likeness: Likeness


async def clone_voice(call: Call) -> Response:
    """Make an own voice from 3 to 30 s of one person's speech in a WAV, FLAC, MP3 or Ogg file. It is the blend of 28
    synthetic voices that comes nearest, not a copy; what that means stands at `/docs`."""
    form = await call.form(Cloning, MAX_BYTES)
    services = call.services
    language, _, region = form.language.replace("_", "-").partition("-")
    base, accent = _base(call, form), code_of(region) if form.accent is None else known_code(form.accent)
    find_front_end(form.language, services.library.default, services.backend)  # or it raises
    services.library.check_room()
    async with services.clones.turn():
        cloner = await asyncio.to_thread(services.backend.cloner)
        try:
            heard = await asyncio.to_thread(cloning.hear, cloner, form.clip)
        except BadClip as reason:
            raise SpeechError("clip_not_usable", f"{reason}.") from None
        search = Search(cloner, heard, base.style if base else None)
        first = await asyncio.to_thread(search.next)
        accent = accent or (base or first).accent
        found = await cloning.find(services.engine, _aloud(call, accent), search, first)
    made = services.library.add(
        Voice(
            slug=own_slug(),
            name=form.name,
            description=_told(heard, found) if form.description is None else form.description,
            gender=form.gender or (base or found).gender,
            language=language.lower(),
            accent=accent,
            middle_hz=found.middle_hz or heard.middle_hz,
            style=found.style,
        )
    )
    shown = msgspec.structs.asdict(view(made, embedding=call.version.embeddings))
    return json(ClonedVoice(**shown, likeness=_likeness(heard, found)))


def _base(call: Call, form: Cloning) -> Voice | None:
    return None if form.base_voice_id is None else named(call.services.library, form.base_voice_id)


def _aloud(call: Call, accent: str) -> Settings:
    """How the sentences of a search are spoken."""
    raw = OutputFormat("raw", "pcm_f32le", call.services.engine.sample_rate)
    voice = call.services.library.default.slug
    return settle(call, Opening("larksong", voice, raw, locale=ACCENTS[accent].locale))


def _told(heard: Heard, found: Guess) -> str:
    blend = ", ".join(f"{name} {weight:.0%}" for name, weight in _shown(found).items())
    return f"Nearest to a clip; similarity {found.similarity:.2f}, from {heard.seconds:.0f} s of speech: {blend}"


def _likeness(heard: Heard, found: Guess) -> Likeness:
    return Likeness(
        similarity=round(found.similarity, 4),
        speech_seconds=round(heard.seconds, 2),
        clip_middle_hz=round(heard.middle_hz, 1),
        voice_middle_hz=round(found.middle_hz, 1),
        blend=_shown(found),
    )


def _shown(found: Guess) -> dict[str, float]:
    return {name: round(weight, 3) for name, weight in found.parts.items() if weight >= SHOWN}


endpoints = (Endpoint("POST", "/voices/clone", clone_voice, Access.OWNER, form=Cloning, answer=ClonedVoice),)
ROUTES = routes(endpoints)
