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
    devices = list_devices()
    for device in devices:
        uses = [
            f"{use} (default)" if default else use
            for use, channels, default in (
                ("microphone", device.input_channels, device.default_input),
                ("speaker", device.output_channels, device.default_output),
            )
            if channels
        ]
        console.result(
            f"{device.name}  [{', '.join(uses)}, {device.rate_hz} Hz]",
            msgspec.json.encode(device).decode(),
        )
    if not devices:
        console.say("No sound device was found. Files and typing work without one.")
    return DONE
