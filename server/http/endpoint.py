"""One entry of the HTTP API: from this table come the routes, their checks, and the OpenAPI description."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

import msgspec
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .. import parsing, version
from ..errors import SpeechError
from ..speech.services import Services
from . import errors as http_errors

T = TypeVar("T", bound=msgspec.Struct)

logger = logging.getLogger(__name__)
MAX_FIELDS = 100  # of a form


class Access(Enum):
    """What a request must carry: nothing, anything that may speak, or a key itself."""

    OPEN = "open"
    SPEECH = "speech"
    OWNER = "owner"


@dataclass(frozen=True)
class Call:
    """One request being answered."""

    request: Request
    services: Services
    version: version.Version

    async def body(self, kind: type[T]) -> T:
        """The JSON body as a struct; unknown fields are ignored. Raises SpeechError."""
        parts = [part async for part in self._received(self.services.config.max_message_bytes)]
        try:
            return parsing.decode(b"".join(parts), kind)
        except parsing.BadFrame as bad:
            raise bad.error from None

    async def form(self, kind: type[T], limit: int) -> T:
        """The multipart form of at most `limit` bytes as a struct, with files as bytes, in any order. Unknown fields
        and empty ones are ignored. Raises SpeechError."""
        if not self.request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise SpeechError("invalid_request", "The body must be multipart/form-data.")
        parser = MultiPartParser(self.request.headers, self._received(limit), max_files=1, max_fields=MAX_FIELDS)
        try:
            parts = await parser.parse()
        except MultiPartException as reason:
            raise SpeechError("invalid_request", reason.message) from None
        try:
            found = {name: value if isinstance(value, str) else await value.read() for name, value in parts.items()}
        finally:
            await parts.close()
        return _converted({name: value for name, value in found.items() if value}, kind)

    async def _received(self, limit: int) -> AsyncGenerator[bytes, None]:
        size = 0
        async for part in self.request.stream():
            size += len(part)
            if size > limit:
                raise SpeechError("body_too_large", f"A body may have {limit} bytes.")
            yield part

    def query(self, kind: type[T]) -> T:
        """The query as a struct: `name[]` is a list, nothing after the `=` means absent. Raises SpeechError."""
        found: dict[str, Any] = {}
        for name, value in self.request.query_params.multi_items():
            if name.endswith("[]"):
                found.setdefault(name[:-2], []).append(value)
            elif value:
                found[name] = value
        return _converted(found, kind)

    def path(self, name: str) -> str:
        """A variable part of the path."""
        return str(self.request.path_params[name])


def _converted(found: dict[str, Any], kind: type[T]) -> T:
    try:
        return msgspec.convert(found, kind, strict=False, builtin_types=(bytes,))
    except msgspec.ValidationError as reason:
        raise SpeechError("invalid_request", f"{reason}.") from None


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True)
class Endpoint:
    """A method and path with what goes in and out. `answer`: a type sent as JSON, or media types."""

    method: str
    path: str
    handler: Handler
    access: Access = Access.SPEECH
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    form: type[msgspec.Struct] | None = None  # a body sent as multipart/form-data
    answer: Any = None
    status: int = 200
    refuse: Callable[[SpeechError], Response] = http_errors.response
    refused_as: type[msgspec.Struct] | None = None  # where the body of a refusal is not the usual one

    async def __call__(self, request: Request) -> Response:
        """Check who asks, answer, and tell every fault in the shape its callers know."""
        services: Services = request.app.state.services
        try:
            if self.access is not Access.OPEN:
                services.auth.check(request, "tts" if self.access is Access.SPEECH else None)
            params, headers = request.query_params, request.headers
            chosen = version.choose(params.get("cartesia_version"), headers.get("cartesia-version"))
            return await self.handler(Call(request, services, chosen))
        except SpeechError as fault:
            services.metrics.errors.labels(fault.code).inc()
            return self.refuse(fault)
        except Exception:
            logger.exception("a request failed")
            services.metrics.errors.labels("internal_error").inc()
            return self.refuse(SpeechError("internal_error", "The request failed."))


def routes(endpoints: Iterable[Endpoint]) -> list[BaseRoute]:
    """Routes for them, each also with a slash at the end, since clients write both and follow no redirect."""
    found: list[BaseRoute] = []
    for endpoint in endpoints:
        for path in dict.fromkeys((endpoint.path, endpoint.path.rstrip("/") + "/")):
            found.append(Route(path, _plain(endpoint), methods=[endpoint.method]))
    return found


def _plain(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """A function, which is what the framework takes for one that answers requests."""

    async def answer(request: Request) -> Response:
        return await endpoint(request)

    return answer


def json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A struct, or a list of them, as the answer."""
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")
