"""Typed errors: one table of codes, used on the socket and over HTTP alike."""

from __future__ import annotations

#: code -> (HTTP-like status, title). Clients retry on status >= 500, so only passing faults have one.
CODES: dict[str, tuple[int, str]] = {
    "invalid_json": (400, "Invalid JSON"),
    "invalid_request": (400, "Invalid request"),
    "invalid_output_format": (400, "Invalid output format"),
    "model_not_found": (400, "Model not found"),
    "language_not_supported": (400, "Language not supported"),
    "voice_embedding_removed": (400, "Voice embeddings were removed"),
    "format_not_supported": (400, "Audio format not supported"),
    "unauthorized": (401, "Unauthorized"),
    "forbidden": (403, "Forbidden"),
    "limit_reached": (403, "Limit reached"),
    "not_found": (404, "Not found"),
    "voice_not_found": (404, "Voice not found"),
    "dictionary_not_found": (404, "Pronunciation dictionary not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "reader_stalled": (408, "Reader stalled"),
    "removed": (410, "Removed"),
    "text_too_long": (413, "Text too long"),
    "body_too_large": (413, "Body too large"),
    "clip_not_usable": (422, "Clip cannot be used"),
    "concurrency_limited": (429, "Too many contexts"),
    "too_many_sockets": (429, "Too many sockets"),
    "internal_error": (500, "Internal error"),
    "overloaded": (503, "Overloaded"),
    "shutting_down": (503, "Shutting down"),
}


class SpeechError(Exception):
    """A fault with a code that clients can act upon.

    `retry_after` is in seconds, and given only where trying again may help.
    """

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.status, self.title = CODES[code]
        self.message = message
        self.retry_after = retry_after
