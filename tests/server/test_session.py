"""Contexts on one socket: what a client sees, tick by tick."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from larksong.server.config import EngineLimits

from .fake_synthesizer import FRAME, LOOK_AHEAD
from .harness import FORMAT, WHOLE, Bench, expected_frames, speak


def test_all_sound_of_a_text_arrives_and_no_more() -> None:
    assert len(speak("Hello there world.").samples()) == expected_frames("Hello", "there", "world.") * FRAME


# §14.33
def test_exactly_one_done_after_all_audio() -> None:
    client = speak(WHOLE)
    assert [frame["done"] for frame in client.frames].count(True) == 1
    assert client.frames[-1]["type"] == "done"


# §14.29 §14.30 §14.32 §14.37
def test_every_frame_has_the_common_fields() -> None:
    client = speak(WHOLE, add_timestamps=True, add_phoneme_timestamps=True)
    for frame in client.frames:
        assert {"type", "context_id", "done", "status_code"} <= frame.keys()
        assert "error" not in frame
        if frame["type"] == "chunk":
            assert isinstance(frame["step_time"], float)
            assert frame["done"] is False


# §14.34
def test_an_open_context_is_not_done_after_thirty_seconds() -> None:
    client = Bench().client()
    client.send("Wait for it.", more=True)
    client.bench.run(30.0)
    assert client.types() == ["chunk"]
    client.send("", more=False)
    client.bench.run()
    assert client.types() == ["chunk", "done"]


def test_an_open_context_speaks_its_last_word_to_the_end() -> None:
    client = Bench().client()
    client.send("Wait for it.", more=True)
    client.bench.run(5.0)
    spoken = expected_frames("Wait", "for", "it.")
    assert len(client.samples()) >= spoken * FRAME
    assert len(client.samples()) <= (spoken + LOOK_AHEAD) * FRAME


def test_an_idle_context_expires_with_done() -> None:
    bench = Bench(limits=EngineLimits(expiry_s=60.0))
    client = bench.client()
    client.send("Hi.", more=True)
    bench.run(59.0)
    assert "done" not in client.types()
    bench.run(5.0)
    assert client.types() == ["chunk", "done"]
    assert bench.slots.used == 0


@pytest.mark.parametrize("rest", [" ", "<speed", '<speed ratio="1.'])
def test_an_idle_context_expires_though_a_space_or_half_a_tag_is_left(rest: str) -> None:
    bench = Bench(limits=EngineLimits(expiry_s=60.0))
    client = bench.client()
    client.send("Hi. ", more=True, max_buffer_delay_ms=None)
    bench.run(5.0)
    client.send(rest, more=True)
    bench.run()
    assert client.types() == ["chunk", "done"]
    assert bench.slots.used == 0


def test_text_for_a_context_whose_end_has_not_been_read_opens_the_next_one() -> None:
    bench = Bench(limits=EngineLimits(expiry_s=60.0))
    client = bench.client(reads=False)
    client.send("Hi.", more=True)
    bench.run(100.0)
    client.send("Still there?", add_timestamps=True)
    bench.run(5.0)
    client.reads = True
    client.read()
    bench.run()
    assert [frame["type"] for frame in client.frames if frame["done"]] == ["done", "done"]
    assert client.words() == ["Still", "there?"]


# §14.39
def test_contexts_interleave_and_each_keeps_its_order() -> None:
    client = Bench().client()
    for name in ("a", "b"):
        client.send(WHOLE, context=name, add_timestamps=True)
    client.bench.run()
    order = [frame["context_id"] for frame in client.frames]
    assert order != sorted(order)
    assert client.words("a") == client.words("b") == WHOLE.split()
    assert client.audio("a") == client.audio("b") == speak(WHOLE).audio()


# §14.42
def test_sound_leaves_in_the_first_tick_and_flows_in_chunks() -> None:
    client = Bench().client()
    client.send("A sentence that is long enough to be spoken in many chunks.")
    client.bench.tick()
    assert client.types() == ["chunk"]
    client.bench.run()
    sizes = [len(frame["data"]) for frame in client.frames if frame["type"] == "chunk"]
    assert len(sizes) > 3
    assert sizes[0] == min(sizes)


# §14.43 §14.44
@pytest.mark.parametrize("last", ["", " "])
def test_a_blank_closing_frame_adds_no_sound(last: str) -> None:
    client = Bench().client()
    client.send("All said.", more=True)
    client.send(last, more=False)
    client.bench.run()
    assert len(client.samples()) == expected_frames("All", "said.") * FRAME
    assert client.types() == ["chunk", "done"]


# §14.45
@pytest.mark.parametrize("texts", [[""], [" "], [" ", ""], ["\n", " ", " "]])
def test_a_blank_context_is_done_without_sound(texts: list[str]) -> None:
    client = Bench().client()
    for text in texts[:-1]:
        client.send(text, more=True)
    client.send(texts[-1], more=False)
    client.bench.run()
    assert [frame["type"] for frame in client.frames] == ["done"]
    assert client.bench.slots.used == 0


# §14.46
@pytest.mark.parametrize("text", ["😀", "…", "...", "<unknown/>", "[laughter]"])
def test_unspeakable_text_is_a_short_silence(text: str) -> None:
    client = speak(text)
    assert client.types() == ["chunk", "done"]
    assert len(client.samples()) == 4 * FRAME
    assert not client.samples().any()


# §14.27
def test_the_first_frame_locks_voice_format_and_flags() -> None:
    client = Bench().client()
    client.send("One.", more=True)
    client.send(
        "Two.",
        more=False,
        voice="am_michael",
        output_format={**FORMAT, "encoding": "pcm_f32le", "sample_rate": 8000},
        add_timestamps=True,
        model_id="unknown",
        language="xx",
    )
    client.bench.run()
    assert client.types() == ["chunk", "done"]
    assert len(client.samples()) == expected_frames("One.", "Two.") * FRAME


# §14.15 §14.16
def test_unknown_fields_are_ignored_and_null_is_absent() -> None:
    client = Bench().client()
    frame = {
        "model_id": "sonic-2",
        "transcript": "Hi.",
        "voice": {"id": "af_heart", "mode": None, "colour": "red"},
        "output_format": {**FORMAT, "bit_rate": None},
        "context_id": "c",
        "continue": None,
        "flush": None,
        "cancel": None,
        "language": None,
        "generation_config": None,
        "pronunciation_dict_id": None,
        "max_buffer_delay_ms": None,
        "add_timestamps": None,
        "stream": True,
        "duration": 3,
    }
    client.frame(frame)
    client.bench.run()
    assert client.types() == ["chunk", "done"]


# §14.22
def test_a_missing_or_empty_context_id_is_made_up_and_echoed() -> None:
    client = Bench().client()
    client.send("One.", context=None)
    client.send("Two.", context="")
    client.bench.run()
    names = {frame["context_id"] for frame in client.frames}
    assert len(names) == 2
    assert all(client.types(name) == ["chunk", "done"] for name in names)


def test_spelled_codes_and_breaks_take_their_place_in_the_sound() -> None:
    plain, paused = speak("One two."), speak('One <break time="250ms"/>two.')
    assert len(paused.samples()) - len(plain.samples()) == 10 * FRAME
    spelled = speak("<spell>AB1</spell>", add_timestamps=True)
    assert spelled.words() == ["AB1"]


def test_a_speed_tag_and_generation_config_change_the_length() -> None:
    plain = len(speak("Slowly now please.").samples())
    assert len(speak('<speed ratio="0.6"/>Slowly now please.').samples()) > 1.5 * plain
    assert len(speak("Slowly now please.", generation_config={"speed": 0.6}).samples()) > 1.5 * plain


# §14.24 §14.25
@pytest.mark.parametrize("config", [{"speed": 9.0, "volume": 0.0}, {"emotion": "Ineffable"}, {"emotion": ["SAD"]}])
def test_odd_controls_are_served(config: dict[str, Any]) -> None:
    assert speak("Hi.", generation_config=config).types() == ["chunk", "done"]


# §14.14
def test_frames_stay_below_64_kib() -> None:
    client = speak(WHOLE * 3, output_format={**FORMAT, "encoding": "pcm_f32le", "sample_rate": 48000})
    assert max(len(json.dumps(frame)) for frame in client.frames) < 64 * 1024
    sizes = [len(base64.b64decode(frame["data"])) for frame in client.frames if frame["type"] == "chunk"]
    assert all(size % 4 == 0 for size in sizes)
