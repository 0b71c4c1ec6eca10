"""What the joints do besides walking: one activity at a time, each with a smooth way to stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from nlu.actions import PostureName
from robot.body.simulated.joints import Joints
from robot.body.simulated.keyframes import Movement, blend, smooth
from robot.body.simulated.movements import Stance

_BRAKE_S = 0.25
"""An activity that is stopped slows down for this long."""
_HOMEWARD_S = 0.6
"""A gesture that is stopped is back home after this."""


class Activity(Protocol):
    """A movement under way."""

    @property
    def whole_body(self) -> bool:
        """Whether it needs the legs."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether nothing more will move."""
        ...

    def pass_time(self, period_s: float) -> None:
        """One period later."""
        ...

    def joints(self, home: Joints) -> Mapping[str, float]:
        """Joints that it moves now; home is where the posture holds them."""
        ...

    def stop(self) -> None:
        """End soon and smoothly."""
        ...


@dataclass(slots=True)
class Clock:
    """Time of a movement, which can be braked."""

    at_s: float = 0.0
    rate: float = 1.0
    is_braked: bool = False

    def pass_time(self, period_s: float) -> None:
        """One period later."""
        if self.is_braked:
            self.rate = max(0.0, self.rate - period_s / _BRAKE_S)
        self.at_s += self.rate * period_s


@dataclass(slots=True)
class Playing:
    """A gesture or a dance. Stopped: it slows down and goes home meanwhile."""

    movement: Movement
    whole_body: bool
    _clock: Clock
    _homeward_s: float | None = None

    @property
    def is_over(self) -> bool:
        """Back home."""
        done = self._homeward_s is not None and self._homeward_s >= _HOMEWARD_S
        return done or self._clock.at_s >= self.movement.seconds

    def pass_time(self, period_s: float) -> None:
        """One period later."""
        self._clock.pass_time(period_s)
        if self._homeward_s is not None:
            self._homeward_s += period_s

    def joints(self, home: Joints) -> dict[str, float]:
        """Where the movement has them, or on the way home from there."""
        moved = self.movement.sample(self._clock.at_s, home)
        if self._homeward_s is None:
            return moved
        share = 1 - smooth(self._homeward_s / _HOMEWARD_S)
        return {name: home[name] + share * (value - home[name]) for name, value in moved.items()}

    def stop(self) -> None:
        """Go home."""
        self._clock.is_braked = True
        if self._homeward_s is None:
            self._homeward_s = 0.0


@dataclass(slots=True)
class Looking:
    """The head on its way. Stopped: it stays where it is."""

    start: Joints
    goal: Joints
    seconds: float
    _clock: Clock

    @property
    def whole_body(self) -> bool:
        """Only the head moves."""
        return False

    @property
    def is_over(self) -> bool:
        """There, or stopped on the way."""
        return self._clock.rate == 0.0 or self._clock.at_s >= self.seconds

    def pass_time(self, period_s: float) -> None:
        """One period later."""
        self._clock.pass_time(period_s)

    def joints(self, home: Joints) -> dict[str, float]:
        """The head."""
        del home  # the head has a place of its own
        return blend(self.start, self.goal, smooth(self._clock.at_s / self.seconds))

    def stop(self) -> None:
        """Stay here."""
        self._clock.is_braked = True


@dataclass(slots=True)
class Changing:
    """A change of posture, through every posture in between. Stopped: it stays where it is."""

    start: Joints
    began: PostureName
    way: tuple[Stance, ...]
    _clock: Clock

    @property
    def whole_body(self) -> bool:
        """Every joint takes part."""
        return True

    @property
    def is_over(self) -> bool:
        """There, or stopped on the way."""
        return self._clock.rate == 0.0 or self._clock.at_s >= sum(s.seconds for s in self.way)

    @property
    def posture(self) -> PostureName:
        """The nearest of those that are passed."""
        number, share = self._leg()
        if share >= 0.5:
            return self.way[number].name
        return self.way[number - 1].name if number else self.began

    def pass_time(self, period_s: float) -> None:
        """One period later."""
        self._clock.pass_time(period_s)

    def joints(self, home: Joints) -> dict[str, float]:
        """The whole body."""
        del home  # this is the new home
        number, share = self._leg()
        start = self.way[number - 1].joints if number else self.start
        return blend(start, self.way[number].joints, smooth(share))

    def stop(self) -> None:
        """Stay here: balance is kept at every moment of the way."""
        self._clock.is_braked = True

    def _leg(self) -> tuple[int, float]:
        """Which part of the way, and how much of it is done."""
        left_s = self._clock.at_s
        for number, stance in enumerate(self.way):
            if left_s < stance.seconds:
                return number, left_s / stance.seconds
            left_s -= stance.seconds
        return len(self.way) - 1, 1.0


def playing(movement: Movement, whole_body: bool) -> Playing:
    """A gesture or a dance from its beginning."""
    return Playing(movement, whole_body, Clock())


def looking(start: Joints, goal: Joints, seconds: float) -> Looking:
    """The head from where it is."""
    return Looking(start, goal, seconds, Clock())


def changing(start: Joints, began: PostureName, way: tuple[Stance, ...]) -> Changing:
    """A posture from the present joints."""
    return Changing(start, began, way, Clock())
