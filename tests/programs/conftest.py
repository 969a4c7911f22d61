"""A real `larksong serve`, with its own weights, TLS and a key; and the programs that are run against it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from . import hearing, performance
from .performance import Scene, Turn
from .relay import relay

KEY = "local"
VOICE = "am_michael"
SETTLE_S = 10.0


@dataclass(frozen=True)
class Server:
    """Where it listens, and what it tells of itself."""

    port: int
    tls_port: int
    certificate: Path

    def metrics(self) -> Counter[tuple[str, ...]]:
        """Every sample by its name and the values of its labels."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        return Counter({(s.name, *s.labels.values()): s.value for family in families for s in family.samples})

    def settles(self) -> bool:
        """Whether, soon, nothing is spoken and nobody is connected."""
        deadline = time.monotonic() + SETTLE_S
        while time.monotonic() < deadline:
            now = self.metrics()
            if not now["larksong_slots_used",] and not now["larksong_sockets",]:
                return True
            time.sleep(0.1)
        return False


@dataclass(frozen=True)
class Performance:
    """A program that has ended, and what the server saw of it."""

    scenes: dict[str, Scene]
    connections: int  # made by it, WebSocket and HTTP
    ended: Counter[str]  # contexts by how they ended
    errors: Counter[str]  # error frames by code
    settled: bool  # afterwards nothing was left of it on the server

    def scene(self, name: str) -> Scene:
        """A scene that was played to its end."""
        scene = self.scenes[name]
        if scene.error:
            pytest.fail(scene.error, pytrace=False)
        return scene

    @property
    def turns(self) -> list[Turn]:
        return [turn for scene in self.scenes.values() for turn in scene.turns]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for this machine, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="session")
def server(certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    cert, key = certificate
    command = [str(Path(sys.executable).with_name("larksong")), "serve", "--port", "0", "--key", KEY, "--slots", "8"]
    command += ["--tls-port", "0", "--tls-cert", str(cert), "--tls-key", str(key)]
    command += ["--max-text", "50000", "--data", str(tmp_path_factory.mktemp("data"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        ports = [int(port) for port in re.findall(r":(\d+)", process.stdout.readline())]
        assert len(ports) == 2, "the server did not start"
        yield Server(ports[0], ports[1], cert)
    finally:
        process.terminate()
        assert process.wait(40) == 0
        process.stdout.close()


@pytest.fixture(scope="session")
def performed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Performance]:
    """Runs a program, once for all tests that ask about it."""
    known: dict[tuple[str, str, bool], Performance] = {}

    def run(environment: str, program: str, tls: bool = False) -> Performance:
        if (environment, program, tls) not in known:
            before = server.metrics()
            with relay(("127.0.0.1", server.tls_port if tls else server.port)) as door:
                # Some clients speak plain WebSocket only to a host with this name.
                base = f"http{'s' if tls else ''}://localhost:{door.port}"
                scenes = performance.perform(
                    environment,
                    program,
                    base,
                    tmp_path_factory.mktemp(environment),
                    NODE_EXTRA_CA_CERTS=str(server.certificate),
                )
                settled = server.settles()
                news = server.metrics() - before
                known[environment, program, tls] = Performance(
                    scenes,
                    door.connections,
                    _by_label(news, "larksong_contexts_total"),
                    _by_label(news, "larksong_errors_total"),
                    settled,
                )
        return known[environment, program, tls]

    return run


def _by_label(metrics: Counter[tuple[str, ...]], name: str) -> Counter[str]:
    return Counter({label: count for (found, *labels), count in metrics.items() if found == name for label in labels})


@pytest.fixture(scope="session")
def check_speech(server: Server) -> Callable[[Performance], None]:
    """Fails unless every turn of a program has the right length and the right words."""

    def check(performance: Performance) -> None:
        assert performance.turns
        for turn in performance.turns:
            wanted = hearing.expected_seconds(f"ws://127.0.0.1:{server.port}", KEY, VOICE, turn.text)
            assert turn.seconds == pytest.approx(wanted, rel=hearing.LENGTH), turn.text
        hearing.check_words(performance.turns)

    return check
