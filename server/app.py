"""The ASGI application: every domain's routes, one error shape, services made at start."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Mount

from . import http_errors, routes_playground, routes_socket, routes_status, services
from .backend import Backend, load
from .config import ServerConfig
from .errors import SpeechError

#: A new domain of the API adds its `routes` here.
ROUTES: list[BaseRoute] = [*routes_status.routes, *routes_socket.routes, *routes_playground.routes]


def create_app(config: ServerConfig, backend: Backend | None = None) -> Starlette:
    """The server as an application; without `backend`, the configured one is loaded at start."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.services = services.start(config, backend or load(config))
        yield
        app.state.services.engine.stop()

    prefix = "/" + config.prefix.strip("/")
    return Starlette(
        routes=[*ROUTES, *([Mount(prefix, routes=ROUTES)] if prefix != "/" else [])],
        lifespan=lifespan,
        exception_handlers={
            SpeechError: http_errors.on_speech_error,
            HTTPException: http_errors.on_http_exception,
            Exception: http_errors.on_fault,
        },
    )
