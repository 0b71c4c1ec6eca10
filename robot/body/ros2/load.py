"""Opens a ROS 2 robot. Imports Cyclone DDS only when it is called, and says if it is missing."""

from typing import TYPE_CHECKING

from config.body_settings import Ros2Settings
from robot.body.dds.library import missing_library

if TYPE_CHECKING:
    from robot.body.ros2.body import Ros2Body
    from robot.body.ros2.topics import SayTopic, SpeechTopic

FIND_S = 2.0
"""How long the robot is looked for; one that comes later is found then."""


def load(settings: Ros2Settings) -> "Ros2Body":
    """The robot that `settings` tell of. Raises BodyError when DDS cannot be used here."""
    try:
        from robot.body.ros2.body import Ros2Body  # noqa: PLC0415  # needs Cyclone DDS
    except ImportError as error:
        raise missing_library("ros2") from error
    body = Ros2Body.open(settings)
    body.find(FIND_S)
    return body


def load_topics(settings: Ros2Settings) -> "tuple[SpeechTopic, SayTopic]":
    """Where to tell what was heard, and where to hear what to say.

    Raises BodyError when DDS cannot be used here.
    """
    try:
        from robot.body.dds.link import open_link  # noqa: PLC0415  # needs Cyclone DDS
        from robot.body.ros2.topics import SayTopic, SpeechTopic  # noqa: PLC0415  # needs it too
    except ImportError as error:
        raise missing_library("ros2") from error
    speech = SpeechTopic(open_link(settings.domain, settings.interface), settings.speech_topic)
    say = SayTopic(open_link(settings.domain, settings.interface), settings.say_topic)
    return speech, say
