"""`sori devices`."""

import argparse

import msgspec

from audio.devices import list_devices
from robot.commands import DONE
from robot.console import Console

NAME = "devices"
HELP = "list microphones and speakers by the name the settings take"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """One line a device. Raises DeviceError with what to do when there is no sound system."""
    for device in list_devices():
        console.result(
            f"{device.kind:<11} {device.name}  ({device.rate_hz:.0f} Hz)",
            msgspec.json.encode(device).decode(),
        )
    return DONE
