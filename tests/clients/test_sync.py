"""The client without async, and the folder copied out of the project."""

import asyncio
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import larksong.clients.python
import pytest
from larksong.clients.python import Chunk, Done, Larksong, LarksongError

from .stub import scripted

CHUNK = '{"type":"chunk","context_id":"ID","done":false,"status_code":206,"step_time":1,"data":"AAE="}'
DONE = '{"type":"done","context_id":"ID","done":true,"status_code":200}'


@contextmanager
def serving(script):
    """The scripted server on a thread, since the calls under test block."""
    url, stop, ready, faults = [], [], threading.Event(), []

    async def serve():
        async with scripted(script) as address:
            url.append(address)
            stop.append((asyncio.get_running_loop(), closing := asyncio.Event()))
            ready.set()
            await closing.wait()

    def run():
        try:
            asyncio.run(serve())
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(5)
    try:
        yield url[0]
    finally:
        loop, closing = stop[0]
        loop.call_soon_threadsafe(closing.set)
        thread.join(10)
    assert faults == []


def test_events_of_a_fed_context():
    async def script(peer):
        await peer.expect(transcript="One ", voice={"mode": "id", "id": "bf_emma"})
        await peer.send(CHUNK)
        await peer.expect(transcript="two.")
        await peer.expect(transcript="", **{"continue": False})
        await peer.send(DONE)

    first_heard = threading.Event()

    def model():
        yield "One "
        assert first_heard.wait(5)  # a blocking source does not keep audio from being read
        yield "two."

    with serving(script) as url, Larksong(url) as client, client.context(voice="bf_emma") as context:
        context.feed(model())
        events = []
        for event in context:
            first_heard.set()
            events.append(event)
    assert events == [Chunk(b"\0\1", 1.0), Done()]


def test_audio_raises_what_the_server_reports():
    async def script(peer):
        await peer.expect(transcript="a")
        await peer.send(CHUNK)
        await peer.send('{"type":"error","context_id":"ID","done":true,"status_code":400,"error":"Bad: text"}')

    with serving(script) as url, Larksong(url) as client, client.context() as context:
        context.end("a")
        audio = context.audio()
        assert next(audio) == b"\0\1"
        with pytest.raises(LarksongError, match="Bad: text"):
            next(audio)


def test_cancel_from_another_thread_releases_the_reader():
    async def script(peer):
        await peer.expect(transcript="a ", **{"continue": True})
        await peer.send(CHUNK)
        await peer.expect(cancel=True)

    with serving(script) as url, Larksong(url) as client, client.context() as context:
        context.send("a ")
        events = []
        for event in context:
            events.append(event)
            threading.Timer(0.05, context.cancel).start()
        assert events == [Chunk(b"\0\1", 1.0)]


def test_unreachable_server_leaves_no_thread():
    with pytest.raises(LarksongError, match="unreachable"), Larksong("ws://127.0.0.1:9"):
        pass
    assert "larksong" not in {thread.name for thread in threading.enumerate()}


def test_use_without_with_is_an_error():
    with pytest.raises(LarksongError, match="not_connected"):
        Larksong().context()


def test_folder_works_when_copied_out_under_another_name(tmp_path):
    source = Path(larksong.clients.python.__file__).parent
    shutil.copytree(source, tmp_path / "voice_client", ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        "import sys, voice_client; voice_client.Larksong();"
        "assert not [m for m in sys.modules if m.startswith(('larksong', 'numpy'))]"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
