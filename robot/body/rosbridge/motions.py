"""Motions that the robot plays by name, as goals of one action."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.body_settings import RosbridgeSettings
from config.errors import ConfigurationError
from nlu.actions import GESTURES, POSTURES, GestureName, PostureName
from robot.body.rosbridge.client import Pending, RosbridgeClient

CANCEL_S = 1.0
"""A goal that is cancelled is over after this, whatever the robot says of it."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """Which of our gestures and postures the robot has, and what it calls them."""

    gestures: tuple[GestureName, ...]
    postures: tuple[PostureName, ...]
    names: Mapping[str, str]


def load_repertoire(settings: RosbridgeSettings) -> Repertoire:
    """From the settings. Raises ConfigurationError for names that are not ours."""
    if not settings.gesture_action:
        return Repertoire((), (), {})
    known = {*GESTURES, *POSTURES}
    for name in settings.motions:
        if name not in known:
            raise ConfigurationError(
                f"`body.rosbridge.motions` names `{name}`, which is neither a gesture nor a"
                f" posture. Known are: {', '.join(sorted(known))}."
            )
    if not settings.motions:
        raise ConfigurationError(
            "`body.rosbridge.gesture_action` is set and `body.rosbridge.motions` is empty. Name"
            ' the motions of the robot there, as in `wave = "wave_right"`.'
        )
    return Repertoire(
        tuple(name for name in GESTURES if name in settings.motions),
        tuple(name for name in POSTURES if name in settings.motions),
        settings.motions,
    )


class MotionTask:
    """One motion, some times over."""

    def __init__(
        self, client: RosbridgeClient, settings: RosbridgeSettings, motion: str, repeat: int = 1
    ) -> None:
        """Begin it. Raises BodyLost when the server is gone."""
        self._client = client
        self._settings = settings
        self._motion = motion
        self._left = repeat
        self._goal: Pending
        self._cut_s: float | None = None
        self._begin()

    @property
    def has_failed(self) -> bool:
        """Whether the robot did not do it to its end, or refused it."""
        return self._goal.is_done and not self._goal.succeeded

    def advance(self, now_s: float) -> bool:
        """Begin the next repetition when it is due; whether the motion is still under way."""
        if self._cut_s is not None:
            return not self._goal.is_done and now_s - self._cut_s < CANCEL_S
        if not self._goal.is_done:
            return True
        if self._goal.succeeded and self._left:
            self._begin()
            return True
        return False

    def cut(self, now_s: float) -> None:
        """Cancel it; safe to repeat. Raises BodyLost when the server is gone."""
        if self._cut_s is None:
            self._cut_s = now_s
            if not self._goal.is_done:
                self._client.cancel_goal(self._settings.gesture_action, self._goal)

    @property
    def was_cut(self) -> bool:
        """Whether it was cancelled by us."""
        return self._cut_s is not None

    def _begin(self) -> None:
        self._left -= 1
        settings = self._settings
        self._goal = self._client.send_goal(
            settings.gesture_action,
            settings.gesture_action_type,
            {settings.gesture_field: self._motion},
        )
