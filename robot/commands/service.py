"""`sori service install`, `remove` and `show`: the systemd unit of `sori serve`."""

import argparse
import os
import pwd
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from config.load import DEFAULT_FILE, load
from robot.body.choice import check_body
from robot.commands import DONE
from robot.console import Console
from robot.service_unit import files
from robot.service_unit.errors import UnitError
from robot.service_unit.networks import Network, read_network
from robot.service_unit.sight import STATE, Installation, closed_to_others
from robot.service_unit.unit import UNIT, system_unit, user_unit

NAME_OF_UNIT = UNIT.removesuffix(".service")
CHECKOUT = Path(__file__).resolve().parents[2]
SYSTEM_SETTINGS = Path("/etc/sori/sori.toml")
SYSTEM_UNITS = Path("/etc/systemd/system")

NAME = "service"
HELP = "keep `sori serve` running: install, remove or show its systemd unit"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a unit goes, and the settings it names; `root` stands before both paths."""

    root: Path
    user: bool
    unit: Path
    settings: Path

    @property
    def is_alive(self) -> bool:
        """Whether the systemd that would read the unit runs."""
        return self.root == Path("/") and files.SYSTEMD_RUNS.exists()

    def on_disk(self, path: Path) -> Path:
        """Where a path of the target lies from here."""
        return self.root / path.relative_to("/")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", choices=("install", "remove", "show"))
    parser.add_argument("--user", action="store_true", help="for the person who is logged in")
    parser.add_argument(
        "--net", action="append", default=[], metavar="NETWORK", help="let Sori reach it, too"
    )
    parser.add_argument("--dry-run", action="store_true", help="show the unit, change nothing")
    parser.add_argument("--root", type=Path, metavar="DIR", help="install into a disk image")


def run(options: argparse.Namespace, console: Console) -> int:
    """Raises UnitError with what to do, ConfigurationError for settings it cannot serve."""
    here, target = _here(options.user), _target(options)
    if options.what == "remove":
        return _remove(options, target, console)
    if options.what == "show" or options.dry_run:
        console.result(_unit(options, here, target).rstrip("\n"))
        return DONE
    _raise_unless_allowed(options, target)
    _install(_unit(options, here, target), here, target, console)
    return DONE


def _unit(options: argparse.Namespace, here: Installation, target: Target) -> str:
    named = [read_network(text) for text in options.net]
    file = target.on_disk(target.settings)
    # What would be installed when there are no settings yet are the built-in ones.
    settings = load(file if file.exists() or options.config else None)
    check_body(settings.body)
    if options.user:
        return user_unit(here, target.settings, settings)
    return system_unit(here, target.settings, settings, _told_networks(named))


def _told_networks(named: list[Network]) -> list[Network]:
    for network in named:
        if network.prefixlen == 0:
            raise UnitError(f"{network} is the whole internet. Name the robot's own network.")
    return named


def _install(text: str, here: Installation, target: Target, console: Console) -> None:
    built_in = DEFAULT_FILE.read_text("utf-8")
    if files.write_settings(target.on_disk(target.settings), built_in):
        console.say(f"{target.settings}: made from the built-in settings; change it as you like.")
    unit = target.on_disk(target.unit)
    if unit.exists() and unit.read_text("utf-8", "replace") == text:
        console.say(f"{target.unit} is as it should be already.")
    else:
        if backup := files.write(unit, text):
            console.say(f"There was another unit; it is kept as {backup.name}.")
        console.say(f"{target.unit}: written.")
    settings = load(target.on_disk(target.settings))
    if not target.user and (closed := closed_to_others(here, settings)) is not None:
        console.fail(
            f"the service's own user cannot read {closed}: chmod -R o+rX {shlex.quote(str(closed))}"
        )
    if target.is_alive:
        files.systemctl("daemon-reload", user=target.user)
    _tell_next(target, console)


def _tell_next(target: Target, console: Console) -> None:
    control = "systemctl --user" if target.user else "sudo systemctl"
    journal = "journalctl --user" if target.user else "journalctl"
    lines = [
        f"  {control} enable --now {NAME_OF_UNIT}    # start it, now and after every boot",
        f"  {control.removeprefix('sudo ')} status {NAME_OF_UNIT}",
        f"  {journal} -u {NAME_OF_UNIT} -f",
    ]
    if target.user:
        lines.append("  loginctl enable-linger    # also while nobody is logged in")
    if not target.is_alive:
        console.say("systemd does not run here; where it does, these come next:")
    else:
        console.say("Next:")
    console.say("\n".join(lines))


def _remove(options: argparse.Namespace, target: Target, console: Console) -> int:
    unit = target.on_disk(target.unit)
    if options.dry_run:
        there = "would be removed" if unit.exists() else "is not there"
        console.say(f"{target.unit} {there}.")
        return DONE
    _raise_unless_allowed(options, target)
    if target.is_alive and unit.exists():
        files.systemctl("disable", "--now", NAME_OF_UNIT, user=target.user)
    if not files.remove(unit):
        console.say(f"{target.unit} is not there; nothing was removed.")
        return DONE
    if target.is_alive:
        files.systemctl("daemon-reload", user=target.user)
    kept = "" if target.user else f" and {STATE}"
    console.say(f"{target.unit}: removed. {target.settings.parent}{kept} are left to you.")
    return DONE


def _raise_unless_allowed(options: argparse.Namespace, target: Target) -> None:
    """For the system's own folders one must be root; for a home one must not."""
    if target.root != Path("/") or (os.geteuid() == 0) is not target.user:
        return
    if target.user:
        raise UnitError("--user is for the person who is logged in: run it without sudo.")
    words = [str(CHECKOUT / "sori"), "service", options.what]
    if options.config:
        words += ["--config", str(target.settings)]
    words += [word for network in options.net for word in ("--net", network)]
    raise UnitError(f"Only root may do this. Run: sudo {shlex.join(words)}")


def _target(options: argparse.Namespace) -> Target:
    root = (options.root or Path("/")).resolve()
    if options.user:
        folder = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        folder = folder if folder.is_absolute() else Path.home() / ".config"
        unit, settings = folder / "systemd" / "user", folder / "sori" / SYSTEM_SETTINGS.name
    else:
        unit, settings = SYSTEM_UNITS, SYSTEM_SETTINGS
    if options.config:
        settings = options.config.absolute()
    return Target(root, options.user, unit / UNIT, settings)


def _here(user: bool) -> Installation:
    home = Path.home()
    if not user and (person := os.environ.get("SUDO_USER")):
        try:
            home = Path(pwd.getpwnam(person).pw_dir)
        except KeyError:  # somebody who is known elsewhere; the settings are then read as root's
            home = Path.home()
    return Installation(
        CHECKOUT, Path(sys.prefix) / "bin" / "python", Path(sys.base_prefix).resolve(), home
    )
