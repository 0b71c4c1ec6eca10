"""One HTTP request for a file, from some byte on; every trouble becomes a sentence."""

import http.client
import re
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

from config.errors import ModelError

_TRY_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_UNSATISFIED = re.compile(r"bytes \*/(\d+)")
_BY_HAND = "fetch the file with a browser and use `sori models add FILE`"


class BrokenOff(Exception):
    """The line broke or the server is busy: another attempt may work."""


class NotThere(Exception):
    """The server has no byte at or after the one asked for (416)."""

    def __init__(self, total_bytes: int | None) -> None:
        super().__init__()
        self.total_bytes = total_bytes
        """Size of the server's file, where it said so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An open answer; close it, best with `with`."""

    response: http.client.HTTPResponse
    first_byte: int
    """Where in the file the body begins."""
    total_bytes: int | None
    """Size of the whole file, where the server said so."""
    version: str
    """Tells this file from a changed one (strong ETag or date); empty when the server does not."""
    is_page: bool
    """Whether it calls itself HTML."""

    def read(self, at_most: int) -> bytes:
        """The next bytes as soon as there are some, empty at the end; BrokenOff."""
        try:
            return self.response.read1(at_most)
        except (OSError, http.client.HTTPException) as error:
            raise BrokenOff(_reason(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.response.close()


def ask(source: str, first_byte: int, version: str, timeout_s: float) -> Answer:
    """Ask for the file at `source` from `first_byte` on, if it still is that `version`.

    The answer may begin elsewhere: look at its `first_byte`. Raises NotThere, BrokenOff, and
    ModelError for what will not get better by itself.
    """
    scheme = urlsplit(source).scheme
    if scheme not in ("http", "https"):
        raise ModelError(f"{source}: only http and https addresses can be fetched.")
    request = urllib.request.Request(source, headers={"User-Agent": "sori"})
    if first_byte:
        request.add_header("Range", f"bytes={first_byte}-")
        if version:
            request.add_header("If-Range", version)
    opener = urllib.request.build_opener(_Redirects(plain_allowed=scheme == "http"))
    try:
        response = opener.open(request, timeout=timeout_s)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(source, error) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _unreachable(source, error) from error
    return _answer(source, response)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to https only, or to http when the listed address is plain itself."""

    def __init__(self, plain_allowed: bool) -> None:
        self._schemes = ("http", "https") if plain_allowed else ("https",)

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request to follow with; ModelError for an address that must not be followed."""
        if urlsplit(newurl).scheme not in self._schemes:
            fp.close()
            raise ModelError(
                f"{req.full_url}: the server leads to {newurl}, which is not encrypted. It was not"
                " followed: the file could be exchanged on the way."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # typeshed names the concrete message class


def _answer(source: str, response: http.client.HTTPResponse) -> Answer:
    headers = response.headers
    if headers.get("Content-Encoding", "identity") != "identity":
        response.close()
        raise ModelError(f"{source}: the server packs the file in a way nobody asked for.")
    first_byte, total_bytes = 0, None
    length = headers.get("Content-Length", "")
    if response.status == http.client.PARTIAL_CONTENT:
        found = _RANGE.fullmatch(headers.get("Content-Range", ""))
        if found is None:
            response.close()
            raise BrokenOff("the server did not say which part of the file it sends")
        first_byte = int(found[1])
        total_bytes = int(found[2]) if found[2] != "*" else None
    elif length.isdecimal():
        total_bytes = int(length)
    etag = headers.get("ETag", "-")
    return Answer(
        response=response,
        first_byte=first_byte,
        total_bytes=total_bytes,
        version=headers.get("Last-Modified", "") if etag.startswith(("W/", "-")) else etag,
        is_page=headers.get_content_type() == "text/html",
    )


def _refused(source: str, error: urllib.error.HTTPError) -> Exception:
    if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        total = _UNSATISFIED.fullmatch(error.headers.get("Content-Range", ""))
        return NotThere(int(total[1]) if total else None)
    said = f"the server answered {error.code} ({error.reason})"
    if error.code in _TRY_AGAIN:
        return BrokenOff(said)
    match error.code:
        case 404 | 410:
            todo = f"The model has moved. Look for it on the web, {_BY_HAND}"
        case 401 | 403:
            todo = f"It wants a log-in, or the licence accepted. Do that, {_BY_HAND}"
        case _:
            todo = f"Try again later, or {_BY_HAND}"
    return ModelError(f"{source}: {said}. {todo}.")


def _unreachable(source: str, error: Exception) -> Exception:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return ModelError(
            f"{source}: the server's certificate is not believed ({cause.verify_message})."
            " Is the clock of this machine right? Otherwise somebody may be listening."
        )
    host = urlsplit(source).hostname
    return BrokenOff(f"{host} cannot be reached ({_reason(cause)})")


def _reason(cause: object) -> str:
    match cause:
        case TimeoutError():
            return "no answer in time"
        case OSError(strerror=str(text)):
            return text
        case http.client.IncompleteRead():
            return "the connection was cut"
        case _:
            return str(cause) or type(cause).__name__
