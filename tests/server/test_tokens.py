"""`/access-token`: what tokens open, what they do not, and their end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from .conftest import Running
from .test_bytes import utterance
from .test_socket import say

KEY = {"X_API_Key": "secret"}


@pytest.fixture
def server(launch: Callable[..., Running]) -> Running:
    return launch(keys=("secret",))


def token(server: Running, body: Any = None) -> str:
    status, answer = server.ask("POST", "/access-token", {} if body is None else body, **KEY)
    assert status == 200
    found: str = answer["token"]
    return found


# §14.5
async def test_a_token_speaks_in_a_query_and_in_place_of_a_key(server: Running) -> None:
    minted = token(server, {"grants": {"tts": True}, "expires_in": 60})
    assert (await say(f"{server.ws}?access_token={minted}"))[-1]["type"] == "done"
    data = json.dumps(utterance()).encode()
    assert server.get(f"/tts/bytes?access_token={minted}", "POST", data)[0] == 200
    assert server.get("/tts/bytes", "POST", data, Authorization=f"Bearer {minted}")[0] == 200
    assert server.ask("GET", "/voices", Authorization=f"Bearer {minted}")[0] == 200


# §14.85
def test_a_token_expires(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(utterance("Hi.")).encode()
    minted = token(server, {"grants": {"tts": True}, "expires_in": 300})
    assert server.get(f"/tts/bytes?access_token={minted}", "POST", data)[0] == 200
    later = SimpleNamespace(time=lambda: time.time() + 301)
    monkeypatch.setattr("larksong.server.auth.time", later)
    status, _, body = server.get(f"/tts/bytes?access_token={minted}", "POST", data)
    assert (status, json.loads(body)["error_code"]) == (401, "unauthorized")


def test_a_token_changes_nothing_and_makes_no_tokens(server: Running) -> None:
    minted = token(server)
    for method, path, body in (
        ("POST", "/access-token", {}),
        ("POST", "/voices/mix", {"voices": [{"id": "af_heart"}]}),
        ("PATCH", "/voices/af_heart", {}),
        ("DELETE", "/voices/af_heart", None),
        ("POST", "/pronunciation-dicts", {"name": "x"}),
    ):
        status, error = server.ask(method, path, body, Authorization=f"Bearer {minted}")
        assert (status, error["error_code"]) == (403, "forbidden"), path


def test_a_token_without_the_grant_does_not_speak(server: Running) -> None:
    for grants in ({"stt": True}, {"tts": False}, {"tts": None}):
        minted = token(server, {"grants": grants})
        data = json.dumps(utterance()).encode()
        status, _, body = server.get("/tts/bytes", "POST", data, Authorization=f"Bearer {minted}")
        assert (status, json.loads(body)["error_code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    "body", [{"expires_in": 0}, {"expires_in": -1}, {"expires_in": 3601}, {"expires_in": "soon"}, {"grants": ["tts"]}]
)
def test_bad_requests_for_tokens(server: Running, body: dict[str, Any]) -> None:
    status, error = server.ask("POST", "/access-token", body, **KEY)
    assert (status, error["error_code"]) == (400, "invalid_request")


def test_tokens_need_a_key(server: Running) -> None:
    assert server.ask("POST", "/access-token", {})[0] == 401
