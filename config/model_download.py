"""Fetches one large file over a line that may break, and believes nothing that comes.

What came is kept in a `.part` file between runs and gone on from with HTTP Range. Beside it lies a
note of where it came from (address and version), so that two versions of a file are never mixed.
The file is given out only when its size and SHA-256 are the listed ones.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from config.disk import check_free_space, writing_into
from config.errors import ModelError
from config.http_source import Answer, BrokenOff, NotThere, ask
from config.model_files import sha256_of

BLOCK_BYTES = 1 << 18
STEP_BYTES = 1 << 16
"""An attempt that brought at least this much was no failure: the line only breaks often."""
ABOUT = (0.5, 1.25)
"""An estimated size may be wrong by these factors, not more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch, and how it will be known."""

    name: str
    """For messages."""
    source: str
    """Address, http or https."""
    n_bytes: int
    exact: bool
    """Whether `n_bytes` is known to the byte or an estimate."""
    sha256: str
    """Hex; empty when none is known."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a slow or broken line is put up with."""

    timeout_s: float = 30.0
    """For connecting, and for each piece of the answer."""
    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    """Before each further attempt after one that brought next to nothing; then it is given up."""


class Watcher(Protocol):
    """Who is told how it goes."""

    def advanced(self, n_bytes: int) -> None:
        """`n_bytes` of the file are there now; less than before when it starts over."""
        ...

    def said(self, text: str) -> None:
        """Something a person should know."""
        ...


class _Note(msgspec.Struct, frozen=True):
    """Where the bytes of a part came from."""

    source: str = ""
    version: str = ""


class _Part:
    """The file that grows, open and locked, with its note."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._file = file
        self._note_path = path.with_suffix(".part.json")
        self.path = path
        self.note = _Note()
        with suppress(OSError, msgspec.DecodeError):  # no note: the part is of unknown origin
            self.note = msgspec.json.decode(self._note_path.read_bytes(), type=_Note)

    @property
    def n_bytes(self) -> int:
        return self._file.seek(0, 2)

    def begin(self, note: _Note) -> None:
        """Throw away what came and start with the first byte."""
        if self.n_bytes:
            self._file.truncate(0)
        self.note = note
        self._note_path.write_bytes(msgspec.json.encode(note))

    def append(self, block: bytes) -> None:
        self._file.write(block)

    def flush(self) -> None:
        """On the disk now, also if the power fails."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self._note_path.unlink(missing_ok=True)


def forget_note(part: Path) -> None:
    """Delete the note beside a finished part that was moved away."""
    part.with_suffix(".part.json").unlink(missing_ok=True)


def fetch(wanted: Wanted, part: Path, watcher: Watcher, patience: Patience) -> str:
    """Fetch `wanted` into `part`, going on from what is there; returns its SHA-256 (hex).

    Raises ModelError with what happened and what to do. After a broken line, a full disk or Ctrl-C
    `part` keeps what came; a file that is not the listed one is deleted.
    """
    with writing_into(part.parent), _opened(part) as growing:
        told_apart = bool(wanted.sha256 or growing.note.version)
        if growing.note.source != wanted.source or not told_apart:
            growing.begin(_Note(wanted.source))
        missing = wanted.n_bytes - growing.n_bytes
        check_free_space(part.parent, max(0, missing), wanted.name)
        if not (wanted.exact and missing == 0):  # else: fetched before, only not yet believed
            _receive_all(wanted, growing, watcher, patience)
        return _believed(wanted, growing, watcher)


@contextmanager
def _opened(path: Path) -> Iterator[_Part]:
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError(
                f"{path}: another `sori models pull` is fetching this model. Wait for it."
            ) from error
        yield _Part(path, file)


def _receive_all(wanted: Wanted, part: _Part, watcher: Watcher, patience: Patience) -> None:
    failures = 0
    while True:
        before = part.n_bytes
        watcher.advanced(before)
        try:
            _receive(wanted, part, watcher, patience.timeout_s)
            return
        except BrokenOff as error:
            reason = str(error)
        failures = 1 if part.n_bytes - before >= STEP_BYTES else failures + 1
        if failures > len(patience.pauses_s):
            raise ModelError(
                f"{wanted.name} could not be fetched: {reason}."
                f" {_kept(part.n_bytes)} Check the network and run the same command again."
            )
        pause_s = patience.pauses_s[failures - 1]
        watcher.said(f"{reason}; trying again in {pause_s:.0f} s.")
        time.sleep(pause_s)


def _kept(n_bytes: int) -> str:
    return f"What came ({n_bytes / 1e6:.1f} MB) is kept." if n_bytes else "Nothing came."


def _receive(wanted: Wanted, part: _Part, watcher: Watcher, timeout_s: float) -> None:
    """One request and its answer; BrokenOff when it ends too early."""
    have = part.n_bytes
    try:
        answer = ask(wanted.source, have, part.note.version, timeout_s)
    except NotThere as error:  # the server knows no byte after those that are there
        if error.total_bytes == have and not wanted.exact:
            return
        part.begin(_Note(wanted.source))
        raise BrokenOff("the server's file ends before what came, starting over") from error
    with answer:
        if have and not _continues(answer, have, part.note):
            watcher.said("The server cannot go on where it stopped; starting over.")
            have = 0
        if answer.first_byte != have:
            part.begin(_Note(wanted.source))
            raise BrokenOff("the server sent another part of the file than was asked for")
        if have == 0:
            part.begin(_Note(wanted.source, answer.version))
        _check_total(wanted, answer)
        check_free_space(
            part.path.parent, (answer.total_bytes or wanted.n_bytes) - have, wanted.name
        )
        _read_body(wanted, answer, part, watcher, have)


def _continues(answer: Answer, have: int, note: _Note) -> bool:
    known = bool(answer.version and note.version)
    return answer.first_byte == have and not (known and answer.version != note.version)


def _check_total(wanted: Wanted, answer: Answer) -> None:
    """Raise ModelError when the server offers something of quite another size."""
    total = answer.total_bytes
    if total is None or _plausible(wanted, total):
        return
    what = "a web page, perhaps the log-in page of your network" if answer.is_page else "a file"
    raise ModelError(
        f"{wanted.name}: the server sends {what} of {total:,} bytes instead of"
        f" {wanted.n_bytes:,}: not the listed model. Nothing was fetched. Check the network, or"
        " fetch the file yourself and use `sori models add FILE`."
    )


def _plausible(wanted: Wanted, total: int) -> bool:
    if wanted.exact:
        return total == wanted.n_bytes
    least, most = ABOUT
    return least * wanted.n_bytes <= total <= most * wanted.n_bytes


def _read_body(wanted: Wanted, answer: Answer, part: _Part, watcher: Watcher, have: int) -> None:
    most = wanted.n_bytes if wanted.exact else int(ABOUT[1] * wanted.n_bytes)
    end = answer.total_bytes
    while end is None or have < end:
        room = BLOCK_BYTES if end is None else min(BLOCK_BYTES, end - have)
        block = answer.read(room)
        if not block:
            break
        have += len(block)
        if have > most:
            part.delete()
            raise ModelError(
                f"{wanted.name}: the server sends more than the {wanted.n_bytes:,} bytes that are"
                " listed: not the listed model. What came was deleted."
            )
        part.append(block)
        watcher.advanced(have)
    least = end if end is not None else wanted.n_bytes if wanted.exact else 0
    if have < least:
        raise BrokenOff("the connection was cut")


def _believed(wanted: Wanted, part: _Part, watcher: Watcher) -> str:
    """The SHA-256 of what came; ModelError, and the part deleted, when it is another."""
    watcher.said("Comparing its SHA-256 ...")
    part.flush()
    found = sha256_of(part.path)
    if wanted.sha256 and found != wanted.sha256.lower():
        part.delete()
        raise ModelError(
            f"{wanted.name}: the SHA-256 of what came is {found[:12]}… and not the listed"
            f" {wanted.sha256[:12]}…. It was deleted and not used. Run the same command again; if"
            " it happens again, the file at the source is another one: do not use it."
        )
    return found
