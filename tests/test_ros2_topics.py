"""What is told to other ROS 2 programs and heard from them, and the network in between."""

import json
import math

import pytest

from config.body_settings import Ros2Settings
from config.errors import ConfigurationError
from nlu.actions import Walk
from robot.body.dds.link import open_link
from robot.body.dds.messages.diagnostic_msgs import DiagnosticArray
from robot.body.dds.messages.hri_msgs import LiveSpeech
from robot.body.dds.messages.std_msgs import String
from robot.body.dds.network import network_xml
from robot.body.errors import BodyError
from robot.body.newest_odometry import unwrapped
from robot.body.ros2.body import Ros2Body
from robot.body.ros2.load import load_topics
from robot.body.state import Measured, Performed
from tests.dds_domains import LOOPBACK, next_domain


def test_what_is_heard_and_done_is_told_and_what_others_want_said_comes() -> None:
    domain = next_domain()
    link = open_link(domain, LOOPBACK)
    heard = link.inlet("/humans/voices/sori/speech", LiveSpeech)
    told = link.inlet("/robot/action_status", String)
    diagnosed = link.inlet("/diagnostics", DiagnosticArray)
    wanted = link.outlet("/tts", String)
    body = Ros2Body.open(Ros2Settings(domain=domain, interface=LOOPBACK))
    speech, say = load_topics(Ros2Settings(domain=domain, interface=LOOPBACK))
    speech.heard("걸어", final=False, confidence=0.9, locale="ko_KR")
    speech.heard("걸어 가\0", final=True, confidence=0.9, locale="ko_KR")
    heard.wait(2.0)
    first, last = heard.take()
    assert (first.incremental, first.final, first.confidence) == ("걸어", "", 0.0)
    assert (last.incremental, last.final, last.confidence) == ("", "걸어 가", 0.9)
    assert (last.locale, last.header.stamp.sec > 1_700_000_000) == ("ko_KR", True)

    wanted.write(String("  "))
    wanted.write(String(" Dinner is ready. "))
    assert list(say.texts(wait_s=2.0)) == ["Dinner is ready."]
    assert list(say.texts()) == []

    body.observe()
    body.observe()
    body.tell(Performed(Walk(2.0), Walk(2.0), "done", None, Measured(x_m=1.99)))
    told.wait(2.0)
    lost, performed = (json.loads(message.data) for message in told.take())
    assert lost["event"] == "lost"
    assert performed == {
        "event": "performed",
        "requested": {"name": "walk", "dx_m": 2.0, "dy_m": 0.0},
        "action": {"name": "walk", "dx_m": 2.0, "dy_m": 0.0},
        "outcome": "done",
        "reason": None,
        "measured": {"x_m": 1.99},
    }
    (array,) = diagnosed.take()
    assert [(status.level, status.message) for status in array.status] == [(2, "lost")]
    for part in (speech, say, body, link):
        part.close()


def test_texts_that_are_none_are_passed_over() -> None:
    link = open_link(next_domain(), LOOPBACK)
    say = link.inlet("/tts", String)
    out = link.outlet("/tts", String)
    out.write(String("\udcff".encode("utf-8", "surrogateescape").decode("latin-1")))
    say.wait(2.0)
    assert [message.data for message in say.take()] == ["ÿ"]
    link.close()


@pytest.mark.parametrize(
    ("interface", "parts"),
    [
        ("lo", ('name="lo"', "<AllowMulticast>false<", 'address="localhost"', ">auto<")),
        ("eth0", ('<NetworkInterface name="eth0"/>',)),
        ("", ('autodetermine="true"',)),
    ],
)
def test_network_as_cyclone_wants_it(interface: str, parts: tuple[str, ...]) -> None:
    xml = network_xml(interface)
    assert all(part in xml for part in parts)
    assert ("localhost" in xml) == (interface == "lo")


def test_faults_of_the_network_say_what_to_do() -> None:
    with pytest.raises(ConfigurationError, match="ip link"):
        network_xml('lo"/><x y="')
    with pytest.raises(BodyError, match="nowhere7"):
        open_link(next_domain(), "nowhere7")
    domain = next_domain()
    open_link(domain, LOOPBACK).close()
    with pytest.raises(BodyError, match="already in use"):
        open_link(domain, "")


@pytest.mark.parametrize(
    ("yaw_rad", "before_rad", "expected_rad"),
    [(3.0, 3.0, 3.0), (-3.0, 3.0, math.tau - 3.0), (0.1, 12.5, 4 * math.pi + 0.1)],
)
def test_whole_turns_are_kept(yaw_rad: float, before_rad: float, expected_rad: float) -> None:
    assert unwrapped(yaw_rad, before_rad) == pytest.approx(expected_rad)
