"""Which body the settings name. Only its own libraries are loaded."""

import importlib.util
from pathlib import Path

from config.body_settings import BodySettings, OwnSettings
from config.errors import ConfigurationError
from robot.body.console import NO_ABILITIES, ConsoleBody, Tell
from robot.body.driver import Driver
from robot.body.errors import BodyError
from robot.body.rules import Rules, load_rules

_OWN_EXAMPLE = "docs/body/own-body.md shows one."


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
            from robot.body.ros2 import load as ros2  # noqa: PLC0415

            body = ros2.load(settings.ros2)
        case "unitree":
            from robot.body.unitree import load as unitree  # noqa: PLC0415

            body = unitree.load(settings.unitree)
        case "rosbridge":
            from robot.body.rosbridge import load as rosbridge  # noqa: PLC0415

            body = rosbridge.load(settings.rosbridge)
        case "console":
            body = ConsoleBody(tell)
        case "own":
            body = _own(settings.own)
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
        _own_file(settings.own)


def _own_file(settings: OwnSettings) -> Path:
    file = Path(settings.file).expanduser()
    if not settings.file or not file.is_file():
        raise ConfigurationError(
            f"`body.own.file` is `{settings.file}`, which is no file. Name the Python file of your"
            f" driver; {_OWN_EXAMPLE}"
        )
    return file


def _own(settings: OwnSettings) -> Driver:
    """The driver that a robot team wrote: the `load()` of their file."""
    file = _own_file(settings)
    spec = importlib.util.spec_from_file_location("own_body", file)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{file}: not a Python file. {_OWN_EXAMPLE}")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        body: Driver = module.load()
        body.observe()
    except BodyError:
        raise
    except Exception as error:  # somebody else's code: any fault is named, not shown
        raise BodyError(
            f"{file}: the driver cannot be used ({type(error).__name__}: {error})."
            f" It needs a function load() that gives a body; {_OWN_EXAMPLE}"
        ) from error
    return body
