"""Running the application: sockets, TLS, worker processes, and an end in good order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address

import uvicorn
from starlette.applications import Starlette

from ..config import ServerConfig, package_version
from ..engine.backend import Backend
from .app import create_app

PING_S = 30.0  # keeps routers awake; a missing answer is never held against a client
DRAIN_POLL_S = 0.05
SWITCH_S = 0.0005  # how long one thread may keep the other waiting for the interpreter

logger = logging.getLogger("larksong")


class Server(uvicorn.Server):
    """uvicorn, except that it lets live contexts finish, and that a signal is a normal end."""

    def __init__(self, config: uvicorn.Config, settings: ServerConfig, app: Starlette) -> None:
        super().__init__(config)
        self._settings = settings
        self._app = app

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            self._captured_signals.clear()  # else it would raise them again, and end with their code

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen on one socket, or on two, of which the second speaks TLS; then say so."""
        first, *second = sockets or []
        tls = self.config.ssl
        if second:  # uvicorn knows one kind of port; the other is opened here
            self.config.ssl = None
        await super().startup([first])
        places = [_address(first, secure=self.config.ssl is not None)]
        for sock in second:
            listener = await asyncio.get_running_loop().create_server(self._protocol, sock=sock, ssl=tls)
            self.servers.append(listener)
            places.append(_address(sock, secure=True))
        gc.collect()
        gc.freeze()  # what start-up made stays: to look through it again took up to 17 ms, in mid-speech
        slots = self._app.state.services.slots.total
        line = f"larksong {package_version()} ready on {', '.join(places)}, {slots} contexts\n"
        print(line, end="", flush=True)  # in one piece: with unbuffered output, workers' lines would mix otherwise

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._drain()
        await super().shutdown(sockets)

    async def _drain(self) -> None:
        """No new contexts; wait for the live ones, as long as they are allowed, or until told again."""
        services = self._app.state.services
        services.slots.closed = True
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._settings.drain_s
        while services.busy and not self.force_exit and clock() < deadline:  # noqa: ASYNC110 - see below
            await asyncio.sleep(DRAIN_POLL_S)  # busy is counted by two threads, and a signal may end it too


def _address(sock: socket.socket, secure: bool) -> str:
    host, port = sock.getsockname()[:2]
    return f"{'https' if secure else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def prepare(config: ServerConfig) -> ServerConfig:
    """Settle what all workers must agree on. Without a key nobody else's machine may connect."""
    if not config.keys and not is_loopback(config.host):
        logger.warning("no key is configured: listening on 127.0.0.1 only, not on %s", config.host)
        config = replace(config, host="127.0.0.1")
    return config if config.token_secret else replace(config, token_secret=secrets.token_bytes(32))


def listen(config: ServerConfig, shared: bool = False) -> list[socket.socket]:
    """Bound sockets: the port, then the TLS port if there is a second. `shared`: other processes bind too."""
    ports = [config.port, *([config.tls_port] if config.tls_port is not None else [])]
    return [_bind(config.host, port, shared) for port in ports]


def _bind(host: str, port: int, shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    sock = socket.socket(family, kind, protocol)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        sock.bind(address)
    except OSError as error:
        sock.close()
        raise SystemExit(f"cannot listen on {host}:{port}: {error.strerror}") from None
    return sock


def run(config: ServerConfig, sockets: list[socket.socket]) -> None:
    """Serve in this process until a signal; returns when everything has ended well."""
    sys.setswitchinterval(SWITCH_S)
    build(config).run(sockets)


def build(config: ServerConfig, backend: Backend | None = None) -> Server:
    """A server, not yet running; without `backend` the configured one is loaded at start."""
    app = create_app(config, backend)
    options = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_max_size=config.max_message_bytes,
        ws_ping_interval=PING_S,
        ws_ping_timeout=None,
        ws_per_message_deflate=False,  # audio does not shrink, and it would cost the time saved elsewhere
        lifespan="on",
        log_level="warning",
        access_log=False,
        ssl_certfile=str(config.tls_cert) if config.tls_cert else None,
        ssl_keyfile=str(config.tls_key) if config.tls_key else None,
        timeout_graceful_shutdown=5,
    )
    return Server(options, config, app)
