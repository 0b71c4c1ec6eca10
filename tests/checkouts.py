"""A folder that looks like Sori's checkout to systemd, which checks that the program is there."""

from pathlib import Path

from robot.service_unit.sight import Installation


def a_checkout(folder: Path) -> Installation:
    """Make one."""
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/bin/true")
    (folder / "docs").mkdir()
    (folder / "docs" / "service.md").touch()
    return Installation(folder, python, Path("/usr"), Path("/home/mina"))
