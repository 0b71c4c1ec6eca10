"""The text of the unit: what stands in `system.service` or `user.service`, filled in."""

import re
from collections.abc import Sequence
from pathlib import Path

from config.errors import ConfigurationError
from config.settings import Settings
from robot.service_unit.networks import Network, address_families, allowed_networks
from robot.service_unit.sight import HOMES, Installation, bound_paths, is_hidden

FOLDER = Path(__file__).resolve().parent
UNIT = "sori.service"
_PLAIN = re.compile(r"[\w./+:=@~-]+", re.ASCII)


def system_unit(
    here: Installation, file: Path, settings: Settings, networks: Sequence[Network]
) -> str:
    """The unit of the whole system, for the settings that lie in `file`.

    Raises ConfigurationError for what a service could not read or reach.
    """
    if is_hidden(file) and not file.is_relative_to(here.checkout):
        raise ConfigurationError(
            f"{file}: a service sees no settings in a home or in /tmp. Put them where it does:"
            f" sudo install -D -m 644 {file} /etc/sori/sori.toml, and leave --config out."
        )
    environment = (
        *_environment(here),
        ("HOME", str(here.home)),  # what ~ means in the settings; nothing is written there
        ("XDG_DATA_HOME", "/var/lib"),
        ("XDG_CACHE_HOME", "/var/cache"),
    )
    return _filled(
        "system.service",
        here,
        file,
        environment=_words(environment),
        networks=" ".join(allowed_networks(settings, networks)),
        families=" ".join(address_families(settings.body)),
        sight=_sight(here, settings),
    )


def user_unit(here: Installation, file: Path, settings: Settings) -> str:
    """The unit of the person who runs this, with their sound server and their home."""
    return _filled(
        "user.service",
        here,
        file,
        environment=_words(_environment(here)),
        families=" ".join(address_families(settings.body)),
    )


def quoted(text: str, *, is_argument: bool = False) -> str:
    """`text` as one word of a unit file; `$` means something in the arguments of a program only.

    Raises ConfigurationError for what systemd cannot be told.
    """
    if not text.isprintable():
        raise ConfigurationError(f"{text!r}: systemd cannot be told a path like this. Rename it.")
    word = text.replace("%", "%%")
    if is_argument:
        word = word.replace("$", "$$")
    if _PLAIN.fullmatch(text):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _filled(template: str, here: Installation, file: Path, **parts: str) -> str:
    guide = here.checkout / "docs" / "service.md"
    return (
        (FOLDER / template)
        .read_text("utf-8")
        .format(
            python=_program(here.python),
            settings=quoted(str(file), is_argument=True),
            checkout=str(here.checkout).replace("%", "%%"),  # the rest of a line needs no quotes
            documentation=guide.as_uri().removeprefix("file:").replace("%", "%%"),
            **parts,
        )
    )


def _program(python: Path) -> str:
    if set(str(python)) & set("\"'\\"):
        raise ConfigurationError(f"{python}: systemd starts no program with quotes in its path.")
    return quoted(str(python))


def _environment(here: Installation) -> tuple[tuple[str, str], ...]:
    return (
        ("PYTHONPATH", str(here.checkout)),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONFAULTHANDLER", "1"),
        ("HF_HUB_OFFLINE", "1"),
    )


def _words(environment: Sequence[tuple[str, str]]) -> str:
    return " ".join(quoted(f"{name}={value}") for name, value in environment)


def _sight(here: Installation, settings: Settings) -> str:
    bound = bound_paths(here, settings)
    in_home = any(path.is_relative_to(home) for path, _ in bound for home in HOMES)
    lines = [f"ProtectHome={'tmpfs' if in_home else 'yes'}"]
    lines += [
        f"BindReadOnlyPaths={quoted(('' if must_exist else '-') + str(path))}"
        for path, must_exist in bound
    ]
    return "\n".join(lines)
