"""Other ROS 2 programs hear what Sori heard, and have it say things."""

import numpy as np

from audio.sound import Transcript, Utterance
from config.body_settings import BodySettings, Ros2Settings
from robot.body.dds.link import open_link
from robot.body.dds.messages.hri_msgs import LiveSpeech
from robot.body.dds.messages.std_msgs import String
from robot.hearing import Heard
from robot.ros2_voice import open_ros2_voice
from tests.dds_domains import LOOPBACK, next_domain

HEARD = Heard(
    utterance=Utterance(np.zeros(16_000, np.float32), 0.0, 1.0, 1.0, 0.6),
    transcript=Transcript("앞으로 가", "ko", {"ko": 0.9, "en": 0.1}, 0.0, -0.1),
    language_confidence=0.9,
    recognise_ms=80,
)


def test_a_ros2_robot_tells_and_is_told() -> None:
    domain = next_domain()
    link = open_link(domain, LOOPBACK)
    speech = link.inlet("/humans/voices/sori/speech", LiveSpeech)
    tts = link.outlet("/tts", String)
    settings = BodySettings(kind="ros2", ros2=Ros2Settings(domain=domain, interface=LOOPBACK))
    with open_ros2_voice(settings) as voice:
        voice.heard(HEARD)
        speech.wait(2.0)
        (told,) = speech.take()
        assert (told.final, told.locale, told.confidence) == ("앞으로 가", "ko", 0.9)
        tts.write(String("Dinner is ready."))
        tts.flush(2.0)
        assert voice.say is not None
        assert list(voice.say.texts(wait_s=2.0)) == ["Dinner is ready."]
        assert list(voice.texts()) == []
    link.close()


def test_other_bodies_have_no_topics() -> None:
    with open_ros2_voice(BodySettings(kind="console")) as voice:
        voice.heard(HEARD)
        assert list(voice.texts()) == []
