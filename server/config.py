"""Server settings: one frozen object, and the only place where defaults live."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def package_version() -> str:
    """Version of the installed distribution; "0" when run from a bare checkout."""
    try:
        return version("larksong")
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True)
class EngineLimits:
    """What the engine may spend, and how far it may run ahead. Times in seconds, frames of 25 ms."""

    lead_s: float = 20.0  # a live stream is never generated further ahead of its listener
    plan_ahead_s: float = 3.0  # text is planned no further ahead of what has been decoded
    comfort_s: float = 1.0  # live streams with this much lead leave the time to whole-file jobs
    patience_s: float = 0.25  # with this much lead, wait for a full chunk instead of decoding scraps
    critical_s: float = 0.03  # a started stream this close to running dry goes before newcomers
    first_frames: int = 5  # of the first chunk; the model swallows about 3.4 of them, and less would leave no lead
    max_frames: int = 16  # frames of the largest chunk
    tick_frames: int = 64  # rows x frames of one batch: bounds how long a newcomer waits for a tick
    tick_texts: int = 2  # streams whose text is encoded in one tick, for the same reason
    outbox_s: float = 2.0  # unsent audio one reader may leave lying before its streams wait
    stall_s: float = 60.0  # a reader that takes nothing for so long loses its contexts
    expiry_s: float = 120.0  # an open context without input is closed after its audio plus this
    inbox: int = 8192  # commands that may wait for the engine


@dataclass(frozen=True)
class ServerConfig:
    """Everything `larksong serve` can be told."""

    host: str = "127.0.0.1"
    port: int = 8765
    tls_port: int | None = None  # a second, TLS port; without it a certificate makes `port` TLS
    tls_cert: Path | None = None
    tls_key: Path | None = None
    keys: tuple[str, ...] = ()
    token_secret: bytes = b""  # shared by the workers; made at start when empty
    workers: int = 1
    origins: tuple[str, ...] = ()  # other sites whose pages may call the HTTP API from a browser
    prefix: str = ""  # the API is served under this path too, for proxies that keep it
    voices: Path | None = None
    weights: Path | None = None
    data: Path | None = None
    backend: str = "larksong.server.engine.backend:local"
    slots: int = 0  # contexts spoken at once per worker; 0 = measure at start
    sockets_per_slot: int = 10
    max_text_chars: int = 200_000  # text of one context that waits to be spoken: some three hours and a half
    max_message_bytes: int = 1 << 20
    failed_memory_s: float = 30.0
    drain_s: float = 30.0  # SIGTERM: how long live contexts may go on
    engine: EngineLimits = field(default_factory=EngineLimits)
