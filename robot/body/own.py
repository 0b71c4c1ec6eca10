"""A driver that a robot team wrote: one Python file, checked when it is loaded.

The file is trusted as much as Sori itself; its mistakes are not. A method that is missing is named
at the start and not at the first stop, and whatever it raises reaches nobody as a traceback.
"""

import importlib.util
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from types import ModuleType

from config.body_settings import OwnSettings
from config.errors import ConfigurationError, SoriError
from nlu.abilities import Abilities, MotionCaps
from robot.body.driver import Discrete, Driver
from robot.body.errors import BodyError
from robot.body.state import BodyState, Velocity

_EXAMPLE = "docs/body/own-body.md shows one."
_MODULE = "sori_own_body"
_METHODS = ("observe", "drive", "start", "halt", "wait", "close")


class OwnBody:
    """The team's driver, its faults turned into those of a body."""

    def __init__(self, driver: Driver, file: Path) -> None:
        self._driver = driver
        self._file = file
        self._abilities = driver.abilities

    @property
    def abilities(self) -> Abilities:
        """What the body can do; what it said at the start."""
        return self._abilities

    def observe(self) -> BodyState:
        """The newest state."""
        with self._named("observe"):
            state: object = self._driver.observe()
            if not isinstance(state, BodyState):
                raise TypeError(f"it gives {type(state).__name__}, not BodyState")
            return state

    def drive(self, velocity: Velocity) -> None:
        """Pass it on."""
        with self._named("drive"):
            self._driver.drive(velocity)

    def start(self, action: Discrete) -> None:
        """Pass it on."""
        with self._named("start"):
            self._driver.start(action)

    def halt(self) -> None:
        """Pass it on."""
        with self._named("halt"):
            self._driver.halt()

    def wait(self, seconds: float) -> None:
        """Pass it on."""
        with self._named("wait"):
            self._driver.wait(seconds)

    def close(self) -> None:
        """Pass it on."""
        with self._named("close"):
            self._driver.close()

    @contextmanager
    def _named(self, method: str) -> Iterator[None]:
        try:
            yield
        except SoriError:
            raise
        except Exception as error:  # somebody else's code: any fault is named, not shown
            raise BodyError(
                f"{self._file}: `{method}` failed ({type(error).__name__}: {error})."
            ) from error


def own_file(settings: OwnSettings) -> Path:
    """The file that the settings name. Raises ConfigurationError when there is none."""
    file = Path(settings.file).expanduser()
    if not settings.file or not file.is_file():
        raise ConfigurationError(
            f"`body.own.file` is `{settings.file}`, which is no file. Name the Python file of your"
            f" driver; {_EXAMPLE}"
        )
    return file


def load(settings: OwnSettings) -> OwnBody:
    """The body that `load()` of the team's file gives, once it has told its state.

    Raises ConfigurationError for a file that is no Python file, BodyError for one that fails or
    gives something that is no body.
    """
    file = own_file(settings)
    try:
        driver: Driver = _module(file).load()
        _check(driver)
        body = OwnBody(driver, file)
    except SoriError:
        raise
    except (Exception, SystemExit) as error:  # as above
        raise BodyError(
            f"{file}: the driver cannot be used ({type(error).__name__}: {error})."
            f" It needs a function load() that gives a body; {_EXAMPLE}"
        ) from error
    try:
        body.observe()
    except BaseException:
        with suppress(BodyError):
            body.close()
        raise
    return body


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(_MODULE, file)
    if spec is None or spec.loader is None:
        raise ConfigurationError(f"{file}: not a Python file (.py). {_EXAMPLE}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_MODULE] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def _check(driver: Driver) -> None:
    """Raise TypeError or ValueError for what would otherwise come out in the middle of a walk."""
    if lacking := [name for name in _METHODS if not callable(getattr(driver, name, None))]:
        raise TypeError(f"{type(driver).__name__} lacks {', '.join(lacking)}")
    abilities: object = driver.abilities
    if not isinstance(abilities, Abilities):
        raise TypeError(f"`abilities` is {type(abilities).__name__}, not Abilities")
    for field in fields(MotionCaps):
        cap: float = getattr(abilities.caps, field.name)
        if not 0 <= cap < math.inf:
            raise ValueError(f"the cap {field.name} is {cap}; it must be 0 or more")
