"""`results.jsonl`: what was heard so far, kept line by line, so that a run can be resumed."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from config.errors import ConfigurationError
from robot.evaluation.heard import ClipHeard

RESULTS_NAME = "results.jsonl"


class ResultsFile:
    """Results by key. A later line wins; a line cut by a power failure is passed over."""

    def __init__(self, path: Path, kept: dict[str, ClipHeard]) -> None:
        self._path = path
        self._kept = kept
        # Unbuffered: what was heard once is on disk, however the program ends.
        self._file = path.open("ab", buffering=0)

    @classmethod
    def open(cls, path: Path, *, fresh: bool) -> Self:
        """Read what is there, or begin anew. Raises ConfigurationError."""
        try:
            if fresh:
                path.unlink(missing_ok=True)
            before = path.read_bytes() if path.exists() else b""
            results = cls(path, _read(before))
        except OSError as error:
            raise _unusable(path, error) from error
        if before and not before.endswith(b"\n"):
            results.end_line()
        return results

    @property
    def kept(self) -> Mapping[str, ClipHeard]:
        """Results by key, the failed ones too."""
        return self._kept

    def add(self, heard: ClipHeard) -> None:
        """Keep one more, on disk at once. Raises ConfigurationError when the disk is full."""
        self._write(msgspec.json.encode(heard) + b"\n")
        self._kept[heard.key] = heard

    def end_line(self) -> None:
        """After a line that was cut: the next one must not become part of it."""
        self._write(b"\n")

    def _write(self, line: bytes) -> None:
        try:
            self._file.write(line)
        except OSError as error:
            raise _unusable(self._path, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def _read(lines: bytes) -> dict[str, ClipHeard]:
    kept = {}
    for line in lines.split(b"\n"):
        try:
            heard = msgspec.json.decode(line, type=ClipHeard)
        except msgspec.DecodeError:
            continue
        kept[heard.key] = heard
    return kept


def _unusable(path: Path, error: OSError) -> ConfigurationError:
    return ConfigurationError(
        f"{path}: cannot be used ({error.strerror}). Choose another folder with --out."
    )
