"""How the server is: `/`, `/health`, `/ready`, `/metrics`. None of them needs a key."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from ..config import package_version
from .endpoint import Access, Call, Endpoint, json, routes


class Alive(msgspec.Struct):
    """A server that answers."""

    ok: bool
    version: str


class Health(msgspec.Struct):
    """A process that answers."""

    status: str


class Readiness(msgspec.Struct):
    """Whether new contexts are taken, and how many there are and may be."""

    ready: bool
    slots_used: int
    slots_total: int


async def root(call: Call) -> Response:
    """Alive, and which version."""
    return json(Alive(True, package_version()))


async def health(call: Call) -> Response:
    """The process answers."""
    return json(Health("ok"))


async def ready(call: Call) -> Response:
    """Whether new contexts are taken, and how many at once. 503 while shutting down."""
    slots = call.services.slots
    taken = call.services.engine.alive and not slots.closed
    return json(Readiness(taken, slots.used, slots.total), 200 if taken else 503)


async def metrics(call: Call) -> Response:
    """Prometheus text format."""
    services = call.services
    services.metrics.slots_used.set(services.slots.used)
    services.metrics.sockets.set(len(services.connections))
    return Response(services.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")


endpoints = (
    Endpoint("GET", "/", root, Access.OPEN, answer=Alive),
    Endpoint("GET", "/health", health, Access.OPEN, answer=Health),
    Endpoint("GET", "/ready", ready, Access.OPEN, answer=Readiness),
    Endpoint("GET", "/metrics", metrics, Access.OPEN, answer=("text/plain",)),
)
ROUTES = routes(endpoints)
