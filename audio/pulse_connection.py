"""Questions to PulseAudio, or PipeWire in its place, over its socket: a small part of its protocol.

Spoken here and not through libpulse, whose calls wait for ever when the server is frozen. The
protocol is the one of version 15 (2010), which every server still speaks: length and tag before
every value, in network byte order.
"""

import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Self

Value = int | str | bytes | None
"""Numbers, truths (0 or 1), texts, property lists (as bytes), what is not set; others as bytes."""

VERSION = 15
ANSWER_S = 1.0
"""A server that needs longer hangs."""

NO_INDEX = 0xFFFFFFFF
"""Says "none" where the number of a device is expected."""
MAX_ANSWER_BYTES = 1 << 20

ERROR, REPLY, AUTHENTICATE, SET_CLIENT_NAME = 0, 2, 8, 9
SERVER_INFO, SINKS, SOURCES, PLAYING, RECORDING = 20, 22, 24, 30, 32

_HEADER = struct.Struct(">5I")  # length, channel, offset (two words), flags
_SIZES = {ord("L"): 4, ord("B"): 1, ord("R"): 8, ord("r"): 8, ord("U"): 8, ord("V"): 4}
_SIZES |= {ord("a"): 6, ord("T"): 8}


class PulseConnection:
    """One connection. Questions raise OSError when it is gone, or slow, or speaks nonsense."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._tag = 0

    @classmethod
    def open(cls, path: Path) -> Self:
        """Connect to the socket at `path`; OSError when nobody answers there."""
        connected = socket.socket(socket.AF_UNIX)
        try:
            connected.settimeout(ANSWER_S)
            connected.connect(str(path))
            connection = cls(connected)
            cookie = struct.pack(">BIBI", ord("L"), VERSION, ord("x"), 256) + _cookie()
            connection._ask(AUTHENTICATE, cookie)
            name = _text("application.name") + struct.pack(">BI", ord("L"), 5)
            name += struct.pack(">BI", ord("x"), 5) + b"sori\0"
            connection._ask(SET_CLIENT_NAME, b"P" + name + b"N")
        except OSError:
            connected.close()
            raise
        return connection

    def ask(self, question: int) -> list[Value]:
        """The values of the answer to a question without arguments, one after the other."""
        return list(_values(self._ask(question, b"")))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _ask(self, command: int, arguments: bytes) -> bytes:
        self._tag += 1
        request = struct.pack(">BIBI", ord("L"), command, ord("L"), self._tag) + arguments
        self._socket.sendall(_HEADER.pack(len(request), NO_INDEX, 0, 0, 0) + request)
        while True:
            length, channel, *_ = _HEADER.unpack(self._receive(_HEADER.size))
            if length > MAX_ANSWER_BYTES:
                raise OSError("the sound server answers nonsense")
            answer = self._receive(length)
            if channel != NO_INDEX or length < 10:
                continue
            _, kind, _, tag = struct.unpack_from(">BIBI", answer)
            if tag != self._tag:
                continue
            if kind != REPLY:
                raise OSError("the sound server refuses to answer")
            return answer[10:]

    def _receive(self, length: int) -> bytes:
        received = bytearray()
        while len(received) < length:
            part = self._socket.recv(length - len(received))
            if not part:
                raise OSError("the sound server hung up")
            received += part
        return bytes(received)


def _cookie() -> bytes:
    """What proves that we are this user; a server on the same machine mostly knows anyway."""
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    given = os.environ.get("PULSE_COOKIE")
    for file in filter(None, (Path(given) if given else None, folder / "pulse" / "cookie")):
        try:
            cookie = file.read_bytes()
        except OSError:
            continue
        if len(cookie) == 256:
            return cookie
    return bytes(256)


def _text(text: str) -> bytes:
    return b"t" + text.encode() + b"\0"


def _values(data: bytes) -> Iterator[Value]:
    """Take an answer apart. Raises OSError where it is not what the protocol says."""
    at = 0
    try:
        while at < len(data):
            value, at = _value(data, at)
            yield value
    except (IndexError, ValueError, struct.error) as error:
        raise OSError("the sound server answers nonsense") from error


def _value(data: bytes, at: int) -> tuple[Value, int]:
    """The value at `at`, and where the next begins."""
    kind, at = data[at], at + 1
    match chr(kind):
        case "N":
            return None, at
        case "t":
            end = data.index(0, at)
            return data[at:end].decode(errors="replace"), end + 1
        case "1" | "0" as truth:
            return int(truth), at
        case "L" | "B" | "R" | "r" | "U" | "V":
            end = at + _SIZES[kind]
            return int.from_bytes(data[at:end]), end
        case "a" | "T":
            end = at + _SIZES[kind]
        case "m":
            end = at + 1 + data[at]
        case "v":
            end = at + 1 + 4 * data[at]
        case "x":
            end = at + 4 + struct.unpack_from(">I", data, at)[0]
        case "P":
            end = _end_of_properties(data, at)
        case _:
            raise ValueError(kind)
    return data[at:end], end


def _end_of_properties(data: bytes, at: int) -> int:
    """Keys, lengths and values until the mark of the end."""
    while data[at] != ord("N"):
        for _ in range(3):
            _, at = _value(data, at)
    return at + 1


def properties(data: Value) -> dict[str, str]:
    """A property list as `ask` gives it."""
    if not isinstance(data, bytes) or not data:
        return {}
    entries = list(_values(data[:-1]))
    texts = [entry[4:] for entry in entries[2::3] if isinstance(entry, bytes)]
    return {
        str(key): text.rstrip(b"\0").decode(errors="replace")
        for key, text in zip(entries[::3], texts, strict=True)
    }
