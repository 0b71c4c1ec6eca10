"""`sori service install` and `remove`: what they write, keep, refuse and take away."""

import os
from pathlib import Path

import pytest

from config.load import DEFAULT_FILE
from config.settings import Settings
from robot.command_line import main
from robot.service_unit import files
from robot.service_unit.errors import UnitError
from robot.service_unit.sight import closed_to_others
from tests.checkouts import a_checkout

ROOT = Path(__file__).resolve().parent.parent
UNIT = Path("etc/systemd/system/sori.service")


def install(root: Path, *more: str) -> int:
    return main(["service", "install", "--root", str(root), *more])


def test_install_shows_next_steps_and_remove_undoes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert install(tmp_path) == 0
    unit, settings = tmp_path / UNIT, tmp_path / "etc/sori/sori.toml"
    assert "enable --now sori" in capsys.readouterr().err
    assert settings.read_text("utf-8") == DEFAULT_FILE.read_text("utf-8")
    assert [oct(file.stat().st_mode & 0o777) for file in (unit, settings)] == ["0o644"] * 2
    main(["service", "show"])
    assert capsys.readouterr().out == unit.read_text("utf-8")
    link = unit.parent / "multi-user.target.wants" / "sori.service"
    link.parent.mkdir()
    link.symlink_to("/etc/systemd/system/sori.service")
    assert main(["service", "remove", "--root", str(tmp_path)]) == 0
    assert not unit.exists()
    assert not link.is_symlink()
    assert settings.exists()
    assert main(["service", "remove", "--root", str(tmp_path)]) == 0
    assert "nothing was removed" in capsys.readouterr().err


def test_a_unit_that_was_changed_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    assert install(tmp_path) == 0
    unit = tmp_path / UNIT
    written = unit.read_text("utf-8")
    for number in (1, 2):
        unit.write_text(f"# my own, {number}\n", "utf-8")
        assert install(tmp_path) == 0
        assert unit.read_text("utf-8") == written
    kept = [unit.with_name(f"sori.service.bak-{number}") for number in (1, 2)]
    assert [file.read_text("utf-8") for file in kept] == ["# my own, 1\n", "# my own, 2\n"]
    assert install(tmp_path) == 0
    assert sorted(unit.parent.iterdir()) == sorted([unit, *kept])


def test_settings_that_are_there_stay_and_count(tmp_path: Path) -> None:
    settings = tmp_path / "etc/sori/sori.toml"
    settings.parent.mkdir(parents=True)
    text = DEFAULT_FILE.read_text("utf-8").replace('"simulated" ', '"unitree" ')
    settings.write_text(text, "utf-8")
    assert install(tmp_path) == 0
    assert settings.read_text("utf-8") == text
    assert "192.168.123.0/24" in (tmp_path / UNIT).read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--net", "everywhere"], 2, "is no network"),
        (["--net", "0.0.0.0/0"], 3, "whole internet"),
        (["--config", "/etc/missing.toml"], 2, "missing.toml"),
    ],
)
def test_nothing_is_written_when_something_is_wrong(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    words: str,
) -> None:
    assert install(tmp_path, *arguments) == code
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert install(tmp_path, "--dry-run") == 0
    assert capsys.readouterr().out.startswith(files.MARK)
    assert main(["service", "remove", "--root", str(tmp_path), "--dry-run"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_foreign_and_masked_units_are_left_alone(tmp_path: Path) -> None:
    unit = tmp_path / "sori.service"
    unit.write_text("[Service]\n", "utf-8")
    with pytest.raises(UnitError, match="by hand"):
        files.remove(unit)
    unit.unlink()
    unit.symlink_to("/dev/null")
    with pytest.raises(UnitError, match="masked"):
        files.write(unit, "x")
    assert Path("/dev/null").exists()


def test_a_checkout_that_the_service_may_not_read_is_named(tmp_path: Path) -> None:
    here = a_checkout(tmp_path / "sori")
    (here.checkout / "robot").mkdir()
    program = here.checkout / "robot" / "__main__.py"
    program.touch(0o644)
    for folder in (here.checkout, *here.python.parents[:2], program.parent):
        folder.chmod(0o755)
    assert closed_to_others(here, Settings()) is None
    program.chmod(0o600)
    assert closed_to_others(here, Settings()) == program
    program.chmod(0o644)
    here.checkout.chmod(0o700)
    assert closed_to_others(here, Settings()) == here.checkout


@pytest.mark.parametrize("what", ["install", "remove"])
def test_who_may_not_is_told_the_line_that_may(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(65_534)
        assert main(["service", what, "--net", "10.0.0.0/24"]) == 3
    finally:
        if is_root:
            os.seteuid(0)
    wanted = f"sudo {ROOT}/sori service {what} --net 10.0.0.0/24"
    assert wanted in capsys.readouterr().err


def test_root_has_no_desktop(capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        assert main(["service", "install", "--user"]) == 3
        assert "without sudo" in capsys.readouterr().err
