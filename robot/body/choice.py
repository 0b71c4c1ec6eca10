"""Which body the settings name. Only its own libraries are loaded."""

from pathlib import Path

from config.body_settings import BodySettings
from robot.body import own
from robot.body.console import NO_ABILITIES, ConsoleBody, Tell
from robot.body.driver import Driver
from robot.body.rules import Rules, load_rules


def open_driver(settings: BodySettings, tell: Tell) -> Driver:
    """The body of `settings`.

    `tell` gets what the console body would do. Raises BodyError when the body cannot be reached or
    its library is missing.
    """
    body: Driver
    match settings.kind:
        case "simulated":
            from robot.body.simulated import driver  # noqa: PLC0415  # MuJoCo takes a second

            body = driver.load(settings.simulated)
        case "ros2":
            from robot.body.ros2 import load as ros2  # noqa: PLC0415  # only what is set

            body = ros2.load(settings.ros2)
        case "unitree":
            from robot.body.unitree import load as unitree  # noqa: PLC0415  # as above

            body = unitree.load(settings.unitree)
        case "rosbridge":
            from robot.body.rosbridge import load as rosbridge  # noqa: PLC0415  # as above

            body = rosbridge.load(settings.rosbridge)
        case "console":
            body = ConsoleBody(tell)
        case "own":
            body = own.load(settings.own)
        case "none":
            body = ConsoleBody(tell, NO_ABILITIES)
    return body


def load_chosen_rules(settings: BodySettings) -> Rules:
    """The rules that the settings name. Raises ConfigurationError with file and key."""
    return load_rules(Path(settings.rules).expanduser() if settings.rules else None)


def check_body(settings: BodySettings) -> None:
    """Whether what the settings name can be read. Raises ConfigurationError; opens no body."""
    load_chosen_rules(settings)
    if settings.kind == "own":
        own.own_file(settings.own)
