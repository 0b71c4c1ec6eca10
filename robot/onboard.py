"""The body on board: its driver, the one writer over it, and its rules, opened from settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from config.settings import Settings
from nlu.abilities import Abilities
from robot.acting.body_access import LimitedBody
from robot.body.choice import load_chosen_rules, open_driver
from robot.body.console import Tell
from robot.body.driver import Driver
from robot.body.pace import InRealTime
from robot.body.performer import Performer
from robot.body.state import Performed
from robot.body.writer import Writer

COMPUTED_KINDS = frozenset({"simulated", "console", "none"})
"""Bodies whose time passes as fast as it can be computed."""


@runtime_checkable
class Computed(Protocol):
    """A body that can be put back to where it began."""

    def begin_anew(self) -> None:
        """Stand at the origin again, with the battery it began with; its time goes on."""
        ...


@runtime_checkable
class Telling(Protocol):
    """A body whose other programs want to know what was tried."""

    def tell(self, performed: Performed) -> None:
        """Tell them."""
        ...


@dataclass(frozen=True, slots=True)
class Onboard:
    """One body, ready to move."""

    driver: Driver
    """For pictures and state; only `writer` writes to it."""
    writer: Writer
    body: LimitedBody
    abilities: Abilities

    def begin(self) -> None:
        """Put a body that is only computed back to its beginning; a real one stays as it is."""
        if isinstance(self.driver, Computed):
            self.driver.begin_anew()


@contextmanager
def open_onboard(settings: Settings, tell: Tell, *, live: bool) -> Iterator[Onboard]:
    """The body that the settings name; halts it and lets it go at the end.

    `live`: its time passes as people's does; else a computed body takes no time of theirs. Raises
    BodyError when it cannot be reached, ConfigurationError when its rules cannot be used.
    """
    chosen = settings.body
    rules = load_chosen_rules(chosen)
    driver = open_driver(chosen, tell)
    paced = InRealTime(driver) if live and chosen.kind in COMPUTED_KINDS else driver
    writer = Writer(paced, chosen.stop_latch_s)
    try:
        performer = Performer(writer, rules, chosen.max_motion_s)
        body = LimitedBody(writer, performer, rules)
        if isinstance(driver, Telling):
            body = replace(body, tell=driver.tell)
        yield Onboard(driver, writer, body, driver.abilities)
    finally:
        writer.close()
