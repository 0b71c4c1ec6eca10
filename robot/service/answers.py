"""Answers in JSON, and how trouble is told."""

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.errors import SoriError
from robot.service.errors import RequestRefused

_SENTENCES = {
    404: ("not_found", "There is nothing at this path. See /openapi.json."),
    405: ("bad_method", "This path does not take this method. See /openapi.json."),
}


class Trouble(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is wrong: `code` is for programs, `message` for people."""

    code: str
    message: str
    field: str | None = None
    """The part of the request at fault."""


class Refusal(msgspec.Struct, frozen=True):
    """Every answer that is none."""

    error: Trouble


def answer(content: msgspec.Struct, status: int = 200) -> Response:
    """`content` as JSON."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def refusal(refused: RequestRefused) -> Response:
    """The answer of the contract."""
    trouble = Trouble(refused.what, refused.message, refused.field)
    response = answer(Refusal(trouble), refused.status)
    if refused.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    if refused.status in (429, 503):
        response.headers["retry-after"] = "1"
    return response


async def on_refused(_request: Request, error: Exception) -> Response:
    """For Starlette: a request that an endpoint refused."""
    assert isinstance(error, RequestRefused)
    return refusal(error)


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """For Starlette: its own refusals, such as of an unknown path."""
    assert isinstance(error, HTTPException)
    code, message = _SENTENCES.get(error.status_code, ("refused", error.detail))
    response = refusal(RequestRefused(error.status_code, code, message))
    response.headers.update(error.headers or {})
    return response


async def on_trouble(_request: Request, error: Exception) -> Response:
    """For Starlette: a part of Sori that cannot do it now, such as a full disk."""
    assert isinstance(error, SoriError)
    return refusal(RequestRefused(503, error.code, error.message))


async def on_failure(_request: Request, error: Exception) -> Response:
    """For Starlette: a mistake of ours. uvicorn puts it into the log; the client learns no more."""
    del error
    return refusal(
        RequestRefused(500, "failed", "Something went wrong inside Sori; its log says what.")
    )
