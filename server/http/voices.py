"""`/voices`: the list, single voices, own voices made by mixing, and a sample of each."""

from __future__ import annotations

import msgspec
from larksong.model.voice import BadVoice, VoiceNotFound
from starlette.responses import Response

from ..audio import containers
from ..audio.formats import OutputFormat
from ..errors import SpeechError
from ..speech.request import Opening
from ..speech.whole import speak
from ..stores.accents import known_code
from ..stores.library import Entry, named, unknown
from .endpoint import Access, Call, Endpoint, json, routes
from .paging import page
from .settle import settle
from .streaming import contained, streamed
from .voice_views import Mix, VoiceChange, VoiceDetails, VoicePage, VoiceQuery, VoiceView, view, wanted

PREVIEW = "The sound of this voice is made as you hear it, one moment after the other."
PREVIEW_RATE, PREVIEW_BIT_RATE = 24000, 64000


def find(call: Call) -> Entry:
    """The voice of the path; raises SpeechError."""
    key = call.path("voice_id")
    try:
        return call.services.library.entry(key)
    except VoiceNotFound:
        raise unknown(key) from None


def find_own(call: Call) -> Entry:
    """The same, for those who want to change it."""
    entry = find(call)
    if not entry.own:
        raise SpeechError("forbidden", "Voices that come with the server cannot be changed; mix one of your own.")
    return entry


def show(call: Call, entry: Entry, expand: list[str]) -> VoiceView:
    """A voice as this caller is to see it."""
    preview = None
    if "preview_file_url" in expand:
        prefix = call.request.scope.get("root_path", "")
        preview = str(call.request.url.replace(path=f"{prefix}/voices/{entry.id}/preview", query=""))
    return view(entry, preview, call.version.bare_lists)


async def list_voices(call: Call) -> Response:
    """Voices by pages, with search and filters."""
    query = call.query(VoiceQuery)
    entries = [entry for entry in call.services.library.entries() if wanted(entry, query)]
    if call.version.bare_lists:
        return json([show(call, entry, query.expand) for entry in entries])
    chosen, more, cursor = page(entries, lambda entry: entry.id, query)
    return json(VoicePage([show(call, entry, query.expand) for entry in chosen], more, cursor))


async def get_voice(call: Call) -> Response:
    """One voice, by id or slug."""
    return json(show(call, find(call), call.query(VoiceDetails).expand))


async def change_voice(call: Call) -> Response:
    """Change an own voice's name, description, gender or accent."""
    entry, change = find_own(call), await call.body(VoiceChange)
    changes = {}
    if change.name is not None:
        changes["name"] = change.name
    if change.description is not None:
        changes["description"] = change.description
    if change.gender is not msgspec.UNSET:
        changes["gender"] = change.gender or ""
    if change.accent is not None:
        changes["accent"] = known_code(change.accent)
    return json(show(call, call.services.library.update(entry, changes), []))


async def delete_voice(call: Call) -> Response:
    """Delete an own voice."""
    call.services.library.delete(find_own(call))
    return Response(status_code=204)


async def mix_voices(call: Call) -> Response:
    """Own extension: make a new own voice as a weighted mix of others."""
    wanted_mix = await call.body(Mix)
    library = call.services.library
    try:
        parts = [(named(library, part.id), part.weight) for part in wanted_mix.voices]
        entry = library.mix(parts, wanted_mix.name or "", wanted_mix.description or "")
    except BadVoice as reason:
        raise SpeechError("invalid_request", f"{reason}.") from None
    return json(view(entry, embedding=call.version.embeddings))


async def create_voice(call: Call) -> Response:
    """Voices are not made from embeddings any more."""
    raise SpeechError("removed", "Voices are not made from embeddings; mix one with POST /voices/mix.")


async def preview_voice(call: Call) -> Response:
    """A sentence in this voice, as MP3."""
    entry = find(call)
    engine = call.services.engine
    raw = OutputFormat("raw", "pcm_f32le", engine.sample_rate)
    settings = settle(call, Opening(model_id="larksong", voice=entry.id, output_format=raw))
    container = containers.mp3(PREVIEW_RATE, PREVIEW_BIT_RATE, engine.sample_rate)
    return await streamed(contained(speak(engine, settings, PREVIEW), container), container.media_type)


_OWNER = Access.OWNER
endpoints = (
    Endpoint("GET", "/voices", list_voices, query=VoiceQuery, answer=VoicePage),
    Endpoint("POST", "/voices", create_voice, _OWNER, status=410),
    Endpoint("POST", "/voices/mix", mix_voices, _OWNER, body=Mix, answer=VoiceView),
    Endpoint("GET", "/voices/{voice_id}", get_voice, query=VoiceDetails, answer=VoiceView),
    Endpoint("PATCH", "/voices/{voice_id}", change_voice, _OWNER, body=VoiceChange, answer=VoiceView),
    Endpoint("DELETE", "/voices/{voice_id}", delete_voice, _OWNER, status=204),
    Endpoint("GET", "/voices/{voice_id}/preview", preview_voice, answer=("audio/mpeg",)),
)
ROUTES = routes(endpoints)
