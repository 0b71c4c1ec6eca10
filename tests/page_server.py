"""The real service with a conversation that was recorded, for the tests of its web page.

The turns are what `sori demo --json` and `sori chat --json` gave with the pocket models. What a
robot does next is the test's to say (tests/quiet_service.py); `sori serve` itself is run by one
test of its own, on a virtual sound card.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from socket import socket

import msgspec

from nlu.actions import Arguments
from robot.body.state import Measured, Outcome
from robot.live.events import LiveState, StateChanged
from robot.memory.memory import Memory
from robot.onboard import open_onboard
from robot.service.app import make_service
from robot.service.live_control import Served
from robot.service.server import Server
from robot.service.token import load_token
from robot.turn_record import ActionRecord, Emotion, Timings, TurnRecord, TurnSafety
from tests.quiet_service import QuietManner, QuietSession, settings_for

RECORDED = Path(__file__).with_name("page_turns.jsonl")


@dataclass(frozen=True, slots=True)
class PageService:
    """A running service."""

    live: QuietSession
    manner: QuietManner
    memory: Memory
    token: str
    port: int

    @property
    def address(self) -> str:
        """Of the page, without the token."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def url(self) -> str:
        """What `sori serve` prints at its start."""
        return f"{self.address}#token={self.token}"

    def become(self, state: LiveState) -> None:
        """The conversation is in this state now, and its watchers hear of it."""
        self.live.state = state
        self.live.events.publish(StateChanged(state))

    def play(self, turns: list[TurnRecord]) -> None:
        """These turns were just had."""
        for turn in turns:
            self.live.end(turn)


class _Spoken(msgspec.Struct, frozen=True):
    """A recorded turn, but for what its body did."""

    turn: int
    transcript: str
    language: str
    reply: str
    reply_language: str
    emotion: Emotion
    safety: TurnSafety
    timings_ms: Timings


class _Action(msgspec.Struct, frozen=True):
    """What a body did; wishes nest, so they are taken as they are."""

    requested: msgspec.Raw
    outcome: Outcome
    reason: str | None
    measured: Measured | None


class _Done(msgspec.Struct, frozen=True):
    action: _Action | None


def recorded_turns() -> list[TurnRecord]:
    """Ten turns in English and Korean, spoken but for the last."""
    return [_turn(line) for line in RECORDED.read_text("utf-8").splitlines()]


def _turn(line: str) -> TurnRecord:
    spoken = msgspec.json.decode(line, type=_Spoken)
    done = msgspec.json.decode(line, type=_Done).action
    action = None
    if done is not None:
        wish: Arguments = msgspec.json.decode(done.requested)
        action = ActionRecord(wish, done.outcome, done.reason, done.measured)
    facts = msgspec.structs.asdict(spoken)
    return replace(TurnRecord(None, spoken.turn), action=action, **facts)


def free_port() -> int:
    """A port that nobody listens on, to begin again at after an end."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def page_service(folder: Path, port: int = 0, body: str = "none") -> Iterator[PageService]:
    """Begin it; at the end everybody is hung up on, as when the robot is switched off."""
    settings = settings_for(folder, body)
    service = msgspec.structs.replace(settings.service, port=port)
    token = load_token(service)
    with (
        Memory.open(settings.memory) as memory,
        open_onboard(settings, lambda _: None, live=False) as onboard,
    ):
        memory.begin_conversation()
        live = QuietSession(memory)
        manner = QuietManner(memory)
        served = Served(live, manner, memory, onboard, memory.forget)
        app = make_service(served, settings, token).app
        with Server.open(app, service) as server:
            yield PageService(live, manner, memory, token.text, server.port)
