"""What to say when Cyclone DDS is missing. It is loaded only for a body that speaks it."""

from robot.body.errors import BodyError


def missing_library(body: str) -> BodyError:
    """The sentence that names the command which installs it."""
    return BodyError(
        f"The body `{body}` needs Cyclone DDS, which cannot be loaded. Install it with"
        " `.venv/bin/python -m pip install -r requirements-dds.lock`; it has no build for aarch64,"
        ' where `kind = "rosbridge"` reaches a ROS 2 robot without it.'
    )
