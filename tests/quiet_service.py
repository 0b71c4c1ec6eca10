"""A real service over a conversation that the test leads: it says nothing unless it is told to.

Events, memory, body, settings, server and sockets are the real ones. Turns end when the test lets
them end, so that one can hang for as long as it has to.
"""

import http.client
import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from audio.sound import Utterance
from config.attention_settings import AttentionMode
from config.load import load
from config.memory_settings import MemorySettings
from config.preferences import Preferences
from config.settings import Settings
from nlu.care.wishes import ChangePreference, Reported
from robot.care.changes import Limits, changed
from robot.live.events import EventHub, LiveState, Stopped, TurnEnded
from robot.live.parts import Parts
from robot.memory.memory import Memory
from robot.onboard import open_onboard
from robot.service.app import make_service
from robot.service.journal import Journal
from robot.service.live_control import Served
from robot.service.server import Server
from robot.service.token import Token, load_token
from robot.turn_record import TurnRecord

WAIT_S = 20.0
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


class QuietAttention:
    """Attends as it is told."""

    def __init__(self) -> None:
        self.mode: AttentionMode = "always"
        self.is_asleep = False
        self.pressed: list[bool] = []

    def set_mode(self, mode: AttentionMode) -> None:
        self.mode = mode
        self.is_asleep = False

    def sleep(self) -> None:
        self.is_asleep = True

    def press(self, *, pressed: bool) -> None:
        self.pressed.append(pressed)


class QuietSound:
    """A microphone that lost a little."""

    dropped_blocks = 3


class QuietSession:
    """A `LiveControl` without models."""

    def __init__(self, memory: Memory) -> None:
        self.events = EventHub()
        self.state: LiveState = "listening"
        self.attending = QuietAttention()
        self.parts = Parts(self.events)
        self.parts.watch(lambda: {"microphone": "vmic", "speaker": None})
        self.sound = QuietSound()
        self.said: list[str] = []
        self.asked: list[Future[TurnRecord]] = []
        self.stops = 0
        self.stop_waits = threading.Event()
        self.stop_waits.set()
        self.answers = True
        """False: turns hang until the test ends them."""
        self._memory = memory

    def stop(self) -> None:
        assert self.stop_waits.wait(WAIT_S)
        self.stops += 1
        for question in self.asked:
            question.cancel()
        self.events.publish(Stopped())

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, text: str) -> Future[TurnRecord]:
        return self._asked(TurnRecord(None, 0, transcript=text, language="en", reply=f"{text}!"))

    def ask_sound(self, utterance: Utterance) -> Future[TurnRecord]:
        return self._asked(
            TurnRecord(None, 0, utterance.start_s, utterance.end_s, transcript="sound", reply="yes")
        )

    def end(self, record: TurnRecord) -> None:
        """A turn is over: kept, told, and answered."""
        self._memory.keep_turn(record)
        self.events.publish(TurnEnded(record))

    def _asked(self, blank: TurnRecord) -> Future[TurnRecord]:
        answered: Future[TurnRecord] = Future()
        self.asked.append(answered)
        if self.answers:
            record = replace(blank, turn=len(self.asked), reply_language=blank.language)
            self.end(record)
            answered.set_result(record)
        return answered


class QuietManner:
    """Preferences by the rules of the house."""

    def __init__(self, memory: Memory) -> None:
        self.preferences = Preferences()
        self._memory = memory
        self._limits = Limits(
            Preferences(), ("en", "ko", "fr"), ("en", "ko"), lambda name: name != "Idiot"
        )

    def change(self, wishes: Sequence[ChangePreference]) -> tuple[str, str] | None:
        wanted = self.preferences
        for wish in wishes:
            outcome = changed(wish, wanted, self._limits)
            if outcome.phrases[0].section == "refused":
                return wish.key, outcome.phrases[0].key
            wanted = outcome.preferences
        self.preferences = wanted
        return None

    def report(self, kind: Reported, phrase: str, turn: int | None, language: str) -> bool:
        return bool(self._memory.report(kind, phrase, turn, language))


class QuietService:
    """The running service and how to ask it."""

    def __init__(self, live: QuietSession, journal: Journal, token: Token, port: int) -> None:
        self.live = live
        self.journal = journal
        self.token = token.text
        self.port = port

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def ask(
        self,
        method: str,
        path: str,
        body: "Json | bytes" = None,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Answer":
        """One request on a connection of its own; JSON where `body` is no bytes."""
        self.journal.hear(1)
        sent = {"Authorization": f"Bearer {self.token if token is None else token}"}
        content: bytes | None = None
        if isinstance(body, bytes):
            content = body
        elif body is not None or method in ("POST", "PATCH", "DELETE"):
            content = json.dumps({} if body is None else body).encode()
            sent["Content-Type"] = "application/json"
        sent |= dict(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.putrequest(method, path, skip_host="Host" in sent)
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            if content is not None:
                connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.getheaders()))
        finally:
            connection.close()

    def connect(self) -> socket.socket:
        """A raw connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S)

    def head(self, first_line: str, *lines: str) -> bytes:
        """The head of a request with the right name and token."""
        own = (first_line, f"Host: {self.host}", f"Authorization: Bearer {self.token}", *lines)
        return ("\r\n".join(own) + "\r\n\r\n").encode()


class Answer:
    """What came back."""

    def __init__(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.status = status
        self.content = content
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def json(self) -> dict[str, Json]:
        found: dict[str, Json] = json.loads(self.content)
        return found

    @property
    def code(self) -> str:
        """Of the error."""
        error = self.json["error"]
        assert isinstance(error, dict)
        assert str(error["message"]).endswith("."), error
        return str(error["code"])


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of what a raw connection answers, to its end."""
    whole = b""
    while block := _receive(connection):
        whole += block
    head, _, body = whole.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""


def settings_for(folder: Path, body: str = "none", **service: float | str) -> Settings:
    """The built-in settings with memory and token in `folder`, at a free port."""
    settings = load()
    chosen = msgspec.structs.replace(
        settings.service, port=0, directory=str(folder / "state"), **service
    )
    return msgspec.structs.replace(
        settings,
        service=chosen,
        memory=MemorySettings(directory=str(folder / "kept")),
        body=msgspec.structs.replace(settings.body, kind=body),
    )


@contextmanager
def quiet_service(
    folder: Path, body: str = "none", **service: float | str
) -> Iterator[QuietService]:
    """Begin it; at the end everything is closed."""
    settings = settings_for(folder, body, **service)
    token = load_token(settings.service)
    with (
        Memory.open(settings.memory) as memory,
        open_onboard(settings, lambda _: None, live=False) as onboard,
    ):
        memory.begin_conversation()
        live = QuietSession(memory)
        served = Served(live, QuietManner(memory), memory, onboard, memory.forget)
        made = make_service(served, settings, token)
        with Server.open(made.app, settings.service) as server:
            yield QuietService(live, made.journal, token, server.port)
