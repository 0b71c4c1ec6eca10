"""Settings of the body: which one, how it is reached, and how careful it is with words."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.section import Positive, Seconds, Section

BodyKind = Literal["simulated", "ros2", "unitree", "rosbridge", "console", "own", "none"]


class SimulatedSettings(Section, frozen=True):
    """The humanoid that Sori brings along."""

    battery_percent: Annotated[int, Meta(ge=0, le=100)] = 80
    """At the start."""
    obstacles: bool = False
    """Boxes to bump into, 1.5 m ahead and beside the start."""


class Ros2Settings(Section, frozen=True):
    """A robot that listens to ROS 2 topics; reached by DDS, without a ROS installation."""

    domain: Annotated[int, Meta(ge=0, le=232)] = 0
    interface: str = ""
    """Network interface (`eth0`, `lo`); empty: Cyclone DDS chooses."""
    velocity_topic: str = "/cmd_vel"
    stamped: bool = False
    """TwistStamped, the default of Nav2 and ros2_controllers of today, instead of Twist."""
    odometry_topic: str = "/odom"
    battery_topic: str = ""
    """sensor_msgs/BatteryState (`/battery_state`); empty: the robot does not tell."""
    speech_topic: str = "/humans/voices/sori/speech"
    say_topic: str = "/tts"
    status_topic: str = "/robot/action_status"
    diagnostics_topic: str = "/diagnostics"


class UnitreeSettings(Section, frozen=True):
    """A Unitree robot or anything that speaks its sport, voice and arm services."""

    model: Literal["g1", "h1", "h2", "r1"] = "g1"
    interface: str = ""
    domain: Annotated[int, Meta(ge=0, le=232)] = 0


class RosbridgeSettings(Section, frozen=True):
    """A rosbridge server on the robot: JSON over WebSocket, for topics, services and actions."""

    address: str = "ws://127.0.0.1:9090"
    velocity_topic: str = "/cmd_vel"
    stamped: bool = False
    odometry_topic: str = "/odom"
    battery_topic: str = ""
    """sensor_msgs/BatteryState (`/battery_state`); empty: the robot does not tell."""
    gesture_action: str = ""
    """Action that plays a named motion (`/play_motion2`); empty: no gestures and postures."""
    gesture_action_type: str = "play_motion2_msgs/action/PlayMotion2"
    gesture_field: str = "motion_name"
    """The field of the goal that takes the motion's name."""
    motions: dict[str, str] = msgspec.field(default_factory=dict)
    """Our gestures and postures, and what the robot calls them: `wave = "wave_right"`."""
    timeout_s: Seconds = 2.0


class OwnSettings(Section, frozen=True):
    """A driver of your own: one Python file, see docs/body/own-body.md."""

    file: str = ""


class BodySettings(Section, frozen=True):
    """Which body is moved, and when it asks first."""

    kind: BodyKind = "simulated"
    rules: str = ""
    """Caps, risks and states, in the form of `config/body.toml`; empty: that."""
    confirm_s: Seconds = 8.0
    """A spoken yes counts for this long after a read-back."""
    stop_latch_s: Seconds = 1.0
    """Nothing moves for this long after a stop."""
    max_motion_s: Positive = 60
    """One action that takes longer is stopped."""
    simulated: SimulatedSettings = SimulatedSettings()
    ros2: Ros2Settings = Ros2Settings()
    unitree: UnitreeSettings = UnitreeSettings()
    rosbridge: RosbridgeSettings = RosbridgeSettings()
    own: OwnSettings = OwnSettings()
