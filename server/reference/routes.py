"""`/docs` for people, `/openapi.json` and `/asyncapi.json` for programs. None of them needs a key."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from ..doors import openai as routes_openai
from ..doors.cartesia import speech as routes_speech
from ..http import accents as routes_accents
from ..http import cloning as routes_cloning
from ..http import dictionaries as routes_dictionaries
from ..http import status as routes_status
from ..http import tokens as routes_tokens
from ..http import voices as routes_voices
from . import page as docs_page
from .openapi import asyncapi, openapi

#: What is described: every endpoint there is.
ENDPOINTS = (
    *routes_speech.endpoints,
    *routes_voices.endpoints,
    *routes_cloning.endpoints,
    *routes_accents.endpoints,
    *routes_dictionaries.endpoints,
    *routes_tokens.endpoints,
    *routes_openai.endpoints,
    *routes_status.endpoints,
)


@lru_cache
def _openapi() -> bytes:
    return msgspec.json.encode(openapi(ENDPOINTS))


@lru_cache
def _asyncapi() -> bytes:
    return msgspec.json.encode(asyncapi())


@lru_cache
def _page() -> str:
    return docs_page.render(openapi(ENDPOINTS), asyncapi())


async def describe_http(_: Request) -> Response:
    """The HTTP API as OpenAPI 3.1."""
    return Response(_openapi(), media_type="application/json")


async def describe_socket(_: Request) -> Response:
    """The socket as AsyncAPI 3.0."""
    return Response(_asyncapi(), media_type="application/json")


async def docs(_: Request) -> Response:
    """Both, to be read."""
    return HTMLResponse(_page())


ROUTES: list[BaseRoute] = [
    Route("/docs", docs),
    Route("/openapi.json", describe_http),
    Route("/asyncapi.json", describe_socket),
]
