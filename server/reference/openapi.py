"""OpenAPI 3.1 for the HTTP API and AsyncAPI 3.0 for the socket, both made from the code that serves them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from ..config import package_version
from ..doors.cartesia import frames, protocol
from ..errors import CODES
from ..http.endpoint import Access, Endpoint
from ..text.visemes import NAMES
from .describe import RECEIVED, SENT

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"

#: Frames that clients send, and frames they receive, in the order in which they are explained.
CLIENT = (protocol.Request, protocol.Opening)
SERVER = (
    frames.Chunk,
    frames.Timestamps,
    frames.PhonemeTimestamps,
    frames.VisemeTimestamps,
    frames.FlushDone,
    frames.Done,
    frames.Cancelled,
    frames.Error,
)


class ErrorBody(msgspec.Struct):
    """What every refusal says."""

    error_code: str
    title: str
    message: str
    request_id: str


def openapi(endpoints: Sequence[Endpoint]) -> Json:
    """The description of these endpoints."""
    structs: list[Any] = [ErrorBody]
    for endpoint in endpoints:
        structs += [kind for kind in (endpoint.body, endpoint.form, endpoint.refused_as) if kind]
        if endpoint.answer is not None and not isinstance(endpoint.answer, tuple):
            structs.append(endpoint.answer)
    _, schemas = msgspec.json.schema_components(structs, ref_template=_REF)
    paths: dict[str, Json] = {}
    for endpoint in endpoints:
        if endpoint.body and issubclass(endpoint.body, protocol.Opening):  # the socket's fields, the same meaning
            _explain(schemas, endpoint.body, SENT)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Larksong", "version": package_version(), "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


_ABOUT = (
    "Every path also answers with a slash at its end. The version of the API is the query parameter "
    "`cartesia_version` or the header of that name with a hyphen, a date. Unknown fields are ignored and null "
    "means absent. An access token opens what speaks and lists; the rest needs a key."
)
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
    "token": {"type": "apiKey", "in": "query", "name": "access_token"},
}


def _operation(endpoint: Endpoint) -> Json:
    text = inspect.cleandoc(endpoint.handler.__doc__ or "")
    carriers = {Access.OPEN: [], Access.OWNER: ["bearer", "header", "query"]}.get(endpoint.access, [*_SCHEMES])
    operation: Json = {
        "operationId": endpoint.handler.__name__,
        "summary": text,
        "parameters": [*_path_parameters(endpoint.path), *_query_parameters(endpoint.query)],
        "responses": {
            str(endpoint.status): _answer(endpoint),
            "default": {"description": "A refusal.", "content": _json_of(endpoint.refused_as or ErrorBody)},
        },
        "security": [{name: []} for name in carriers],
    }
    if endpoint.body:
        operation["requestBody"] = {"required": True, "content": _json_of(endpoint.body)}
    if endpoint.form:
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": _schema_of(endpoint.form)}}
    return operation


def _answer(endpoint: Endpoint) -> Json:
    if isinstance(endpoint.answer, tuple):
        return {"description": "Sent while it is made.", "content": {media: {} for media in endpoint.answer}}
    if endpoint.answer is None:
        return {"description": "Nothing." if endpoint.status < 400 else "Always refused."}
    return {"description": "The answer.", "content": _json_of(endpoint.answer)}


def _json_of(kind: Any) -> Json:
    return {"application/json": _schema_of(kind)}


def _schema_of(kind: Any) -> Json:
    return {"schema": {"$ref": _REF.format(name=kind.__name__)}}


def _path_parameters(path: str) -> list[Json]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _query_parameters(kind: type[msgspec.Struct] | None) -> list[Json]:
    if kind is None:
        return []
    _, schemas = msgspec.json.schema_components([kind], ref_template=_REF)
    fields: Json = schemas[kind.__name__]["properties"]
    return [
        {"name": f"{name}[]" if schema.get("type") == "array" else name, "in": "query", "schema": schema}
        for name, schema in fields.items()
    ]


def asyncapi() -> Json:
    """The description of `/tts/websocket`."""
    _, schemas = msgspec.json.schema_components([*CLIENT, *SERVER], ref_template=_REF)
    for kinds, told in ((CLIENT, SENT), (SERVER, RECEIVED)):
        for kind in kinds:
            _explain(schemas, kind, told)
    schemas["Visemes"]["properties"]["visemes"]["items"] = {"enum": list(NAMES)}
    generation = {"allOf": [{"$ref": _REF.format(name=kind.__name__)} for kind in CLIENT]}
    messages: dict[str, Json] = {"Generation": {"payload": generation}}
    for kind in SERVER:
        messages[kind.__name__] = {"payload": {"$ref": _REF.format(name=kind.__name__)}}
    channel = "#/channels/speech"
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Larksong socket", "version": package_version(), "description": _SOCKET},
        "channels": {
            "speech": {
                "address": "/tts/websocket",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "receive": {
                "action": "receive",
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/Generation"}],
            },
            "send": {
                "action": "send",
                "channel": {"$ref": channel},
                "messages": [{"$ref": f"{channel}/messages/{kind.__name__}"} for kind in SERVER],
            },
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _explain(schemas: Json, kind: type[msgspec.Struct], told: dict[str, str]) -> None:
    """Add what each field of this struct means."""
    for name, schema in schemas[kind.__name__]["properties"].items():
        schema["description"] = told[name]


_SOCKET = (
    "One JSON object in every frame. The first frame of a context fixes its model, voice, format, language and "
    "flags; those fields are not read again in later ones. Frames of different contexts interleave. Every frame "
    "from the server has type, context_id, done and status_code, and exactly one of a context has done true: "
    f"done, error, or cancelled for those who ask for it. Error codes: {', '.join(CODES)}."
)
