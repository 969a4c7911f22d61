"""Who may speak: API keys by four carriers, and short-lived tokens made from them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING, Any

import msgspec

from .errors import SpeechError

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from .config import ServerConfig

MAX_TOKEN_S = 3600


class Auth:
    """With no key configured everyone is let in; such a server listens on loopback only."""

    def __init__(self, config: ServerConfig) -> None:
        self._keys = [key.encode() for key in config.keys]
        material = config.token_secret or "\n".join(config.keys).encode() or secrets.token_bytes(32)
        self._secret = hashlib.sha256(b"larksong access token\n" + material).digest()

    def check(self, connection: HTTPConnection, grant: str | None = "tts") -> None:
        """Raise SpeechError unless the request carries a key, or a token with this grant (None: a key only)."""
        given = credentials(connection)
        if not self._keys or any([self._is_key(each) for each in given]):
            return
        granted = [grants for each in given if (grants := self.grants(each)) is not None]
        if not granted:
            raise SpeechError("unauthorized", "A valid API key is needed.")
        if grant is None or not any(grants.get(grant) for grants in granted):
            raise SpeechError("forbidden", "This access token does not allow that.")

    def _is_key(self, given: str) -> bool:
        known = given.encode("utf-8", "surrogateescape")
        # Every key is compared, so that the time taken tells nothing.
        return any([hmac.compare_digest(known, key) for key in self._keys])

    def mint(self, grants: dict[str, bool], expires_in: float) -> str:
        """A token that stands for a key until `expires_in` seconds from now, at most an hour."""
        body = {"grants": grants, "expires": time.time() + min(expires_in, MAX_TOKEN_S)}
        payload = _b64(msgspec.json.encode(body))
        return f"{payload}.{_b64(self._sign(payload))}"

    def grants(self, token: str) -> dict[str, bool] | None:
        """What a token allows; None if it is not ours or has expired."""
        payload, _, signature = token.partition(".")
        expected = _b64(self._sign(payload))
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            return None
        padded = payload + "=" * (-len(payload) % 4)
        body: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(padded))
        return body["grants"] if body["expires"] > time.time() else None

    def _sign(self, payload: str) -> bytes:
        return hmac.digest(self._secret, payload.encode("utf-8", "replace"), "sha256")


def credentials(connection: HTTPConnection) -> list[str]:
    """Every credential a request carries, wherever it carries it."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    found = [
        bearer.strip() if scheme.lower() == "bearer" else "",
        connection.headers.get("x-api-key", ""),
        connection.query_params.get("api_key", ""),
        connection.query_params.get("access_token", ""),
    ]
    return [each for each in found if each]


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
