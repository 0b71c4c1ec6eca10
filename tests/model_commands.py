"""Calls `sori models` with settings of its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from config.load import DEFAULT_FILE
from robot.command_line import main

Sori = Callable[..., tuple[int, list[dict[str, object]], str]]


def settings_in(folder: Path) -> Path:
    """Settings whose models lie in `own`, and whose catalogue is empty."""
    file = folder / "sori.toml"
    paths = f'directory = "{folder}/own"\ncatalogue = "{folder}/catalogue.toml"\n'
    file.write_text(DEFAULT_FILE.read_text("utf-8") + f"\n[models]\n{paths}", "utf-8")
    (folder / "catalogue.toml").write_text("")
    return file


def caller(settings: Path, capsys: pytest.CaptureFixture[str]) -> Sori:
    """Calls `sori models ... --json`; gives the exit code, stdout's objects, and stderr."""

    def call(*arguments: str) -> tuple[int, list[dict[str, object]], str]:
        code = main(["models", *arguments, "--json", "--config", str(settings)])
        output = capsys.readouterr()
        return code, [json.loads(line) for line in output.out.splitlines()], output.err

    return call
