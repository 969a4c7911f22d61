"""The ASGI application: every domain's routes, one error shape, services made at start."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount

from ..config import ServerConfig
from ..doors import openai as routes_openai
from ..doors.cartesia import socket as routes_socket
from ..doors.cartesia import speech as routes_speech
from ..engine.backend import Backend, load
from ..errors import SpeechError
from ..http import accents as routes_accents
from ..http import cloning as routes_cloning
from ..http import dictionaries as routes_dictionaries
from ..http import errors as http_errors
from ..http import playground as routes_playground
from ..http import status as routes_status
from ..http import tokens as routes_tokens
from ..http import voices as routes_voices
from ..reference import routes as routes_docs
from ..speech import services

#: A new domain of the API adds its routes here.
ROUTES: list[BaseRoute] = [
    *routes_status.ROUTES,
    *routes_socket.routes,
    *routes_speech.ROUTES,
    *routes_accents.ROUTES,
    *routes_voices.ROUTES,
    *routes_cloning.ROUTES,
    *routes_dictionaries.ROUTES,
    *routes_tokens.ROUTES,
    *routes_openai.ROUTES,
    *routes_docs.ROUTES,
    *routes_playground.routes,
]


def create_app(config: ServerConfig, backend: Backend | None = None) -> Starlette:
    """The server as an application; without `backend`, the configured one is loaded at start."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.services = services.start(config, backend or load(config))
        yield
        app.state.services.stop()

    cors = Middleware(CORSMiddleware, allow_origins=config.origins, allow_methods=["*"], allow_headers=["*"])
    prefix = "/" + config.prefix.strip("/")
    return Starlette(
        routes=[*ROUTES, *([Mount(prefix, routes=ROUTES)] if prefix != "/" else [])],
        middleware=[cors] if config.origins else [],
        lifespan=lifespan,
        exception_handlers={
            SpeechError: http_errors.on_speech_error,
            HTTPException: http_errors.on_http_exception,
            Exception: http_errors.on_fault,
        },
    )
