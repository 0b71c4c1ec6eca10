"""The OpenAPI 3.1 document, made of the same operations as the routes."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from robot.service.answers import Refusal
from robot.service.limits import JSON_TYPE
from robot.service.operation import Operation, Parameter
from robot.service.security import is_open
from robot.service.shapes import TurnObject
from robot.version import VERSION

PATH = "/openapi.json"
EVERYWHERE = (400, 403, 429, 500, 503)
"""Refusals that any path may answer with."""
WITH_BODY = (408, 413, 415)
REASONS: Mapping[int, str] = {
    200: "Done.",
    201: "Taken.",
    202: "Will be done.",
    400: "Not to be read as HTTP or JSON.",
    401: "The token is missing or wrong.",
    403: "A foreign page, or another name than Sori's.",
    404: "There is no such thing.",
    408: "It came too slowly.",
    409: "Dropped by a stop, or because too many waited.",
    413: "Too large.",
    415: "Not JSON.",
    422: "A value that cannot be; the field is named.",
    429: "Too many requests; wait a second.",
    500: "A mistake of Sori's; its log says which.",
    503: "Not now.",
    504: "The answer takes longer than the limit.",
}
EVENTS_ABOUT = (
    "The events as they happen, over a WebSocket. Offer the subprotocols `sori` and"
    " `token.TOKEN`; the answer is `sori`. JSON messages by `type`: state, partial, heard, clause,"
    " turn, stopped, failed, recovered. The first one is the state now."
)
EVENTS_PATH = "/api/events"
REF = "#/components/schemas/{name}"

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"


class OpenApi:
    """The document and its endpoint."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._text = msgspec.json.encode(document(operations))

    async def read(self, _request: Request) -> Response:
        """The document."""
        return Response(self._text, media_type=JSON_TYPE)


def document(operations: Iterable[Operation]) -> dict[str, Json]:
    """All of it."""
    listed = tuple(operations)
    types = [TurnObject, Refusal, *_types(listed)]
    _, schemas = msgspec.json.schema_components(types, ref_template=REF)
    paths: dict[str, dict[str, Json]] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    paths[EVENTS_PATH] = {"get": _events()}
    paths[PATH] = {
        "get": {
            "summary": "This document.",
            "operationId": "get_openapi",
            "responses": {"200": {"description": REASONS[200], "content": {JSON_TYPE: {}}}},
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sori",
            "version": VERSION,
            "description": "The live conversation of a humanoid robot. See docs/service-api.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _types(operations: Iterable[Operation]) -> list[type]:
    found: dict[type, None] = {}
    for operation in operations:
        for shape in (operation.takes, *operation.answers.values()):
            for kind in shape if isinstance(shape, tuple) else (shape,):
                if isinstance(kind, type):
                    found[kind] = None
    return list(found)


def _operation(operation: Operation) -> dict[str, Json]:
    statuses = [*operation.refusals, *EVERYWHERE]
    if operation.takes is not None:
        statuses += WITH_BODY
    if not is_open(operation.path):
        statuses.append(401)
    answers: dict[str, Json] = {
        str(status): {"description": REASONS[status], "content": _content(shape)}
        for status, shape in operation.answers.items()
    }
    for status in sorted(set(statuses) - set(operation.answers)):
        answers[str(status)] = {"description": REASONS[status], "content": _content(Refusal)}
    about: dict[str, Json] = {
        "summary": operation.about,
        "operationId": _name(operation),
        "responses": answers,
    }
    if not is_open(operation.path):
        about["security"] = [{"token": []}]
    if operation.query:
        about["parameters"] = [_parameter(one) for one in operation.query]
    if operation.takes is not None:
        content: dict[str, Json] = dict(_content(operation.takes))
        content |= {kind: {} for kind in operation.takes_also}
        about["requestBody"] = {"required": True, "content": content}
    return about


def _content(shape: type | tuple[type, ...] | str) -> dict[str, Json]:
    match shape:
        case str():
            return {shape: {}}
        case tuple():
            return {JSON_TYPE: {"schema": {"anyOf": [_ref(kind) for kind in shape]}}}
        case _:
            return {JSON_TYPE: {"schema": _ref(shape)}}


def _ref(kind: type) -> Json:
    return {"$ref": REF.format(name=kind.__name__)}


def _parameter(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": False,
        "schema": {
            "type": "integer",
            "minimum": parameter.least,
            "maximum": parameter.most,
            "default": parameter.default,
        },
    }


def _name(operation: Operation) -> str:
    return f"{operation.method.lower()}_{operation.path.removeprefix('/api').strip('/')}"


def _events() -> dict[str, Json]:
    return {
        "summary": "Follow the events.",
        "description": EVENTS_ABOUT,
        "operationId": "watch_events",
        "responses": {
            "101": {"description": "The WebSocket is open."},
            "401": {"description": REASONS[401], "content": _content(Refusal)},
            "403": {"description": REASONS[403], "content": _content(Refusal)},
            "503": {"description": REASONS[503], "content": _content(Refusal)},
        },
        "security": [{"token": []}],
    }
