"""What the sound server says of our streams."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.pulse_connection import ANSWER_S
from audio.sound_server import SoundServer
from tests.virtual_card import virtual_card

PROGRAM = """
import json, sounddevice
from audio.sound_server import SoundServer
server = SoundServer()
before = server.route("input")
with sounddevice.InputStream(device="vmic", samplerate=16_000, channels=1):
    hears = server.route("input")
with sounddevice.OutputStream(device="vspk", samplerate=48_000, channels=2):
    plays = server.route("output")
names = [[d.name, d.is_monitor] for d in server.devices("input")]
devices = [before.device is None, hears.device.name, plays.device.name]
print(json.dumps([devices, [before.default.name, plays.default.name], names]))
"""


@pytest.mark.virtualcard
def test_server_tells_where_our_streams_are() -> None:
    with virtual_card() as card:
        told = json.loads(
            subprocess.check_output(
                [sys.executable, "-c", PROGRAM], env=card.environment, cwd=Path(__file__).parents[1]
            )
        )
    assert told == [
        [True, "virtual_mic", "speaker"],
        ["virtual_mic", "speaker"],
        [["mic_feed.monitor", True], ["speaker.monitor", True], ["virtual_mic", False]],
    ]


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket in the place of the server's."""
    path = Path(os.path.relpath(tmp_path / "s"))  # the paths of sockets are limited
    monkeypatch.setenv("PULSE_SERVER", f"unix:{path}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        yield listener


def test_no_server_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    assert SoundServer().devices("input") is None
    assert SoundServer().route("output") is None


def test_frozen_server_is_not_waited_for(listening: socket.socket) -> None:
    server, began_s = SoundServer(), time.monotonic()
    assert server.devices("input") is None
    assert time.monotonic() - began_s < ANSWER_S + 2.0
    server.close()


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0" * 200, b"\xff" * 200, b"\0\0\0\x0a" + b"\xff" * 4 + b"\0" * 12 + b"nonsense!!"],
)
def test_nonsense_is_no_answer(answer: bytes, listening: socket.socket) -> None:
    def serve() -> None:
        connected, _ = listening.accept()
        with connected:
            connected.recv(4_096)
            connected.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    server = SoundServer()
    assert server.devices("input") is None
    thread.join()
    server.close()
