"""The descriptions of the API say what the server does."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from larksong.server.doors.cartesia import frames
from larksong.server.errors import CODES
from larksong.server.reference.describe import RECEIVED, SENT
from larksong.server.reference.openapi import CLIENT, SERVER, asyncapi, openapi
from larksong.server.reference.routes import ENDPOINTS
from larksong.server.run.app import ROUTES
from larksong.server.text.emotions import NAMES as EMOTIONS
from larksong.server.text.visemes import NAMES
from starlette.routing import Route

from tests.conversations import FILES, load

from .conftest import Running
from .harness import request, speak

#: Served, and described by the page itself or by the AsyncAPI document.
ELSEWHERE = {"/docs", "/openapi.json", "/asyncapi.json"}


def test_every_route_is_described_and_every_description_is_a_route() -> None:
    described = {(path, method.upper()) for path, item in openapi(ENDPOINTS)["paths"].items() for method in item}
    served = {
        (route.path.rstrip("/") or "/", method)
        for route in ROUTES
        if isinstance(route, Route) and route.methods
        for method in route.methods - {"HEAD"}
    }
    assert described == {(path, method) for path, method in served if path not in ELSEWHERE}


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if "$ref" in value else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("path", ["/openapi.json", "/asyncapi.json"])
def test_descriptions_are_served_and_refer_to_nothing_that_is_not_there(running: Running, path: str) -> None:
    status, document = running.ask("GET", path)
    assert status == 200
    for reference in references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_openapi_is_of_the_right_shape() -> None:
    document = openapi(ENDPOINTS)
    assert document["openapi"] == "3.1.0"
    seen = []
    for path, item in document["paths"].items():
        for told in item.values():
            seen.append(told["operationId"])
            assert told["summary"]
            assert told["responses"]
            placed = {each["name"] for each in told["parameters"] if each["in"] == "path"}
            assert placed == set(re.findall(r"{(\w+)}", path))
            names = document["components"]["securitySchemes"]
            assert all(name in names for each in told["security"] for name in each)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/voices", None),
        ("GET", "/voices/af_heart", None),
        ("GET", "/accents", None),
        ("GET", "/pronunciation-dicts", None),
        ("GET", "/v1/models", None),
        ("GET", "/ready", None),
        ("POST", "/access-token", {}),
    ],
)
def test_answers_fit_their_description(running: Running, method: str, path: str, body: Any) -> None:
    (endpoint,) = [
        each
        for each in ENDPOINTS
        if each.method == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", each.path), path) and each.answer
    ]
    status, answer = running.ask(method, path, body)
    assert status == endpoint.status
    strict = msgspec.convert(answer, endpoint.answer)
    assert msgspec.to_builtins(strict) == answer


def test_security_is_what_the_endpoints_ask_for(running: Running) -> None:
    paths = openapi(ENDPOINTS)["paths"]
    assert paths["/"]["get"]["security"] == []
    assert {"token": []} in paths["/tts/bytes"]["post"]["security"]
    assert {"token": []} not in paths["/access-token"]["post"]["security"]


def test_every_field_of_the_socket_is_described() -> None:
    schemas = asyncapi()["components"]["schemas"]
    for kinds, told in ((CLIENT, SENT), (SERVER, RECEIVED)):
        fields = {name for kind in kinds for name in schemas[kind.__name__]["properties"]}
        assert fields == told.keys()
        assert all(told.values())


def test_every_frame_of_the_server_is_described() -> None:
    def leaves(kind: type) -> set[type]:
        return set().union(*map(leaves, kind.__subclasses__())) if kind.__subclasses__() else {kind}

    assert leaves(frames.Frame) == set(SERVER)
    document = asyncapi()
    sent = {each["$ref"].rpartition("/")[2] for each in document["operations"]["send"]["messages"]}
    assert sent == {kind.__name__ for kind in SERVER}


def test_what_is_sent_and_received_fits_the_description() -> None:
    schemas = asyncapi()["components"]["schemas"]
    told = {schemas[kind.__name__]["properties"]["type"]["enum"][0]: kind for kind in SERVER}
    client = speak("Hello there.", add_timestamps=True, add_phoneme_timestamps=True, add_visemes=True)
    assert len({frame["type"] for frame in client.frames}) == 5
    for frame in client.frames:
        assert msgspec.convert(frame, told[frame["type"]])
        schema = schemas[told[frame["type"]].__name__]
        assert set(schema["required"]) <= frame.keys() <= schema["properties"].keys()
    known = {name for kind in CLIENT for name in schemas[kind.__name__]["properties"]}
    assert request("Hi.").keys() <= known


def test_every_frame_of_the_conversations_is_described() -> None:
    schemas = asyncapi()["components"]["schemas"]
    told = {kind.__struct_config__.tag: schemas[kind.__name__]["properties"].keys() for kind in SERVER}
    for path in FILES:
        for step in load(path)["steps"]:
            for frame in step.get("receive", ()):
                one = frame.get("$one_or_more", frame)
                assert one.keys() <= told[one["type"]]


class Balanced(HTMLParser):
    """Fails on tags that are not closed in order, and collects ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids += [values["id"] or ""] if "id" in values else []
        self.links += [values["href"] or ""] if "href" in values else []
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_tells_all_of_it(running: Running) -> None:
    status, headers, body = running.get("/docs")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    page = body.decode()
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    assert {link[1:] for link in parser.links if link.startswith("#")} <= set(parser.ids)
    assert {link for link in parser.links if not link.startswith("#")} == {"openapi.json", "asyncapi.json"}
    for endpoint in ENDPOINTS:
        assert f"<code>{endpoint.method} {endpoint.path}</code>" in page
    for name in (*CODES, *NAMES, *SENT, *RECEIVED):
        assert f"<code>{name}</code>" in page, name
    assert all(name in page for name in EMOTIONS)


def test_the_page_shows_every_conversation(running: Running) -> None:
    page = unescape(running.get("/docs")[2].decode())
    for path in FILES:
        conversation = load(path)
        assert conversation["about"].replace("`", "") in re.sub("</?code>", "", page)
        for step in conversation["steps"]:
            for frame in [*step.get("receive", ()), *([step["send"]] if "send" in step else [])]:
                told = json.dumps(frame.get("$one_or_more", frame), ensure_ascii=False)
                assert told in page or "embedding" in told, path.stem
