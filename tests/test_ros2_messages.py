"""The bytes on the wire: plain CDR, little-endian, as any ROS 2 node reads and writes them."""

import struct

import pytest
from cyclonedds.idl import IdlStruct

from robot.body.dds.messages.builtin_interfaces import Time
from robot.body.dds.messages.diagnostic_msgs import DiagnosticArray, DiagnosticStatus, KeyValue
from robot.body.dds.messages.geometry_msgs import (
    Point,
    Pose,
    PoseWithCovariance,
    Quaternion,
    Twist,
    TwistStamped,
    TwistWithCovariance,
    Vector3,
)
from robot.body.dds.messages.hri_msgs import LiveSpeech
from robot.body.dds.messages.nav_msgs import Odometry
from robot.body.dds.messages.sensor_msgs import BatteryState
from robot.body.dds.messages.std_msgs import Header, String
from robot.body.dds.messages.unitree_api import (
    Request,
    RequestHeader,
    RequestIdentity,
    RequestLease,
    RequestPolicy,
    Response,
    ResponseHeader,
    ResponseStatus,
)
from robot.body.dds.messages.unitree_go import IMUState, SportModeState
from tests.programs import ROOT

CDR_LITTLE_ENDIAN = bytes([0, 1, 0, 0])


class Cdr:
    """Classic CDR by hand: every number on a multiple of its size, texts with length and NUL."""

    def __init__(self) -> None:
        self._bytes = b""

    def number(self, code: str, *values: float) -> "Cdr":
        size = struct.calcsize(f"<{code}")
        for value in values:
            self._bytes += b"\0" * (-len(self._bytes) % size) + struct.pack(f"<{code}", value)
        return self

    def text(self, text: str) -> "Cdr":
        encoded = text.encode() + b"\0"
        self.number("I", len(encoded))
        self._bytes += encoded
        return self

    def all(self) -> bytes:
        return CDR_LITTLE_ENDIAN + self._bytes


TWIST = Twist(Vector3(0.3, -0.1, 0.0), Vector3(0.0, 0.0, 0.5))
HEADER = Header(Time(1_700_000_000, 250_000_000), "base_link")


def header() -> Cdr:
    return Cdr().number("i", 1_700_000_000).number("I", 250_000_000).text("base_link")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (TWIST, Cdr().number("d", 0.3, -0.1, 0.0, 0.0, 0.0, 0.5)),
        (TwistStamped(HEADER, TWIST), header().number("d", 0.3, -0.1, 0, 0, 0, 0.5)),
        (String("안녕"), Cdr().text("안녕")),
        (String(), Cdr().text("")),
        (
            LiveSpeech(HEADER, "", "walk forward", 0.75, "en_GB"),
            header().text("").text("walk forward").number("d", 0.75).text("en_GB"),
        ),
        (
            Odometry(
                HEADER,
                "base_footprint",
                PoseWithCovariance(Pose(Point(1, 2, 3), Quaternion(0, 0, 0.6, 0.8))),
                TwistWithCovariance(TWIST, tuple(range(36))),
            ),
            header()
            .text("base_footprint")
            .number("d", 1, 2, 3, 0, 0, 0.6, 0.8, *[0] * 36)
            .number("d", 0.3, -0.1, 0, 0, 0, 0.5, *range(36)),
        ),
        (
            BatteryState(HEADER, percentage=0.5, power_supply_status=2, cell_voltage=[4.0]),
            header()
            .number("f", 0, 0, 0, 0, 0, 0, 0.5)
            .number("B", 2, 0, 0, 0)
            .number("I", 1)
            .number("f", 4.0)
            .number("I", 0)
            .text("")
            .text(""),
        ),
        (
            DiagnosticArray(HEADER, [DiagnosticStatus(1, "n", "m", "h", [KeyValue("k", "v")])]),
            header()
            .number("I", 1)
            .number("B", 1)
            .text("n")
            .text("m")
            .text("h")
            .number("I", 1)
            .text("k")
            .text("v"),
        ),
        (
            Request(
                RequestHeader(RequestIdentity(7, 7105), RequestLease(0), RequestPolicy(0, True)),
                '{"a":1}',
                [1, 255],
            ),
            Cdr()
            .number("q", 7, 7105, 0)
            .number("i", 0)
            .number("B", 1)
            .text('{"a":1}')
            .number("I", 2)
            .number("B", 1, 255),
        ),
        (
            Response(ResponseHeader(RequestIdentity(7, 7105), ResponseStatus(7404)), "{}"),
            Cdr().number("q", 7, 7105).number("i", 7404).text("{}").number("I", 0),
        ),
        (
            SportModeState(
                imu_state=IMUState(rpy=(0.1, 0.2, 0.3), temperature=40),
                mode=1,
                gait_type=2,
                position=(1, 2, 3),
                foot_force=(1, 2, 3, 4),
            ),
            Cdr()
            .number("i", 0)
            .number("I", 0, 0)
            .number("f", 1, 0, 0, 0, *[0] * 6, 0.1, 0.2, 0.3)
            .number("B", 40, 1)
            .number("f", 0)
            .number("B", 2)
            .number("f", 0, 1, 2, 3, 0, *[0] * 3, 0, *[0] * 4)
            .number("h", 1, 2, 3, 4)
            .number("f", *[0] * 24, *[0] * 70),
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, IdlStruct) else "",
)
def test_bytes_by_hand(message: IdlStruct, expected: Cdr) -> None:
    assert message.serialize() == expected.all()
    assert type(message).deserialize(expected.all()).serialize() == expected.all()


def test_the_bytes_of_a_twist_written_out() -> None:
    ahead = Twist(Vector3(x=0.5))
    assert ahead.serialize().hex() == "00010000" + "000000000000e03f" + "00" * 40


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Twist, "geometry_msgs::msg::dds_::Twist_"),
        (TwistStamped, "geometry_msgs::msg::dds_::TwistStamped_"),
        (Odometry, "nav_msgs::msg::dds_::Odometry_"),
        (String, "std_msgs::msg::dds_::String_"),
        (LiveSpeech, "hri_msgs::msg::dds_::LiveSpeech_"),
        (Request, "unitree_api::msg::dds_::Request_"),
        (Response, "unitree_api::msg::dds_::Response_"),
    ],
)
def test_names_as_ros_2_and_unitree_give_them(kind: type[IdlStruct], name: str) -> None:
    assert kind.__idl_typename__.replace(".", "::") == name


def test_octets_are_bytes_because_uint8_kills_robots() -> None:
    files = list((ROOT / "robot/body/dds/messages").glob("*.py"))
    assert len(files) > 8
    for file in files:
        assert "types.uint8" not in file.read_text("utf-8"), file.name
