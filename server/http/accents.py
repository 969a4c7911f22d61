"""Accents: which there are, which a voice speaks, and an own voice with another one.

A voice is how somebody sounds; its accent is how it reads. Every voice speaks every accent of its language when a
request names the locale, and its own accent when none is named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from ..errors import SpeechError
from ..stores.accents import ACCENTS, Accent, code_of_dialect, known_code
from ..stores.library import named, own_slug
from .endpoint import Access, Call, Endpoint, json, routes
from .voice_views import Description, Name, VoiceView, view
from .voices import find_own, show


class AccentList(msgspec.Struct):
    """Every accent there is, by id."""

    accents: list[Accent]


class Localization(msgspec.Struct):
    """A voice with another accent. Before 2026-08-14 `language` and `dialect` name it, since then `accent`."""

    voice_id: str
    name: Name
    description: Description | None = None
    accent: str | None = None
    language: str | None = None
    dialect: str | None = None


class AccentsChange(msgspec.Struct):
    """Accents by their ids."""

    accents: Annotated[list[str], Meta(min_length=1, max_length=10)]


async def list_accents(_: Call) -> Response:
    """All accents."""
    return json(AccentList(sorted(ACCENTS.values(), key=lambda accent: accent.id)))


async def localize_voice(call: Call) -> Response:
    """Make an own voice that sounds like another one and reads with the accent asked for."""
    wanted = await call.body(Localization)
    library, accent = call.services.library, _target(wanted)
    source = named(library, wanted.voice_id)
    text = source.description if wanted.description is None else wanted.description
    made = library.add(replace(source, slug=own_slug(), name=wanted.name, description=text, accent=accent))
    return json(view(made, embedding=call.version.bare_lists))


async def add_accents(call: Call) -> Response:
    """Have an own voice speak these accents. It does so at any time; this checks that they exist."""
    entry, change = find_own(call), await call.body(AccentsChange)
    for accent in change.accents:
        known_code(accent)
    return json(show(call, entry, []))


async def remove_accent(call: Call) -> Response:
    """No accent can be taken away from a voice."""
    entry, accent = find_own(call), known_code(call.path("accent"))
    told = "its own" if accent == entry.voice.accent else "one that every voice speaks"
    raise SpeechError("invalid_request", f"The accent is {told}; it stays unused until a request names its locale.")


def _target(wanted: Localization) -> str:
    if wanted.accent is not None:
        return known_code(wanted.accent)
    if wanted.language is None:
        raise SpeechError("invalid_request", "accent is required.")
    code = code_of_dialect(wanted.language, wanted.dialect)
    if code is None:
        asked = "-".join(filter(None, (wanted.language, wanted.dialect)))
        raise SpeechError("language_not_supported", f"There is no accent for {asked[:40]!r}.")
    return code


_OWNER = Access.OWNER
endpoints = (
    Endpoint("GET", "/accents", list_accents, answer=AccentList),
    Endpoint("POST", "/voices/localize", localize_voice, _OWNER, body=Localization, answer=VoiceView),
    Endpoint("PATCH", "/voices/{voice_id}/accents", add_accents, _OWNER, body=AccentsChange, answer=VoiceView),
    Endpoint("DELETE", "/voices/{voice_id}/accents/{accent}", remove_accent, _OWNER, status=400),
)
ROUTES = routes(endpoints)
