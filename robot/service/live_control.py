"""What the service needs of the live conversation, and no more of it."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Literal, Protocol

from audio.sound import Utterance
from config.attention_settings import AttentionMode
from config.preferences import Preferences
from nlu.care.wishes import ChangePreference, Forgotten, Reported
from robot.live.events import EventHub, LiveState
from robot.memory.memory import Memory
from robot.onboard import Onboard
from robot.turn_record import TurnRecord

Attention = Literal["always", "wake", "push", "asleep"]
"""How Sori attends, as the page shows it."""

PARTS = ("microphone", "speaker", "language model", "body")
"""Parts whose health is always told, by the names that `PartFailed` uses."""


class Attending(Protocol):
    """Whom Sori listens to at the moment (`robot/live/attending.py`)."""

    @property
    def mode(self) -> AttentionMode:
        """What makes it listen."""

    @property
    def is_asleep(self) -> bool:
        """Whether it was sent to sleep."""

    def set_mode(self, mode: AttentionMode) -> None:
        """Listen like this from now on, awake."""

    def sleep(self) -> None:
        """Hear calls and stop words only."""

    def press(self, *, pressed: bool) -> None:
        """The talk button goes down or up."""


class PartsTold(Protocol):
    """Which parts work (`robot/live/parts.py`)."""

    @property
    def failed(self) -> Mapping[str, str]:
        """Part -> what happened and what to do; parts that work are not in it."""

    @property
    def devices(self) -> Mapping[str, str]:
        """`microphone` and `speaker` -> the name of what is open now."""


class SoundTold(Protocol):
    """How it goes with the microphone (`robot/live/clean_sound.py`)."""

    @property
    def dropped_blocks(self) -> int:
        """Blocks that nobody took in time."""


class LiveControl(Protocol):
    """The conversation that is going on (`robot/live/session.py`). Any thread may use it."""

    @property
    def events(self) -> EventHub:
        """What happens in it."""

    @property
    def state(self) -> LiveState:
        """What it does now."""

    @property
    def attending(self) -> Attending:
        """Whom it listens to."""

    @property
    def parts(self) -> PartsTold:
        """What works."""

    @property
    def sound(self) -> SoundTold:
        """What it hears with."""

    def stop(self) -> None:
        """Stop the body first, then thought and voice. May wait for a body that hangs."""

    def say(self, text: str) -> None:
        """Say these words after what waits already, screened like any reply."""

    def ask(self, text: str) -> Future[TurnRecord]:
        """Answer typed words; the future is cancelled when they are dropped unanswered."""

    def ask_sound(self, utterance: Utterance) -> Future[TurnRecord]:
        """The same for an utterance that was recorded elsewhere."""


class Manner(Protocol):
    """How Sori speaks, and what people say about it (`robot/care/company.py`). Any thread."""

    @property
    def preferences(self) -> Preferences:
        """What holds now."""

    def change(self, wishes: Sequence[ChangePreference]) -> tuple[str, str] | None:
        """Hold all wishes from now on, and keep them; None where that was done.

        Else the first that cannot be, and nothing is changed: (field, reason code of
        `config/care`: name_unclear, name_unkind, language_no_talk, language_unserved, audience,
        value).
        """

    def report(self, kind: Reported, phrase: str, turn: int | None, language: str) -> bool:
        """Keep what somebody says of Sori's `phrase`; whether it is kept.

        `turn` is its number in the memory. From now on what hurt is not said again.
        """


@dataclass(frozen=True, slots=True)
class Served:
    """The parts of Sori that the service shows and moves."""

    live: LiveControl
    manner: Manner
    memory: Memory
    onboard: Onboard
    forget: Callable[[Forgotten], int]
    """Delete from the memory and from the language model's history; returns how many rows.

    Raises MemoryFileError where traces may remain."""
