"""How the server is: `/`, `/health`, `/ready`, `/metrics`. None of them needs a key."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from .config import package_version
from .services import Services


async def root(_: Request) -> Response:
    """Alive, and which version."""
    return JSONResponse({"ok": True, "version": package_version()})


async def health(_: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """Whether new contexts are taken, and how many at once. 503 while shutting down."""
    services: Services = request.app.state.services
    slots = services.slots
    taken = services.engine.alive and not slots.closed
    body = {"ready": taken, "slots_used": slots.used, "slots_total": slots.total}
    return JSONResponse(body, 200 if taken else 503)


async def metrics(request: Request) -> Response:
    """Prometheus text format."""
    services: Services = request.app.state.services
    services.metrics.slots_used.set(services.slots.used)
    services.metrics.sockets.set(len(services.connections))
    return Response(services.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


routes: list[BaseRoute] = [
    Route("/", root),
    Route("/health", health),
    Route("/ready", ready),
    Route("/metrics", metrics),
]
