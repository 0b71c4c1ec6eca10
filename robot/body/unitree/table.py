"""The numbers of one Unitree model, read from `config/unitree/MODEL.toml` and checked."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.errors import ConfigurationError
from config.load import CONFIG_DIRECTORY, read_text
from config.section import Section
from nlu.actions import Emotion, GestureName, PostureName

TABLES = CONFIG_DIRECTORY / "unitree"
NEVER_SENT = frozenset({0, 1})
"""Zero torque and damping: a standing robot falls. They are for its operator, not for words."""

Source = Literal["sdk", "told"]
"""Read in the vendor's SDK, or second-hand; nothing was tried on a robot."""
Octet = Annotated[int, Meta(ge=0, le=255)]


class SportService(Section, frozen=True):
    """States and walking."""

    service: str
    get_fsm: int
    set_fsm: int
    move: int
    arm_task: int | None = None


class OdometryCalls(Section, frozen=True):
    """Calls of the sport service that tell where the robot is."""

    enable: int
    get: int


class ArmService(Section, frozen=True):
    """Actions of the arms."""

    service: str
    execute: int
    release: int


class VoiceService(Section, frozen=True):
    """Loudness and light."""

    service: str
    get_volume: int
    set_volume: int
    led: int


class StateRow(Section, frozen=True):
    """One state of the robot's own state machine."""

    fsm: int
    source: Source
    posture: PostureName | None = None
    """None: it does not say; only who sent the robot there knows."""
    walks: bool = False
    arms: bool = False
    """Whether arm actions are taken."""
    fault: str | None = None


class PostureRow(Section, frozen=True, rename={"from_fsm": "from"}):
    """One way from a state to a posture."""

    name: PostureName
    from_fsm: tuple[int, ...]
    send: Annotated[tuple[int, ...], Meta(min_length=1)]
    step_s: float
    """What each number sent takes."""
    source: Source
    after: PostureName | None = None
    """Only from this posture."""
    offered: bool = True


class GestureRow(Section, frozen=True):
    """One gesture."""

    name: GestureName
    by: Literal["arm", "sport"]
    id: int
    seconds: float
    source: Source
    end: int | None = None
    """Sent afterwards."""
    offered: bool = True


class Table(Section, frozen=True):
    """One model."""

    model: str
    sport: SportService
    state: tuple[StateRow, ...]
    posture: tuple[PostureRow, ...] = ()
    gesture: tuple[GestureRow, ...] = ()
    odometry: OdometryCalls | None = None
    odometry_topic: str | None = None
    """unitree_go SportModeState."""
    arm: ArmService | None = None
    voice: VoiceService | None = None
    colours: dict[Emotion, tuple[Octet, Octet, Octet]] = msgspec.field(default_factory=dict)

    def state_of(self, fsm: int) -> StateRow | None:
        """What is known of `fsm`."""
        return next((row for row in self.state if row.fsm == fsm), None)

    def way_to(self, name: PostureName, fsm: int, now: PostureName | None) -> PostureRow | None:
        """How to get from `fsm`, in which the robot is known to be in `now`, to `name`."""
        for row in self.posture:
            fits = row.name == name and fsm in row.from_fsm and row.offered
            if fits and row.after in (None, now):
                return row
        return None

    def gesture_of(self, name: GestureName) -> GestureRow | None:
        """The gesture of that name."""
        return next((row for row in self.gesture if row.name == name and row.offered), None)


def load_table(model: str, folder: Path = TABLES) -> Table:
    """The table of `model`. Raises ConfigurationError, naming the file, for what cannot be."""
    file = folder / f"{model}.toml"
    try:
        table = msgspec.convert(tomllib.loads(read_text(file, "table of a robot")), Table)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: this is not valid TOML: {error}.") from error
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{file}: {error}.") from error
    _check(file, table)
    return table


def _check(file: Path, table: Table) -> None:
    for row in table.posture:
        if NEVER_SENT & set(row.send):
            raise ConfigurationError(
                f"{file}: posture `{row.name}` sends {list(row.send)}; 0 and 1 let the robot fall"
                " and can never be sent. Take them out."
            )
        unknown = [fsm for fsm in (*row.from_fsm, *row.send) if table.state_of(fsm) is None]
        if unknown:
            raise ConfigurationError(
                f"{file}: posture `{row.name}` names state {unknown[0]}, which has no [[state]]."
                " Add one."
            )
    for gesture in table.gesture:
        if gesture.by == "arm" and table.arm is None:
            raise ConfigurationError(
                f"{file}: gesture `{gesture.name}` is by the arm service, and there is no [arm]."
            )
        if gesture.by == "sport" and table.sport.arm_task is None:
            raise ConfigurationError(
                f"{file}: gesture `{gesture.name}` is by the sport service, and [sport] has no"
                " `arm_task`."
            )
