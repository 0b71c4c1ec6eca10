"""An assistant that walks and walks, to be killed by a test: KIND, and the domain or address."""

import sys

from config.body_settings import Ros2Settings, RosbridgeSettings, UnitreeSettings
from robot.body.driver import Driver
from robot.body.ros2 import load as ros2
from robot.body.rosbridge import load as rosbridge
from robot.body.state import COMMAND_PERIOD_S, Velocity
from robot.body.unitree import load as unitree
from robot.body.writer import Writer
from tests.dds_domains import LOOPBACK
from tests.programs import tell

AHEAD = Velocity(x_mps=0.3)


def body(kind: str, where: str) -> Driver:
    if kind == "ros2":
        return ros2.load(Ros2Settings(domain=int(where), interface=LOOPBACK))
    if kind == "unitree":
        return unitree.load(UnitreeSettings(domain=int(where), interface=LOOPBACK))
    return rosbridge.load(RosbridgeSettings(address=where))


def walk_on(driver: Driver) -> None:
    writer = Writer(driver, latch_s=1.0)
    epoch = writer.begin()
    tell(event="walking")
    while True:
        writer.drive(AHEAD, epoch)
        writer.wait(COMMAND_PERIOD_S)


if __name__ == "__main__":
    walk_on(body(sys.argv[1], sys.argv[2]))
