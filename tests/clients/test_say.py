"""`larksong say` over a scripted server; the example program too."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from larksong.clients.say import say

from .test_sync import DONE, serving

TONE = (0.3 * np.sin(np.arange(2400) / 5)).astype("<f4")  # 0.1 s
CHUNK = json.dumps(
    {"type": "chunk", "context_id": "ID", "step_time": 1, "data": base64.b64encode(TONE.tobytes()).decode()}
)
EXAMPLE = Path(__file__).parents[2] / "clients" / "examples" / "llm_streaming.py"


def test_speech_over_a_server_is_written_and_measured(tmp_path):
    async def script(peer):
        request = await peer.expect(transcript="Hello.", voice={"mode": "id", "id": "am_michael"})
        assert request["generation_config"] == {"speed": 1.25, "volume": 1.0, "emotion": "calm"}
        assert request["output_format"]["encoding"] == "pcm_f32le"
        await peer.send(CHUNK)
        await peer.send(CHUNK)
        await peer.send(DONE)

    out = tmp_path / "x.wav"
    with serving(script) as url:
        options = ["--url", url, "--out", str(out), "--voice", "am_michael"]
        result = CliRunner().invoke(say, ["Hello.", *options, "--speed", "1.25", "--emotion", "calm"])
    assert result.exit_code == 0, result.output
    samples, rate = soundfile.read(out, dtype="float32")
    assert rate == 24000
    np.testing.assert_allclose(samples, np.tile(TONE, 2), atol=1 / 32768)
    assert f"wrote {out}" in result.output
    assert "0.20 s of speech" in result.output
    assert "real-time factor" in result.output


def test_text_from_standard_input(tmp_path):
    async def script(peer):
        await peer.expect(transcript="Grüße.\n")
        await peer.expect(transcript="")
        await peer.send(CHUNK)
        await peer.send(DONE)

    with serving(script) as url:
        options = ["--url", url, "--out", str(tmp_path / "x.wav")]
        result = CliRunner().invoke(say, ["-", *options], input="Grüße.\n".encode())
    assert result.exit_code == 0, result.output


def test_unspeakable_text_is_no_error_and_no_file(tmp_path):
    async def script(peer):
        await peer.expect(transcript="🙂")
        await peer.send(DONE)

    out = tmp_path / "x.wav"
    with serving(script) as url:
        result = CliRunner().invoke(say, ["🙂", "--url", url, "--out", str(out)])
    assert result.exit_code == 0
    assert "nothing to hear" in result.output
    assert not out.exists()


def test_server_error_is_told_and_fails(tmp_path):
    async def script(peer):
        await peer.expect(transcript="Hello.")
        await peer.send('{"type":"error","context_id":"ID","error_code":"voice_not_found","message":"no x"}')

    with serving(script) as url:
        options = ["--url", url, "--out", str(tmp_path / "x.wav")]
        result = CliRunner().invoke(say, ["Hello.", "--voice", "x", *options])
    assert result.exit_code == 1
    assert "voice_not_found: no x" in result.output


def test_named_server_that_does_not_answer_is_an_error():
    result = CliRunner().invoke(say, ["Hello.", "--url", "ws://127.0.0.1:9"])
    assert result.exit_code == 1
    assert "unreachable" in result.output


@pytest.mark.parametrize("speed", ["0.5", "1.6", "fast"])
def test_speed_out_of_range_is_refused(speed):
    assert CliRunner().invoke(say, ["Hello.", "--speed", speed]).exit_code == 2


def test_language_model_example(tmp_path):
    async def script(peer):
        text = (await peer.expect())["transcript"]
        await peer.send(CHUNK)  # while the model still writes
        while (request := await peer.expect())["continue"]:
            text += request["transcript"]
        assert text.startswith("You asked: Why? A lark")
        await peer.send(DONE)

    out = tmp_path / "answer.wav"
    with serving(script) as url:
        run = subprocess.run(
            [sys.executable, EXAMPLE, "Why?", "--url", url, "--out", out],
            check=True,
            capture_output=True,
            text=True,
        )
    assert "first audio after" in run.stdout
    assert soundfile.info(out).frames >= 2400
