"""`/access-token`: short-lived tokens for browsers, which must not see a key."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from ..auth import MAX_TOKEN_S
from .endpoint import Access, Call, Endpoint, json, routes


class Grants(msgspec.Struct):
    """What a token allows. Only `tts` opens anything here."""

    tts: bool | None = None
    stt: bool | None = None
    agent: bool | None = None


class TokenRequest(msgspec.Struct):
    """A token to be made; it expires after `expires_in` seconds."""

    grants: Grants | None = None  # without any, `tts`
    expires_in: Annotated[float, Meta(gt=0, le=MAX_TOKEN_S)] | None = None  # without it, an hour


class Token(msgspec.Struct):
    """A token, to be given as `access_token` in a query, or in place of a key."""

    token: str


async def make_token(call: Call) -> Response:
    """Make a token that may speak, and may neither change anything nor make tokens."""
    wanted = await call.body(TokenRequest)
    asked = wanted.grants or Grants(tts=True)
    grants = {"tts": bool(asked.tts), "stt": bool(asked.stt), "agent": bool(asked.agent)}
    return json(Token(call.services.auth.mint(grants, wanted.expires_in or MAX_TOKEN_S)))


endpoints = (Endpoint("POST", "/access-token", make_token, Access.OWNER, body=TokenRequest, answer=Token),)
ROUTES = routes(endpoints)
