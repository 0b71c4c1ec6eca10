"""`sori config check` and `sori config show`."""

import argparse

import msgspec

from config.as_toml import as_toml
from config.load import DEFAULT_FILE, load
from nlu.routes import RouteTable
from robot.body.choice import check_body
from robot.commands import DONE
from robot.console import Console

NAME = "config"
HELP = "check the settings, or show them all and mark what was changed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=("check", "show"))
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(options: argparse.Namespace, console: Console) -> int:
    """Faults are raised as ConfigurationError, with file and line; no body is moved or asked."""
    settings = load(options.config)
    if options.what == "check":
        check_body(settings.body)
        RouteTable.load(settings.route)  # personas, and that no language has two routes
        console.say(f"{options.config or DEFAULT_FILE}: the settings are valid.")
        return DONE
    console.result(as_toml(settings, load()), msgspec.json.encode(settings).decode())
    return DONE
