"""`/voices`: lists, single voices, own voices."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import soundfile

from .conftest import Running
from .fake_synthesizer import VOICES
from .harness import speak
from .test_bytes import post as post_bytes
from .test_bytes import utterance

MIX = {"voices": [{"id": "af_heart", "weight": 3}, {"id": "am_michael", "weight": 1}], "name": "Between"}
FIELDS = {
    "id": str, "slug": str, "name": str, "tagline": str, "description": str, "language": str, "created_at": str,
    "is_owner": bool, "is_public": bool, "access": str, "visibility": str, "user_id": str, "gender": str,
    "country": str, "accent": str, "locales": list,
}  # fmt: skip


@pytest.fixture
def server(launch: Callable[..., Running]) -> Running:
    return launch()


def mixed(server: Running, **changes: Any) -> Any:
    status, made = server.ask("POST", "/voices/mix", {**MIX, **changes})
    assert status == 200
    return made


# §14.77 §14.79
@pytest.mark.parametrize("path", ["/voices", "/voices/"])
def test_the_list_answers_directly_with_every_field(running: Running, path: str) -> None:
    status, page = running.ask("GET", path)
    assert status == 200
    assert page["has_more"] is False
    assert page["next_page"] is None
    assert [voice["slug"] for voice in page["data"]] == ["af_heart", "am_michael"]
    for each in page["data"]:
        assert {name: type(value) for name, value in each.items()} == FIELDS
        assert str(UUID(each["id"])) == each["id"]
        assert each["locales"][0] == {"locale": "en-US", "is_native": True}
        assert (each["is_owner"], each["access"], each["visibility"]) == (False, "public", "all")
        assert each["accent"] == "general-american"


# §14.78 §14.79
def test_pages_follow_one_another_and_end_empty(server: Running) -> None:
    for number in range(3):
        mixed(server, name=f"Mix {number}")
    everything = [voice["id"] for voice in server.ask("GET", "/voices?limit=100")[1]["data"]]
    assert len(everything) == 5
    seen: list[str] = []
    cursor = ""
    while page := server.ask("GET", f"/voices?limit=2&starting_after={cursor}")[1]:
        if not page["data"]:
            assert page == {"data": [], "has_more": False, "next_page": None}
            break
        seen += [voice["id"] for voice in page["data"]]
        assert page["has_more"] is (len(seen) < 5)
        assert page["next_page"] == (seen[-1] if page["has_more"] else None)
        cursor = seen[-1]
    assert seen == everything
    before = server.ask("GET", f"/voices?limit=2&ending_before={everything[3]}")[1]
    assert [voice["id"] for voice in before["data"]] == everything[1:3]
    assert before["has_more"] is True
    assert server.ask("GET", f"/voices?ending_before={everything[0]}")[1]["data"] == []


# §14.78
def test_an_unknown_cursor_is_past_the_end(running: Running) -> None:
    for name in ("starting_after", "ending_before"):
        assert running.ask("GET", f"/voices?{name}=nobody") == (200, {"data": [], "has_more": False, "next_page": None})


# §14.80
def test_the_first_version_gets_a_bare_list_with_embeddings(running: Running) -> None:
    for path, headers in (("/voices?cartesia_version=2024-06-10", {}), ("/voices", {"Cartesia_Version": "2024-06-10"})):
        status, voices = running.ask("GET", path, **headers)
        assert status == 200
        assert [voice["slug"] for voice in voices] == ["af_heart", "am_michael"]
        assert all(len(voice["embedding"]) == 192 for voice in voices)
    assert running.ask("GET", "/voices/af_heart?cartesia_version=2024-06-10")[1]["embedding"] == voices[0]["embedding"]
    assert "embedding" not in running.ask("GET", "/voices/af_heart?cartesia_version=2024-11-13")[1]


# §14.21
def test_an_embedding_that_was_shown_brings_its_voice_back() -> None:
    shown = [float(number) for number in VOICES.get("am_michael").style[:192]]
    old = {"mode": "embedding", "embedding": shown}
    assert speak("Hello.", "2024-06-10", voice=old).audio() == speak("Hello.", voice="am_michael").audio()
    assert speak("Hello.", "2024-06-10", voice={"embedding": [0.1] * 192}).audio() == speak("Hello.").audio()


# §14.81
@pytest.mark.parametrize("path", ["/voices?expand[]=preview_file_url", "/voices/af_heart?expand[]=preview_file_url"])
def test_a_preview_is_shown_when_asked_for_and_can_be_heard(running: Running, path: str) -> None:
    found = running.ask("GET", path.replace("[", "%5B").replace("]", "%5D"))[1]
    address = (found["data"][0] if "data" in found else found)["preview_file_url"]
    place = f"http://127.0.0.1:{running.port}"
    assert address.startswith(place)
    status, headers, body = running.get(address.removeprefix(place))
    assert (status, headers["content-type"]) == (200, "audio/mpeg")
    samples, rate = soundfile.read(io.BytesIO(body))
    assert len(samples) > rate


# §14.10
def test_a_preview_under_a_prefix_has_the_prefix_too(launch: Callable[..., Running]) -> None:
    server = launch(prefix="/voices/speech")
    found = server.ask("GET", "/voices/speech/voices/af_heart?expand%5B%5D=preview_file_url")[1]
    address = found["preview_file_url"].removeprefix(f"http://127.0.0.1:{server.port}")
    assert address == f"/voices/speech/voices/{found['id']}/preview"
    assert server.get(address)[1]["content-type"] == "audio/mpeg"


# §14.81
def test_other_expansions_are_ignored(running: Running) -> None:
    status, found = running.ask("GET", "/voices/af_heart?expand%5B%5D=anything")
    assert status == 200
    assert found.keys() == FIELDS.keys()


def test_search_and_filters(server: Running) -> None:
    own = mixed(server, description="Soft as rain")
    server.ask("PATCH", f"/voices/{own['id']}", {"gender": "feminine", "accent": "british"})

    def slugs(query: str) -> list[str]:
        return [voice["slug"] for voice in server.ask("GET", f"/voices?{query}")[1]["data"]]

    built_in = ["af_heart", "am_michael"]
    assert slugs("q=MICH") == ["am_michael"]
    assert slugs("q=soft%20as%20RAIN") == [own["slug"]]
    assert slugs(f"q={own['id']}") == [own["slug"]]
    assert slugs("q=nobody") == []
    assert slugs("is_owner=true") == [own["slug"]]
    assert slugs("is_owner=false") == built_in
    assert slugs("gender=feminine") == [own["slug"]]
    assert slugs("gender=gender_neutral") == built_in
    assert slugs("language=en") == [*built_in, own["slug"]]
    assert slugs("language=en-GB") == [own["slug"]]
    assert slugs("language=en_us") == built_in
    assert slugs("language=ja") == []
    assert slugs("gender=&q=&language=&limit=&is_owner=") == [*built_in, own["slug"]]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=ten", "gender=robot", "is_owner=perhaps"])
def test_bad_queries_are_refused(running: Running, query: str) -> None:
    status, error = running.ask("GET", f"/voices?{query}")
    assert (status, error["error_code"]) == (400, "invalid_request")


def test_one_voice_by_uuid_or_slug(running: Running) -> None:
    by_slug = running.ask("GET", "/voices/am_michael")[1]
    assert running.ask("GET", f"/voices/{by_slug['id']}")[1] == by_slug
    assert running.ask("GET", f"/voices/{by_slug['id'].upper()}/")[1] == by_slug
    status, error = running.ask("GET", "/voices/nobody")
    assert (status, error["error_code"]) == (404, "voice_not_found")


def test_a_mix_is_a_voice(server: Running) -> None:
    own = mixed(server)
    assert (own["name"], own["is_owner"], own["access"], own["visibility"]) == ("Between", True, "private", "owner")
    assert "75%" in own["description"]
    style = server.services.library.get(own["id"]).style
    assert style[0] == pytest.approx(0.75 * 200.0 + 0.25 * 120.0)
    for key in (own["id"], own["slug"]):
        assert post_bytes(server, utterance(voice=key))[2] != post_bytes(server, utterance())[2]
    assert mixed(server, name=None)["name"] == "Mix of Af_Heart and Am_Michael"
    again = server.ask("POST", "/voices/mix", {"voices": [{"id": own["id"]}]})[1]
    assert np.array_equal(server.services.library.get(again["id"]).style, style)


def test_old_clients_get_the_embedding_of_a_mix(server: Running) -> None:
    made = server.ask("POST", "/voices/mix", MIX, Cartesia_Version="2024-11-13")[1]
    assert len(made["embedding"]) == 192
    old = {"mode": "embedding", "embedding": made["embedding"]}
    heard = post_bytes(server, utterance(voice=old), Cartesia_Version="2024-11-13")[2]
    assert heard == post_bytes(server, utterance(voice=made["id"]))[2]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"voices": []}, 400, "invalid_request"),
        ({"voices": None}, 400, "invalid_request"),
        ({"voices": [{"weight": 1}]}, 400, "invalid_request"),
        ({"voices": [{"id": "af_heart", "weight": -1}]}, 400, "invalid_request"),
        ({"voices": [{"id": "af_heart", "weight": 0}]}, 400, "invalid_request"),
        ({"voices": [{"id": "af_heart"}] * 33}, 400, "invalid_request"),
        ({"voices": [{"id": "nobody"}]}, 404, "voice_not_found"),
        ({"name": "x" * 201}, 400, "invalid_request"),
    ],
    ids=str,
)
def test_bad_mixes_are_refused(running: Running, change: dict[str, Any], status: int, code: str) -> None:
    found, error = running.ask("POST", "/voices/mix", {**MIX, **change})
    assert (found, error["error_code"]) == (status, code)
    assert len(running.ask("GET", "/voices")[1]["data"]) == 2


# §14.82
def test_own_voices_can_be_changed_and_deleted(server: Running) -> None:
    path = f"/voices/{mixed(server)['id']}"
    change = {"name": "New", "description": "Told", "gender": "masculine", "accent": "GB"}
    changed = server.ask("PATCH", path, change)[1]
    assert (changed["name"], changed["description"], changed["tagline"]) == ("New", "Told", "Told")
    assert (changed["gender"], changed["accent"], changed["country"]) == ("masculine", "british", "GB")
    assert server.ask("PATCH", path, {"name": None, "unknown": 1}) == (200, changed)
    assert server.ask("PATCH", path, {"gender": None})[1]["gender"] is None
    for bad in ({"name": ""}, {"name": 5}, {"gender": "robot"}, {"accent": "martian"}):
        assert server.ask("PATCH", path, bad)[0] == 400
    assert server.get(path, "DELETE")[::2] == (204, b"")
    assert server.ask("GET", path)[0] == 404
    assert server.ask("DELETE", path)[0] == 404


def test_voices_of_the_server_stay_as_they_are(running: Running) -> None:
    for method, body in (("PATCH", {"name": "Mine"}), ("DELETE", None)):
        status, error = running.ask(method, "/voices/af_heart", body)
        assert (status, error["error_code"]) == (403, "forbidden")
        assert running.ask(method, "/voices/nobody", body)[1]["error_code"] == "voice_not_found"
    assert running.ask("GET", "/voices/af_heart")[1]["name"] == "Af_Heart"


def test_what_is_gone_says_so(running: Running) -> None:
    status, error = running.ask("POST", "/voices", {"name": "x", "embedding": [0.0] * 192})
    assert (status, error["error_code"]) == (410, "removed")
