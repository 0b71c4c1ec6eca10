"""Opens a robot behind rosbridge. Imports websockets only when it is called."""

from typing import TYPE_CHECKING

from config.body_settings import RosbridgeSettings
from robot.body.errors import BodyError

if TYPE_CHECKING:
    from robot.body.rosbridge.body import RosbridgeBody


def load(settings: RosbridgeSettings) -> "RosbridgeBody":
    """The robot that `settings` tell of; one that is not there yet is found when it comes.

    Raises BodyError when the library is missing, ConfigurationError for settings that cannot be.
    """
    try:
        from robot.body.rosbridge.body import RosbridgeBody  # noqa: PLC0415  # needs websockets
    except ImportError as error:
        raise BodyError(
            "The body `rosbridge` needs the Python package websockets, which cannot be loaded."
            " Install it with `.venv/bin/python -m pip install -r requirements.lock`."
        ) from error
    body = RosbridgeBody.open(settings)
    body.find(settings.timeout_s)
    return body
