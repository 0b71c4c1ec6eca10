"""What the body begins, and what it refuses in the state it is in."""

from dataclasses import dataclass
from typing import TypeGuard

from nlu.actions import Dance, Direction, Express, Gesture, Led, Look, Posture, PostureName, Volume
from robot.body.driver import Discrete
from robot.body.errors import BodyRefused
from robot.body.simulated.activity import Activity, changing, looking, playing
from robot.body.simulated.figure import Figure
from robot.body.simulated.joints import HEAD, Joints
from robot.body.simulated.movements import Repertoire

_EMPTY_SHARE = 0.05
"""Below this it only changes its posture, so that somebody can put it away."""
_STANDS: tuple[PostureName, ...] = ("stand", "ready")
_USES_ARMS: tuple[PostureName, ...] = ("stand", "ready", "rest", "sit")
_HEAD_RADPS = 1.2
_HEAD_LEAST_S = 0.3
_GAZE: dict[Direction, tuple[float, float]] = {
    "left": (0.9, 0.0),
    "right": (-0.9, 0.0),
    "up": (0.0, -0.4),
    "down": (0.0, 0.4),
    "front": (0.0, 0.0),
    "at_speaker": (0.0, -0.15),
}
"""(yaw, pitch) in radians. People are taller than this robot, so it looks up to who speaks."""

Instant = Express | Led | Volume
"""Done as soon as it is asked for, whatever else goes on."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What decides whether something may begin."""

    figure: Figure
    is_moving: bool
    """The base."""
    battery_share: float

    def raise_unless_it_walks(self) -> None:
        """Raise BodyRefused when the legs are not free."""
        self._raise_if_empty()
        activity = self.figure.activity
        if activity is not None and activity.whole_body:
            raise BodyRefused("occupied", "The body is busy with its legs. Wait until it is done.")
        self._raise_unless_posture(_STANDS, "walk or turn")

    def raise_unless_it_plays(self, whole_body: bool) -> None:
        """Raise BodyRefused when arms or, for `whole_body`, legs are not free."""
        self._raise_if_empty()
        self.raise_if_occupied(whole_body)
        if whole_body:
            self._raise_unless_posture(_STANDS, "do that")
        else:
            self._raise_unless_posture(_USES_ARMS, "gesture")

    def raise_if_occupied(self, whole_body: bool) -> None:
        """Raise BodyRefused when something else is under way."""
        if self.figure.activity is not None:
            raise BodyRefused("occupied", "The body is busy. Wait until it is done, or halt it.")
        if whole_body and self.is_moving:
            raise BodyRefused("occupied", "The body is walking. Halt it first.")

    def _raise_if_empty(self) -> None:
        if self.battery_share < _EMPTY_SHARE:
            raise BodyRefused("low_battery", "The battery is empty. Charge it first.")

    def _raise_unless_posture(self, allowed: tuple[PostureName, ...], what: str) -> None:
        posture = self.figure.posture
        if posture not in allowed:
            raise BodyRefused(
                "wrong_posture",
                f"The body cannot {what} from the posture `{posture}`."
                f" Ask for `{allowed[0]}` first.",
            )


def is_instant(action: Discrete) -> TypeGuard[Instant]:
    """Whether lights and volume alone are meant."""
    return isinstance(action, Express | Led | Volume)


def plan(action: Discrete, readiness: Readiness, repertoire: Repertoire) -> Activity:
    """The activity that `action` means now. Raises BodyRefused when it may not begin."""
    match action:
        case Gesture():
            whole_body = repertoire.needs_standing(action.name)
            readiness.raise_unless_it_plays(whole_body)
            return playing(repertoire.gesture(action), whole_body)
        case Dance():
            readiness.raise_unless_it_plays(whole_body=True)
            return playing(repertoire.dance(_known(action.name, repertoire), action.seconds), True)
        case Posture():
            readiness.raise_if_occupied(whole_body=True)
            return _change(action.name, readiness.figure, repertoire)
        case Look():
            readiness.raise_if_occupied(whole_body=False)
            return _look(action, readiness.figure)
        case _:
            raise BodyRefused("not_able", "The body cannot do that.")


def _known(name: str, repertoire: Repertoire) -> str:
    """The dance of that name; the first one where any will do."""
    if name == "any":
        return next(iter(repertoire.dances))
    if name not in repertoire.dances:
        raise BodyRefused(
            "not_able", f"There is no dance `{name}`. Known: {', '.join(repertoire.dances)}."
        )
    return name


def _change(name: PostureName, figure: Figure, repertoire: Repertoire) -> Activity:
    start, goal = repertoire.postures[figure.posture], repertoire.postures[name]
    return changing(figure.home, start.name, repertoire.way(start, goal))


def _look(action: Look, figure: Figure) -> Activity:
    gaze = figure.gaze()
    goal = _aim(action, gaze)
    farthest = max(abs(goal[name] - gaze[name]) for name in HEAD)
    return looking(gaze, goal, max(_HEAD_LEAST_S, 1.5 * farthest / _HEAD_RADPS))


def _aim(action: Look, gaze: Joints) -> Joints:
    if action.direction is None:
        yaw = gaze["neck_yaw"] if action.yaw_rad is None else action.yaw_rad
        pitch = gaze["neck_pitch"] if action.pitch_rad is None else action.pitch_rad
    elif action.direction in _GAZE:
        yaw, pitch = _GAZE[action.direction]
    else:
        raise BodyRefused("not_able", "The head cannot turn that far. Turn the body first.")
    return {"neck_yaw": yaw, "neck_roll": 0.0, "neck_pitch": pitch}
