"""What a body publishes about itself: limits and the language model's schema come from it."""

from dataclasses import dataclass, field

from nlu.actions import Emotion, GestureName, PostureName, Question


@dataclass(frozen=True, slots=True)
class MotionCaps:
    """Caps of the base; a cap of 0 means that it cannot do this at all."""

    max_forward_m: float = 5.0
    max_back_m: float = 5.0
    max_side_m: float = 5.0
    max_forward_mps: float = 0.5
    max_back_mps: float = 0.3
    max_side_mps: float = 0.3
    usual_mps: float = 0.3
    max_turn_rad: float = 6.2832
    max_turn_radps: float = 0.8
    usual_turn_radps: float = 0.5
    speed_up_mps2: float = 0.5
    slow_down_mps2: float = 1.5
    max_yaw_look_rad: float = 1.2
    max_pitch_look_rad: float = 0.5


@dataclass(frozen=True, slots=True)
class Abilities:
    """The abilities of one body."""

    body: str
    """Its name in the settings: `simulated`, `ros2`, `unitree`."""
    walks: bool = False
    turns: bool = False
    looks: bool = False
    gestures: tuple[GestureName, ...] = ()
    postures: tuple[PostureName, ...] = ()
    emotions: tuple[Emotion, ...] = ()
    dances: tuple[str, ...] = ()
    led: bool = False
    volume: bool = False
    queries: tuple[Question, ...] = ("can_do",)
    caps: MotionCaps = field(default_factory=MotionCaps)
