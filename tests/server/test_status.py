"""The routes that tell how the server is, and the shape of HTTP errors."""

from __future__ import annotations

import json
from collections.abc import Callable

from websockets.asyncio.client import connect

from .conftest import Running
from .harness import request


# §14.84
def test_root_answers_without_a_key(launch: Callable[..., Running]) -> None:
    server = launch(keys=("secret",))
    status, _, body = server.get("/")
    assert status == 200
    answer = json.loads(body)
    assert answer["ok"] is True
    assert isinstance(answer["version"], str)


async def test_ready_tells_the_slots(launch: Callable[..., Running]) -> None:
    server = launch(slots=7)
    assert server.get_json("/health") == {"status": "ok"}
    assert server.get_json("/ready") == {"ready": True, "slots_used": 0, "slots_total": 7}
    async with connect(server.ws) as ws:
        await ws.send(json.dumps(request("word " * 3000)))
        await ws.recv()
        assert server.get_json("/ready")["slots_used"] == 1
    server.services.slots.closed = True
    assert server.get("/ready")[0] == 503


async def test_metrics_count_what_happened(launch: Callable[..., Running]) -> None:
    server = launch(slots=3)
    async with connect(server.ws) as ws:
        await ws.send(json.dumps(request("Good morning to you all.")))
        while json.loads(await ws.recv())["type"] != "done":
            pass
        await ws.send("{")
        await ws.recv()
    text = server.get("/metrics")[2].decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(values["larksong_first_audio_seconds_count"]) == 1
    assert float(values["larksong_slots_total"]) == 3
    assert float(values['larksong_contexts_total{end="done"}']) == 1
    assert float(values['larksong_errors_total{code="invalid_json"}']) == 1
    assert float(values["larksong_queue_age_seconds_count"]) == 1
    assert float(values["larksong_batch_width_count"]) > 1
    assert float(values["larksong_lead_seconds_count"]) > 1
    assert "larksong_underruns_total" in values


# §14.65
def test_http_errors_are_json(running: Running) -> None:
    for path, method, status, code in (
        ("/no/such/path", "GET", 404, "not_found"),
        ("/", "DELETE", 405, "method_not_allowed"),
    ):
        found, headers, body = running.get(path, method)
        error = json.loads(body)
        assert found == status
        assert headers["content-type"] == "application/json"
        assert error["error_code"] == code
        assert {"title", "message", "request_id"} <= error.keys()


def test_the_playground_is_served(running: Running) -> None:
    status, headers, body = running.get("/playground/")
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert b"<script" in body
    assert running.get("/playground")[0] == 200  # by way of a redirect


def test_a_plain_request_for_the_socket_is_no_upgrade(running: Running) -> None:
    assert running.get("/tts/websocket")[0] == 404


def test_pages_of_other_sites_are_let_in_only_by_name(launch: Callable[..., Running], running: Running) -> None:
    asks = {"Origin": "https://app.example", "Access_Control_Request_Method": "POST"}
    allowed = "access-control-allow-origin"
    server = launch(origins=("https://app.example",))
    status, headers, _ = server.get("/tts/bytes", "OPTIONS", **asks, Access_Control_Request_Headers="x-api-key")
    assert (status, headers[allowed]) == (200, "https://app.example")
    assert "x-api-key" in headers["access-control-allow-headers"]
    assert server.get("/", Origin="https://app.example")[1][allowed] == "https://app.example"
    assert allowed not in server.get("/", Origin="https://other.example")[1]
    assert allowed not in running.get("/", Origin="https://app.example")[1]
