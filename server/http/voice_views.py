"""Voices as the API shows them, and what it takes to ask for or change them."""

from __future__ import annotations

import re
from textwrap import shorten
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ..stores.accents import ACCENTS, spoken_with
from ..stores.library import EMBEDDING, Entry
from .paging import Paging

Gender = Literal["masculine", "feminine", "gender_neutral"]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Description = Annotated[str, Meta(max_length=1000)]
MAX_TAGLINE = 32  # characters


class Locale(msgspec.Struct):
    """A locale that a voice speaks."""

    locale: str
    is_native: bool


class VoiceView(msgspec.Struct, kw_only=True):
    """A voice: the fields of every API version together. `slug` is our own, a second id for people."""

    id: str
    slug: str
    name: str
    tagline: str
    description: str
    language: str
    created_at: str
    is_owner: bool
    is_public: bool
    access: Literal["private", "public"]
    visibility: Literal["owner", "all"]
    user_id: str
    gender: Gender | None
    country: str
    accent: str | None
    locales: list[Locale]
    preview_file_url: str | UnsetType = UNSET
    embedding: list[float] | UnsetType = UNSET


class VoicePage(msgspec.Struct):
    """A page of voices; the very first API version gets the bare list instead."""

    data: list[VoiceView]
    has_more: bool
    next_page: str | None


class VoiceQuery(Paging):
    """Which voices. `q` is looked for in names, descriptions and ids."""

    q: str | None = None
    gender: Gender | None = None
    language: str | None = None
    is_owner: bool | None = None
    expand: list[str] = msgspec.field(default_factory=list)


class VoiceDetails(msgspec.Struct):
    """What to show of one voice beyond the usual."""

    expand: list[str] = msgspec.field(default_factory=list)


class VoiceChange(msgspec.Struct):
    """New values for some fields of an own voice; a gender of null takes it away."""

    name: Name | None = None
    description: Description | None = None
    gender: Gender | UnsetType | None = UNSET
    accent: str | None = None


class Part(msgspec.Struct):
    """A voice in a mix."""

    id: str
    weight: Annotated[float, Meta(ge=0.0, le=1e6)] = 1.0


class Mix(msgspec.Struct):
    """A new own voice between others. Weights need not add up to one."""

    voices: Annotated[list[Part], Meta(min_length=1, max_length=32)]
    name: Name | None = None
    description: Description | None = None


def view(entry: Entry, preview_url: str | None = None, embedding: bool = False) -> VoiceView:
    """One voice for the wire."""
    voice, accent = entry.voice, ACCENTS.get(entry.voice.accent)
    return VoiceView(
        id=entry.id,
        slug=voice.slug,
        name=voice.name,
        tagline=shorten(re.split("[.;,]", voice.description)[0], MAX_TAGLINE, placeholder=""),
        description=voice.description,
        language=voice.language,
        created_at=entry.created_at,
        is_owner=entry.own,
        is_public=not entry.own,
        access="private" if entry.own else "public",
        visibility="owner" if entry.own else "all",
        user_id="owner" if entry.own else "larksong",
        gender=voice.gender or None,  # type: ignore[arg-type]
        country=voice.accent,
        accent=accent.id if accent else None,
        locales=[Locale(each.locale, each is accent) for each in spoken_with(voice.accent)]
        or [Locale(f"{voice.language}-{voice.accent}" if voice.accent else voice.language, True)],
        preview_file_url=preview_url or UNSET,
        embedding=[float(number) for number in voice.style[:EMBEDDING]] if embedding else UNSET,
    )


def wanted(entry: Entry, query: VoiceQuery) -> bool:
    """Whether the filters let this voice through."""
    voice = entry.voice
    if query.is_owner not in (None, entry.own) or query.gender not in (None, voice.gender):
        return False
    if query.language:
        language, _, region = query.language.replace("_", "-").lower().partition("-")
        if language != voice.language or region not in ("", voice.accent.lower()):
            return False
    text = "\n".join((voice.name, voice.description, voice.slug, entry.id)).casefold()
    return (query.q or "").strip().casefold() in text
