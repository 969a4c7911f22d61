"""Every code of the table is reached, in the shape that every client understands."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from larksong.server.config import EngineLimits
from larksong.server.errors import CODES, SpeechError
from larksong.server.speech.resolve import resolve
from larksong.server.text.lexicon import Entry

from .harness import FORMAT, Bench, Client, Frame, request

#: See test_socket, test_status and the tests of each route.
OVER_HTTP = {
    "unauthorized",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "too_many_sockets",
    "removed",
    "limit_reached",
    "body_too_large",
    "format_not_supported",
    "clip_not_usable",
}
LONG = "word " * 100


def sent(*frames: Frame | str, version: str = "2026-08-14", bench: Bench | None = None) -> Client:
    client = (bench or Bench()).client(version)
    for frame in frames:
        client.frame(frame)
    client.bench.run(5.0)
    return client


def stalled() -> Client:
    client = Bench(limits=EngineLimits(stall_s=1.0)).client(reads=False)
    client.send(LONG)
    client.bench.run(5.0)
    client.read()
    return client


def closing() -> Client:
    bench = Bench()
    bench.slots.closed = True
    return sent(request("Hi."), bench=bench)


REACHED: dict[str, Callable[[], Client]] = {
    "invalid_json": lambda: sent('{"transcript"'),
    "invalid_request": lambda: sent({"transcript": ["no text"]}),
    "invalid_output_format": lambda: sent(request("Hi.", output_format={**FORMAT, "sample_rate": 11025})),
    "model_not_found": lambda: sent(request("Hi.", model_id="gpt")),
    "language_not_supported": lambda: sent(request("Hi.", language="xx")),
    "voice_embedding_removed": lambda: sent(request("Hi.", voice={"embedding": [0.1] * 192})),
    "voice_not_found": lambda: sent(request("Hi.", voice="nobody")),
    "dictionary_not_found": lambda: sent(request("Hi.", pronunciation_dict_id="none")),
    "reader_stalled": stalled,
    "text_too_long": lambda: sent(request(LONG), bench=Bench(max_text_chars=99)),
    "concurrency_limited": lambda: sent(request("Hi."), bench=Bench(slots=0)),
    "internal_error": lambda: sent(request("boom-text")),
    "overloaded": lambda: sent(request("Hi."), request("Hi.", "d"), bench=Bench(limits=EngineLimits(inbox=1))),
    "shutting_down": closing,
}


def test_every_code_has_a_way_to_it() -> None:
    assert REACHED.keys() | OVER_HTTP == CODES.keys()


# §14.60 §14.61 §14.62
@pytest.mark.parametrize("code", REACHED)
def test_each_code_in_full_shape(code: str) -> None:
    (error,) = [frame for frame in REACHED[code]().frames if frame["type"] == "error"]
    status, title = CODES[code]
    assert error["error_code"] == code
    assert error["status_code"] == status
    assert error["title"] == title
    assert error["error"] == f"{title}: {error['message']}"
    assert error["done"] is True
    assert error["context_id"]
    assert len(error["request_id"]) == 32
    assert ("retry_after" in error) == (code in ("concurrency_limited", "overloaded", "shutting_down"))


# §14.62
def test_only_passing_faults_invite_a_retry() -> None:
    assert {code for code, (status, _) in CODES.items() if status >= 500} == {
        "internal_error",
        "overloaded",
        "shutting_down",
    }


BAD_FRAMES = [
    "",
    "null",
    "[]",
    '"text"',
    "5",
    "{",
    "nonsense",
    '{"transcript": "a" "b"}',
    '{"transcript": NaN}',
    "[" * 100_000,
    '{"a":' * 100_000,
    '{"context_id": 7}',
    '{"context_id": ["x"], "transcript": "t"}',
    json.dumps({"context_id": "x" * 10_000, "transcript": "t"}),
    '{"transcript": 5, "context_id": "a',
]


# §14.61
@pytest.mark.parametrize("data", BAD_FRAMES, ids=lambda data: data[:20])
def test_what_cannot_be_read_gets_an_error_with_an_id_and_the_socket_lives(data: str) -> None:
    client = sent(data, request("Still here.", "next"))
    error = client.frames[0]
    assert error["type"] == "error"
    assert error["status_code"] == 400
    assert len(error["context_id"]) == 32
    assert client.types("next") == ["chunk", "done"]


BAD_FIELDS: list[Frame] = [
    {"transcript": 5},
    {"continue": "yes"},
    {"flush": 1},
    {"voice": 3},
    {"voice": {"id": 3}},
    {"voice": {"mode": "id"}},
    {"output_format": "wav"},
    {"output_format": {"container": "raw", "encoding": "pcm_s24le", "sample_rate": 8000}},
    {"output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": "8000"}},
    {"output_format": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 8000}},
    {"output_format": {}},
    {"generation_config": {"speed": "quick"}},
    {"max_buffer_delay_ms": "soon"},
    {"model_id": 3},
    {"model_id": ""},
    {"pronunciation_dict_id": "none"},
]
MISSING = ["model_id", "voice", "output_format", "transcript"]


# §14.61
@pytest.mark.parametrize("fields", BAD_FIELDS, ids=str)
def test_a_bad_field_is_an_error_of_its_own_context(fields: Frame) -> None:
    client = sent(request("Hi.") | fields)
    assert [frame["type"] for frame in client.of("c")] == ["error"]
    assert client.frames[0]["status_code"] in (400, 404)
    assert client.bench.slots.used == 0


@pytest.mark.parametrize("field", MISSING)
def test_a_missing_field_is_named(field: str) -> None:
    frame = request("Hi.")
    del frame[field]
    assert field in sent(frame).frames[0]["message"]


def test_a_bad_field_in_a_later_frame_ends_the_context_it_belongs_to() -> None:
    client = sent(request("One.", more=True), request("x", more=True) | {"transcript": 5}, request("", more=False))
    assert client.types() == ["error"]
    assert client.bench.slots.used == 0


# §14.63
@pytest.mark.parametrize(
    ("version", "answered"), [("2025-04-16", ["error", "done"]), ("2025-11-04", ["error"]), ("2026-03-01", ["error"])]
)
def test_the_rest_of_a_failed_turn_is_swallowed(version: str, answered: list[str]) -> None:
    client = sent(
        request("boom-text", more=True),
        version=version,
    )
    for _ in range(3):
        client.send("More of it.", more=True)
    client.bench.run(5.0)
    assert client.types() == ["error"]
    client.send("", more=False)
    client.bench.run(5.0)
    assert client.types() == answered


# §14.63
@pytest.mark.parametrize(("version", "answered"), [("2025-04-16", ["error", "done"]), ("2026-03-01", ["error"])])
def test_a_bad_frame_is_swallowed_too(version: str, answered: list[str]) -> None:
    client = sent(request("boom-text", more=True), version=version)
    client.frame(request(5, more=True))  # type: ignore[arg-type]
    assert client.types() == ["error"]
    client.frame(request(5, more=False))  # type: ignore[arg-type]
    client.bench.run(5.0)
    assert len(client.frames) == len(answered)
    assert client.types() == answered
    client.send("Next turn.")
    client.bench.run(5.0)
    assert client.types() == [*answered, "chunk", "done"]


def test_a_cancel_frees_the_name_of_a_turn_that_has_failed() -> None:
    client = sent(request("boom-text", more=True))
    client.cancel()
    client.send("Next turn.")
    client.bench.run(5.0)
    assert client.types() == ["error", "chunk", "done"]


# §14.63
def test_a_failed_name_is_free_again_after_its_last_frame_or_after_a_while() -> None:
    client = sent(request("boom-text", more=True))
    client.send("", more=False)
    client.send("Next turn.")
    client.bench.run(5.0)
    assert client.types() == ["error", "chunk", "done"]
    client = sent(request("boom-text", more=True))
    client.bench.now += client.bench.config.failed_memory_s + 1
    client.send("Next turn.")
    client.bench.run(5.0)
    assert client.types() == ["error", "chunk", "done"]


def test_a_failed_one_shot_leaves_its_name_free() -> None:
    client = sent(request("Hi.", voice="nobody"), request("Hi."))
    assert client.types() == ["error", "chunk", "done"]


# §14.21
@pytest.mark.parametrize("version", ["2024-11-13", "2025-04-16", "2025-11-04"])
def test_old_versions_may_still_send_an_embedding(version: str) -> None:
    voice = {"mode": "embedding", "embedding": [0.0] * 192}
    assert sent(request("Hi.", voice=voice), version=version).types() == ["chunk", "done"]


# §14.18 §14.19 §14.20
@pytest.mark.parametrize(
    "voice",
    ["af_heart", {"id": "af_heart"}, {"mode": "id", "id": "af_heart"}, "uuid"],
)
def test_a_voice_may_be_given_in_each_of_its_forms(voice: object) -> None:
    bench = Bench()
    given = bench.backend.voices.default.uuid if voice == "uuid" else voice
    assert sent(request("Hi.", voice=given), bench=bench).types() == ["chunk", "done"]


# §14.23
@pytest.mark.parametrize("model", ["sonic", "sonic-3", "sonic-latest", "sonic-2-2025-03-07", "Sonic-3.6", "larksong"])
def test_every_sonic_model_is_the_one_model(model: str) -> None:
    assert sent(request("Hi.", model_id=model)).types() == ["chunk", "done"]


# §14.26
@pytest.mark.parametrize("language", [None, "en", "en-GB", "en_US", "EN", "en-AU"])
def test_locales_are_accepted(language: str | None) -> None:
    assert sent(request("Hi.") | {"language": language}).types() == ["chunk", "done"]
    assert sent(request("Hi.") | {"locale": language}).types() == ["chunk", "done"]


# §14.24 §14.25
@pytest.mark.parametrize(
    ("fields", "speed"),
    [
        ({"generation_config": {"speed": 2.0}}, 1.5),
        ({"generation_config": {"speed": 0}}, 0.6),
        ({"speed": "slow"}, 0.85),
        ({"speed": "warp"}, 1.0),
        ({"voice": {"id": "af_heart", "__experimental_controls": {"speed": 1, "emotion": ["sadness:high"]}}}, 1.4),
        ({"voice": {"id": "af_heart", "__experimental_controls": {"speed": "fastest"}}}, 1.3),
    ],
)
def test_speed_in_all_its_dialects(fields: Frame, speed: float) -> None:
    from larksong.server.doors.cartesia.protocol import parse_opening
    from larksong.server.version import DEFAULT

    bench = Bench()
    opening = parse_opening(json.dumps(request("Hi.") | fields))
    found = resolve(opening, DEFAULT, bench.backend, bench.services.dictionaries)
    assert found.controls.speed == pytest.approx(speed)


def test_a_dictionary_that_is_known_is_used() -> None:
    class Store:
        def get(self, dictionary_id: str) -> list[Entry]:
            return {"d1": [Entry("Hi", "helloo")]}[dictionary_id]

    bench = Bench(dictionaries=Store())
    longer = sent(request("Hi.", pronunciation_dict_id="d1"), bench=bench)
    assert len(longer.samples()) > len(sent(request("Hi.")).samples())


def test_half_a_surrogate_pair_is_dropped_and_the_turn_goes_on() -> None:
    data = json.dumps(request("Hi there.")).replace("there", "\\ud83d there")
    client = sent(data)
    assert client.types() == ["chunk", "done"]


def test_an_error_is_an_exception_with_its_code() -> None:
    assert str(SpeechError("voice_not_found", "No.")) == "voice_not_found: No."
