"""The files of the web page, read once at the start: no request reaches the disk."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from starlette.requests import Request
from starlette.responses import Response

from robot.service.errors import RequestRefused

FOLDER = Path(__file__).resolve().parent / "page"
INDEX = "index.html"
MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
"""Files with other endings are not served."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file as it is sent."""

    content: bytes
    media_type: str
    etag: str


class Page:
    """Serves `/` and `/static/...`."""

    def __init__(self, files: Mapping[str, PageFile]) -> None:
        """`files` by their path below the folder, with `/`."""
        self._files = files

    @classmethod
    def load(cls, folder: Path = FOLDER) -> Self:
        """Read all files of `folder`."""
        return cls(
            {
                path.relative_to(folder).as_posix(): _read(path)
                for path in sorted(folder.rglob("*"))
                if path.suffix in MEDIA_TYPES and path.is_file()
            }
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What there is."""
        return tuple(self._files)

    async def index(self, request: Request) -> Response:
        """The page itself."""
        return self._send(request, INDEX)

    async def file(self, request: Request) -> Response:
        """A file that the page uses."""
        return self._send(request, str(request.path_params["path"]))

    def _send(self, request: Request, name: str) -> Response:
        file = self._files.get(name)
        if file is None:
            raise RequestRefused(404, "not_found", "The page has no such file.")
        headers = {"etag": file.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        return Response(file.content, media_type=file.media_type, headers=headers)


def _read(path: Path) -> PageFile:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:32]
    return PageFile(content, MEDIA_TYPES[path.suffix], f'"{digest}"')
