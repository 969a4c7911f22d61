"""The settings of one HTTP request."""

from __future__ import annotations

from ..engine.settings import Settings
from ..speech.request import Opening
from ..speech.resolve import resolve
from .endpoint import Call


def settle(call: Call, opening: Opening) -> Settings:
    """Settings of one request; its output format must be raw."""
    return resolve(opening, call.version, call.services.backend, call.services.dictionaries)
