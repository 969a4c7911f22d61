"""Own voices: kept, bounded, and beside those of the server."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from larksong.model.voice import VoiceNotFound
from larksong.server.errors import SpeechError
from larksong.server.stores import database
from larksong.server.stores.library import Library

from .conftest import Running
from .fake_synthesizer import VOICES, FakeFrontEnd, front_end, load, voice
from .harness import Bench
from .test_bytes import post as post_bytes
from .test_bytes import utterance
from .test_serve import Process
from .test_voices import mixed


def test_own_voices_survive_a_restart(launch: Callable[..., Running], tmp_path: Path) -> None:
    data = tmp_path / "new" / "data"
    first = launch(data=data)
    own = mixed(first)
    heard = post_bytes(first, utterance(voice=own["id"]))[2]
    first.stop()
    second = launch(data=data)
    assert second.ask("GET", f"/voices/{own['id']}")[1] == own
    assert post_bytes(second, utterance(voice=own["id"]))[2] == heard
    # Two servers on one file see each other's voices at once.
    third = launch(data=data)
    other = mixed(third)
    assert second.ask("GET", f"/voices/{other['id']}")[0] == 200


def test_a_damaged_or_newer_database_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / database.FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(database.BadDatabase, match="cannot be used"):
        database.connect(tmp_path)
    newer = database.connect(tmp_path / "newer")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(database.BadDatabase, match="newer"):
        database.connect(tmp_path / "newer")


def test_own_voices_are_bounded_and_never_hide_the_server_s() -> None:
    library = Library(VOICES, database.connect(None), limit=2)
    parts = [(voice("new", 1.0), 1.0)]
    made = [library.mix(parts, "af_heart", "") for _ in range(2)]
    with pytest.raises(SpeechError) as refused:
        library.mix(parts, "", "")
    assert refused.value.code == "limit_reached"
    library.delete(made[0])
    assert library.mix(parts, "", "").own
    assert library.get("af_heart") is VOICES.get("af_heart")
    with pytest.raises(VoiceNotFound):
        library.get(made[0].id)


def test_a_voice_s_own_accent_chooses_the_reading() -> None:
    asked: list[str] = []

    def listening(locale: str) -> FakeFrontEnd:
        asked.append(locale)
        return front_end(locale)

    bench = Bench(backend=replace(load(), front_end=listening))
    made = bench.services.library.mix([(VOICES.default, 1.0)], "Mine", "")
    bench.services.library.update(made, {"accent": "GB"})
    bench.client().send("Hello.", voice=made.id)
    assert asked == ["en-GB"]


def test_workers_know_each_other_s_voices() -> None:
    server = Process("--workers", "2")
    try:
        address = f"http://127.0.0.1:{server.ports[0]}/voices"
        body = json.dumps({"voices": [{"id": "af_heart"}]}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{address}/mix", body), timeout=20) as answer:
            made = json.load(answer)
        for _ in range(20):  # each time another connection, so both workers are asked
            with urllib.request.urlopen(f"{address}/{made['id']}", timeout=20) as answer:
                assert json.load(answer)["name"] == made["name"]
    finally:
        assert server.end() == 0
        server.close()
