"""`/pronunciation-dicts`, and what they do to speech."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from larksong.server.errors import SpeechError
from larksong.server.stores import database
from larksong.server.stores.dictionaries import DictionaryStore

from .conftest import Running
from .test_bytes import post, utterance

PATH = "/pronunciation-dicts"
NEW = {"name": "Places", "items": [{"text": "Nice", "alias": "neece"}]}


@pytest.fixture
def server(launch: Callable[..., Running]) -> Running:
    return launch()


def made(server: Running, **changes: Any) -> Any:
    status, dictionary = server.ask("POST", f"{PATH}/", {**NEW, **changes})
    assert status == 200
    return dictionary


# §14.82
def test_a_dictionary_lives_and_dies(server: Running) -> None:
    first = made(server)
    assert (first["name"], first["pinned"]) == ("Places", False)
    assert first["items"] == [{"text": "Nice", "alias": "neece", "pronunciation": "neece"}]
    assert {"id", "owner_id", "created_at"} <= first.keys()
    path = f"{PATH}/{first['id']}"
    assert server.ask("GET", path) == (200, first)
    renamed = server.ask("PATCH", path, {"name": "Towns"})[1]
    assert renamed == {**first, "name": "Towns"}
    items = [{"text": "Bath", "pronunciation": "barth", "case_sensitive": False}]
    changed = server.ask("PATCH", path, {"items": items})[1]
    assert changed["items"] == [{**items[0], "alias": "barth"}]
    assert server.ask("GET", path) == (200, changed)
    assert server.get(path, "DELETE")[::2] == (204, b"")
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        status, error = server.ask(method, path, body)
        assert (status, error["error_code"]) == (404, "dictionary_not_found")


# §14.78 §14.79
def test_pages_of_dictionaries(server: Running) -> None:
    ids = [made(server, name=f"Number {number}")["id"] for number in range(3)]
    page = server.ask("GET", f"{PATH}?limit=2")[1]
    assert [each["id"] for each in page["data"]] == ids[:2]
    assert (page["has_more"], page["next_page"]) == (True, ids[1])
    page = server.ask("GET", f"{PATH}/?limit=2&starting_after={ids[1]}")[1]
    assert [each["id"] for each in page["data"]] == ids[2:]
    assert server.ask("GET", f"{PATH}?starting_after={ids[2]}")[1] == {"data": [], "has_more": False, "next_page": None}


def test_a_dictionary_is_heard(server: Running) -> None:
    dictionary = made(server, items=[{"text": "Nice", "alias": "neecely"}])["id"]
    plain = post(server, utterance("So nice in Nice."))[2]
    heard = post(server, utterance("So nice in Nice.", pronunciation_dict_id=dictionary))[2]
    assert len(heard) > len(plain)  # three letters more, and only where the capital is
    server.ask("PATCH", f"{PATH}/{dictionary}", {"items": []})
    assert post(server, utterance("So nice in Nice.", pronunciation_dict_id=dictionary))[2] == plain


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": ""},
        {"name": "x" * 201},
        {"items": [{"text": "a"}]},
        {"items": [{"alias": "a"}]},
        {"items": [{"text": "", "alias": "a"}]},
        {"items": [{"text": "a", "alias": "b" * 1001}]},
        {"items": [{"text": "a", "alias": "b"}] * 2001},
        {"items": "none"},
    ],
    ids=lambda change: str(change)[:40],
)
def test_bad_dictionaries_are_refused(running: Running, change: dict[str, Any]) -> None:
    status, error = running.ask("POST", PATH, {**NEW, **change})
    assert (status, error["error_code"]) == (400, "invalid_request")
    assert running.ask("GET", PATH)[1]["data"] == []


def test_dictionaries_survive_a_restart(launch: Callable[..., Running], tmp_path: Path) -> None:
    first = launch(data=tmp_path)
    dictionary = made(first)
    first.stop()
    assert launch(data=tmp_path).ask("GET", f"{PATH}/{dictionary['id']}") == (200, dictionary)


def test_dictionaries_are_bounded() -> None:
    store = DictionaryStore(database.connect(None), limit=1)
    first = store.create("One", [])
    with pytest.raises(SpeechError) as refused:
        store.create("Two", [])
    assert refused.value.code == "limit_reached"
    store.delete(first.id)
    assert store.create("Two", []).name == "Two"
