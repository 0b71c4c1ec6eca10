"""Settings for a Sori that is run beside others: its memory and its state are its own."""

from pathlib import Path

from config.load import DEFAULT_FILE


def own_settings(folder: Path, more: str = "", *, greets: bool = False) -> Path:
    """The built-in settings with memory, token and a free port in `folder`; `more` lines of TOML.

    `more` may begin with keys of `[service]`.
    """
    own = f"""
[speech]
greeting = {str(greets).lower()}
[memory]
directory = "{folder / "kept"}"
[service]
port = 0
directory = "{folder / "state"}"
"""
    file = folder / "sori.toml"
    file.write_text(DEFAULT_FILE.read_text("utf-8") + own + more, encoding="utf-8")
    return file
