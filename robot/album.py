"""A picture and a film of what the body did, for people who would rather look than read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ConfigurationError
from robot.hearing import Heard
from robot.onboard import Onboard
from robot.turn_record import TurnRecord

if TYPE_CHECKING:
    from robot.body.simulated.recorder import Recorder


@dataclass(frozen=True, slots=True)
class Album:
    """Follows one conversation; without a recorder it draws nothing."""

    recorder: "Recorder | None" = None

    def heard(self, heard: Heard) -> None:
        """These words stand over the picture from now on."""
        if self.recorder is not None:
            self.recorder.note(f"you: {heard.transcript.text}")

    def answered(self, record: TurnRecord) -> None:
        """And what Sori said to them."""
        if self.recorder is not None and record.reply:
            self.recorder.note(f"you: {record.transcript}", f"sori: {record.reply}")

    def write(self, picture: Path, film: Path) -> tuple[Path, ...]:
        """Draw both; returns what was written. Raises BodyError when it cannot be drawn."""
        if self.recorder is None:
            return ()
        self.recorder.picture(picture)
        self.recorder.film(film)
        return picture, film


@contextmanager
def open_album(onboard: Onboard, title: str) -> Iterator[Album]:
    """Follow the body from now on. Raises ConfigurationError for a body that cannot be drawn."""
    if onboard.abilities.body != "simulated":
        raise ConfigurationError(
            f"Pictures are of the simulated body, and this is `{onboard.abilities.body}`."
            ' Set `kind = "simulated"` under [body], or leave --picture out.'
        )
    from robot.body.simulated.driver import SimulatedBody  # noqa: PLC0415  # MuJoCo takes a second
    from robot.body.simulated.recorder import Recorder  # noqa: PLC0415  # as above

    assert isinstance(onboard.driver, SimulatedBody)
    recorder = Recorder.load(onboard.driver, title)
    recorder.start()
    try:
        yield Album(recorder)
    finally:
        recorder.stop()
