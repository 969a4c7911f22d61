"""A real server on a free port, in a thread, with the fake voice."""

from __future__ import annotations

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import settings
from larksong.server.config import ServerConfig
from larksong.server.engine.backend import Backend
from larksong.server.run import serve
from larksong.server.speech.services import Services

from .fake_synthesizer import load

# The machine that runs the tests may be busy, so no deadlines. HYPOTHESIS_PROFILE=long is for a night.
settings.register_profile("quick", deadline=None, max_examples=150)
settings.register_profile("long", deadline=None, max_examples=100_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@dataclass
class Running:
    """A server that answers on `port`."""

    server: serve.Server
    thread: threading.Thread
    port: int
    tls_port: int | None = None

    @property
    def services(self) -> Services:
        found: Services = self.server.config.app.state.services
        return found

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/tts/websocket"

    def get(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an HTTP request."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def get_json(self, path: str, **headers: str) -> Any:
        return json.loads(self.get(path, **headers)[2])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of a request; None for an answer without a body."""
        data = None if body is None else json.dumps(body).encode()
        status, _, found = self.get(path, method, data, **headers)
        return status, json.loads(found) if found else None

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(30)


def start(config: ServerConfig, backend: Backend | None = None) -> Running:
    config = serve.prepare(replace(config, port=0))
    sockets = serve.listen(config)
    server = serve.build(config, backend or load())
    thread = threading.Thread(target=server.run, args=(sockets,), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    ports = [sock.getsockname()[1] for sock in sockets]
    return Running(server, thread, *ports)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One server for all tests that leave it as they found it."""
    server = start(ServerConfig(slots=50))
    yield server
    server.stop()


@pytest.fixture
def launch() -> Iterator[Callable[..., Running]]:
    """Starts servers with settings of their own."""
    started: list[Running] = []

    def starter(**options: Any) -> Running:
        started.append(start(ServerConfig(**{"slots": 20, **options})))
        return started[-1]

    yield starter
    for server in started:
        server.stop()
