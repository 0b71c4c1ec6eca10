"""What the service has to see of the disk, and what hides it.

A service sees no home (ProtectHome) and a /tmp of its own (PrivateTmp). A checkout, a Python or a
model that lies there is put in its place again, read only (BindReadOnlyPaths); the folders above it
are new ones then, so their rights do not matter.
"""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigurationError
from config.settings import Settings

HIDDEN = tuple(map(Path, ("/home", "/root", "/run/user", "/tmp", "/var/tmp")))
HOMES = tuple(map(Path, ("/home", "/root", "/run/user")))
STATE = Path("/var/lib/sori")


@dataclass(frozen=True, slots=True)
class Installation:
    """Where Sori lies; all paths absolute."""

    checkout: Path
    python: Path
    """The one of the virtual environment, with its packages."""
    base: Path
    """The Python that the environment was made from."""
    home: Path
    """Of the person who installs: what `~` in the settings means."""


def needed(here: Installation, settings: Settings) -> Iterator[tuple[Path, bool]]:
    """Paths that the service reads, each with whether it must be there from the start.

    Raises ConfigurationError for folders that the service could not write.
    """
    yield here.checkout, True
    yield here.python.parents[1], True
    yield here.base, True
    own = (
        settings.models.directory,
        settings.models.catalogue,
        settings.safety.terms,
        settings.body.rules,
        settings.body.own.file if settings.body.kind == "own" else "",
    )
    for text in filter(None, own):
        yield unfolded(text, here), False
    kept = {"memory": settings.memory.directory, "service": settings.service.directory}
    for section, text in kept.items():
        if text and not unfolded(text, here).is_relative_to(STATE):
            raise ConfigurationError(
                f"`{section}.directory` is {text}, but a service can write in {STATE} only."
                " Leave that setting empty."
            )


def unfolded(text: str, here: Installation) -> Path:
    """The path of a setting, as the service would read it."""
    if text == "~" or text.startswith("~/"):
        return here.home / text[2:]
    return here.checkout / text  # as it is when it is absolute


def is_hidden(path: Path) -> bool:
    """Whether a service would not see `path`."""
    return any(path.is_relative_to(folder) for folder in HIDDEN)


def bound_paths(here: Installation, settings: Settings) -> tuple[tuple[Path, bool], ...]:
    """The hidden ones among the needed, none inside another; False: it may be missing."""
    bound: list[tuple[Path, bool]] = []
    for path, must_exist in needed(here, settings):
        if is_hidden(path) and not any(path.is_relative_to(other) for other, _ in bound):
            bound.append((path, must_exist))
    return tuple(bound)


def closed_to_others(here: Installation, settings: Settings) -> Path | None:
    """A file or folder that the service's own user could not read; None when there is none."""
    bound = tuple(path for path, _ in bound_paths(here, settings))
    for path in (here.checkout / "robot" / "__main__.py", here.python, here.base):
        for part in (path, *path.parents):
            mode = part.stat().st_mode
            wanted = stat.S_IROTH | stat.S_IXOTH if part.is_dir() else stat.S_IROTH
            if mode & wanted != wanted:
                return part
            if part in bound:
                break
    return None
