"""Opens a Unitree robot. Imports Cyclone DDS only when it is called, and says if it is missing."""

from typing import TYPE_CHECKING

from config.body_settings import UnitreeSettings
from robot.body.dds.library import missing_library

if TYPE_CHECKING:
    from robot.body.unitree.body import UnitreeBody

FIND_S = 2.0
"""How long the robot is looked for; one that comes later is found then."""


def load(settings: UnitreeSettings) -> "UnitreeBody":
    """The robot that `settings` tell of. Raises BodyError when DDS cannot be used here."""
    try:
        from robot.body.unitree.body import UnitreeBody  # noqa: PLC0415  # needs Cyclone DDS
    except ImportError as error:
        raise missing_library("unitree") from error
    body = UnitreeBody.open(settings)
    body.find(FIND_S)
    return body
