"""The command as a process of its own: start, signals, workers, TLS."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from larksong.server.config import ServerConfig
from larksong.server.run.cli import main
from larksong.server.run.serve import is_loopback, prepare
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from .harness import request
from .test_socket import say, sound, turn

ROOT = Path(__file__).parents[2]


class Process:
    """`larksong serve` with the fake voice."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "larksong.server", "serve", "--port", "0"]
        command += ["--backend", "tests.server.fake_synthesizer:load", "--slots", "20", *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.ready = self.line()
        self.ports = [int(port) for port in re.findall(r":(\d+)", self.ready)]

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.ports[0]}/tts/websocket"

    def children(self) -> list[int]:
        """Processes started by it that serve (and not Python's own helper)."""
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(p) for p in found if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)

    def close(self) -> None:
        """Nobody reads what it said any more."""
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture
def spawn() -> Iterator[Callable[..., Process]]:
    started: list[Process] = []

    def starter(*options: str) -> Process:
        started.append(Process(*options))
        return started[-1]

    yield starter
    for each in started:
        if each.process.poll() is None:
            each.process.terminate()
            each.process.wait(40)
        each.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_says_it_is_ready_and_ends_well(spawn: Callable[..., Process], number: int) -> None:
    server = spawn()
    assert re.match(r"larksong \S+ ready on http://127\.0\.0\.1:\d+, 20 contexts", server.ready)
    assert server.end(number) == 0


async def test_sigterm_lets_live_contexts_finish_and_takes_no_new_ones(spawn: Callable[..., Process]) -> None:
    server = spawn()
    async with connect(server.ws) as ws:
        await ws.send(json.dumps(request("One is begun.", "old", more=True)))
        await ws.recv()
        server.process.terminate()
        await asyncio.sleep(0.5)
        await ws.send(json.dumps(request("Too late.", "new")))
        assert (await turn(ws, "new"))[-1]["error_code"] == "shutting_down"
        await ws.send(json.dumps(request(" And finished.", "old")))
        assert (await turn(ws, "old"))[-1]["type"] == "done"
        with pytest.raises(ConnectionClosed):
            await asyncio.wait_for(ws.recv(), 20)
    assert server.process.wait(20) == 0


async def test_a_context_that_does_not_end_is_waited_for_only_so_long(spawn: Callable[..., Process]) -> None:
    server = spawn("--drain", "0.5")
    async with connect(server.ws) as ws:
        await ws.send(json.dumps(request("Never closed.", more=True)))
        await ws.recv()
        assert await asyncio.to_thread(server.end) == 0


async def test_workers_share_the_port_and_a_killed_one_is_replaced(spawn: Callable[..., Process]) -> None:
    server = spawn("--workers", "2")
    assert "ready" in server.line()
    before = server.children()
    assert len(before) == 2
    sockets = [await connect(server.ws) for _ in range(12)]
    for ws in sockets:
        await ws.send(json.dumps(request("Hi.", more=True)))
        await ws.recv()
    os.kill(before[0], signal.SIGKILL)
    assert "ready" in await asyncio.to_thread(server.line)
    after = server.children()
    assert len(after) == 2
    assert before[1] in after
    alive = 0
    for ws in sockets:
        try:
            await ws.send(json.dumps(request("Still there.", more=False)))
            assert (await turn(ws))[-1]["type"] == "done"
            alive += 1
        except ConnectionClosed:
            continue
    assert 0 < alive < len(sockets)
    assert sound(await say(server.ws))
    assert server.end() == 0
    assert not any(map(is_running, after))


def test_workers_end_with_a_killed_supervisor(spawn: Callable[..., Process]) -> None:
    server = spawn("--workers", "2")
    assert "ready" in server.line()
    workers = server.children()
    server.process.kill()
    for _ in range(400):
        if not any(map(is_running, workers)):
            break
        time.sleep(0.05)
    assert not any(map(is_running, workers))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


async def test_metrics_of_all_workers_meet(spawn: Callable[..., Process]) -> None:
    server = spawn("--workers", "2")
    assert "ready" in server.line()
    for _ in range(6):
        await say(server.ws, "Hi.")
    wanted = {"larksong_first_audio_seconds_count 6.0", "larksong_slots_total 40.0"}
    for _ in range(100):  # a worker writes its numbers when it gets to it
        text = await asyncio.to_thread(fetch, f"http://127.0.0.1:{server.ports[0]}/metrics")
        if wanted <= set(text.splitlines()):
            break
        await asyncio.sleep(0.1)
    assert wanted <= set(text.splitlines())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


# §14.9
@pytest.mark.parametrize("second", [False, True])
async def test_tls_serves_the_same_api(
    spawn: Callable[..., Process], certificate: tuple[Path, Path], second: bool
) -> None:
    cert, key = certificate
    extra = ["--tls-port", "0"] if second else []
    server = spawn("--tls-cert", str(cert), "--tls-key", str(key), *extra)
    trusted = ssl.create_default_context(cafile=str(cert))
    secure = f"wss://localhost:{server.ports[-1]}/tts/websocket"
    frames = await say(secure, ssl=trusted)
    assert frames[-1]["type"] == "done"
    assert len(server.ports) == (2 if second else 1)
    if second:
        assert sound(await say(server.ws)) == sound(frames)
    assert await asyncio.to_thread(server.end) == 0


def test_without_a_key_only_this_machine_can_connect(
    spawn: Callable[..., Process], caplog: pytest.LogCaptureFixture
) -> None:
    server = spawn("--host", "0.0.0.0")
    assert "http://127.0.0.1:" in server.ready
    assert prepare(ServerConfig(host="0.0.0.0")).host == "127.0.0.1"
    assert "no key is configured" in caplog.text
    assert prepare(ServerConfig(host="0.0.0.0", keys=("k",))).host == "0.0.0.0"


@pytest.mark.parametrize(("host", "loopback"), [("::1", True), ("localhost", True), ("10.0.0.1", False), ("x", False)])
def test_loopback_addresses_are_known(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_port_in_use_is_told_in_one_line(spawn: Callable[..., Process]) -> None:
    taken = str(spawn().ports[0])
    second = spawn("--port", taken)
    assert second.process.wait(20) == 1
    assert second.process.stderr
    assert "cannot listen on" in second.process.stderr.read()


def test_the_command_line_explains_itself() -> None:
    help_text = CliRunner().invoke(main, ["--help"]).output
    assert "serve" in help_text
    assert "say" in help_text
    result = CliRunner().invoke(main, ["serve", "--tls-port", "1"])
    assert result.exit_code == 2
    assert "--tls-cert" in result.output
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


async def test_a_worker_holds_its_memory_over_many_turns(spawn: Callable[..., Process]) -> None:
    server = spawn()

    def resident() -> int:
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1])

    async def rush(count: int) -> None:
        for _ in range(count):
            await asyncio.gather(*(say(server.ws, "A turn like any other.") for _ in range(10)))

    await rush(5)
    before = resident()
    await rush(20)
    assert resident() - before < 4096  # KiB


def test_serving_imports_neither_torch_nor_the_clients() -> None:
    code = "import sys, larksong.server.run.workers; print(*{name.split('.')[0] for name in sys.modules}, *sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "larksong.server.engine.engine" in loaded
    assert not {"torch", "larksong.clients.say"} & set(loaded)
