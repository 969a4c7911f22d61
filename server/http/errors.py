"""Errors over HTTP: JSON with `error_code`, `title`, `message` and `request_id`, whatever went wrong."""

from __future__ import annotations

import logging
import math
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..errors import CODES, SpeechError

logger = logging.getLogger(__name__)
_BY_STATUS = {404: "not_found", 405: "method_not_allowed", 401: "unauthorized", 413: "text_too_long"}


def response(fault: SpeechError) -> JSONResponse:
    """The answer for a fault; where trying again may help, it says when."""
    return JSONResponse(body_of(fault), fault.status, retry_headers(fault))


def retry_headers(fault: SpeechError) -> dict[str, str]:
    """What tells clients when to try again."""
    return {} if fault.retry_after is None else {"retry-after": str(math.ceil(fault.retry_after))}


def body_of(fault: SpeechError) -> dict[str, object]:
    """The fields of an error."""
    return {
        "error_code": fault.code,
        "title": fault.title,
        "message": fault.message,
        "request_id": uuid4().hex,
    }


async def on_speech_error(_: Request, fault: Exception) -> Response:
    """For routes that raise SpeechError."""
    assert isinstance(fault, SpeechError)
    return response(fault)


async def on_http_exception(_: Request, fault: Exception) -> Response:
    """For what the framework raises: no such path, wrong method, a body it cannot read."""
    assert isinstance(fault, HTTPException)
    code = _BY_STATUS.get(fault.status_code, "invalid_request")
    answer = response(SpeechError(code, str(fault.detail)))
    if CODES[code][0] != fault.status_code:
        answer.status_code = fault.status_code
    answer.headers.update(fault.headers or {})
    return answer


async def on_fault(_: Request, fault: Exception) -> Response:
    """For everything else: logged, and told without detail."""
    logger.error("a request failed", exc_info=fault)
    return response(SpeechError("internal_error", "The request failed."))
