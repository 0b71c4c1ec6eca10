"""Sori's ears and mouth for other ROS 2 programs: what was heard goes out, what to say comes in."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.body_settings import BodySettings
from robot.hearing import Heard

if TYPE_CHECKING:
    from robot.body.ros2.topics import SayTopic, SpeechTopic


@dataclass(frozen=True, slots=True)
class Ros2Voice:
    """Both topics; without them (any other body) nothing is told and nothing comes."""

    speech: "SpeechTopic | None" = None
    say: "SayTopic | None" = None

    def heard(self, heard: Heard) -> None:
        """Tell what somebody said."""
        if self.speech is not None:
            transcript = heard.transcript
            self.speech.heard(transcript.text, True, heard.language_confidence, transcript.language)

    def texts(self) -> Iterator[str]:
        """What other programs want said since the last call."""
        if self.say is not None:
            yield from self.say.texts()


@contextmanager
def open_ros2_voice(settings: BodySettings) -> Iterator[Ros2Voice]:
    """The topics of a `ros2` body, else none. Raises BodyError when DDS cannot be used here."""
    if settings.kind != "ros2":
        yield Ros2Voice()
        return
    from robot.body.ros2.load import load_topics  # noqa: PLC0415  # Cyclone DDS, only here

    speech, say = load_topics(settings.ros2)
    try:
        yield Ros2Voice(speech, say)
    finally:
        speech.close()
        say.close()
