"""One thing that a client can ask for: how it is asked, what comes back, and who does it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from robot.service.errors import RequestRefused

Method = Literal["GET", "POST", "PATCH", "DELETE"]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number in the query."""

    name: str
    about: str
    default: int
    least: int
    most: int

    def of(self, request: Request) -> int:
        """Its value in `request`. Raises RequestRefused."""
        text = request.query_params.get(self.name)
        if text is None:
            return self.default
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise self._refused()
        value = int(text)
        if not self.least <= value <= self.most:
            raise self._refused()
        return value

    def _refused(self) -> RequestRefused:
        return RequestRefused(
            422,
            "bad_value",
            f"`{self.name}` is a whole number from {self.least} to {self.most}.",
            self.name,
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path. The routes and the OpenAPI document are both made of these."""

    method: Method
    path: str
    endpoint: Endpoint
    about: str
    answers: Mapping[int, type | tuple[type, ...] | str]
    """Status -> a struct of `shapes` or one of several, or the media type of something else."""
    takes: type | None = None
    """The struct of the JSON body; None: no body."""
    takes_also: tuple[str, ...] = ()
    """Media types that the body may have instead of JSON."""
    query: tuple[Parameter, ...] = ()
    refusals: tuple[int, ...] = ()
    """Statuses of refusals, besides those that every path may answer with."""
