"""Read settings from TOML; name the file, the line and the nearest key of every fault."""

import stat
import tomllib
from collections import Counter
from pathlib import Path

import msgspec

from config.errors import ConfigurationError
from config.faults import explain_toml, explain_value, line_of, not_finite
from config.settings import Settings

CONFIG_DIRECTORY = Path(__file__).resolve().parent
DEFAULT_FILE = CONFIG_DIRECTORY / "sori.toml"
MAX_FILE_BYTES = 1_000_000
"""A settings file is a few kilobytes; anything larger is a mistake."""


def load(path: Path | None = None) -> Settings:
    """Settings of `path`, or the built-in ones.

    Raises ConfigurationError with file and line for anything that is not a valid setting.
    """
    file = path or DEFAULT_FILE
    text = read_text(file, "settings file")
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: also of a number of 5,000 digits
        raise ConfigurationError(explain_toml(file, text, error)) from error
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise ConfigurationError(explain_value(file, text, str(error))) from error
    if name := not_finite(settings):
        section, _, key = name.rpartition(".")
        where = line_of(text, section, key)
        raise ConfigurationError(f"{file}:{where}: `{name}`: this must be a finite number.")
    _check_together(file, settings)
    return settings


def read_text(file: Path, what: str) -> str:
    """The text of a small UTF-8 file, or a ConfigurationError that says what is wrong with it."""
    try:
        # A pipe would be waited for without end, and a device may never end.
        if not stat.S_ISREG(file.stat().st_mode):
            raise ConfigurationError(f"{file}: cannot read this {what}: it is no file.")
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
        if len(content) > MAX_FILE_BYTES:
            raise ConfigurationError(f"{file}: a {what} of over 1 MB cannot be meant.")
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: this {what} is not UTF-8 text. Save it as UTF-8.") from (
            error
        )
    except OSError as error:
        raise ConfigurationError(
            f"{file}: cannot read this {what}: {error.strerror}. Check the path."
        ) from error
    except ValueError as error:
        raise ConfigurationError(f"{file!s:.200}: no {what} can have this name: {error}.") from (
            error
        )


def _check_together(file: Path, settings: Settings) -> None:
    """What no single value shows: settings that contradict each other."""
    language = settings.language
    if not language.served:
        raise ConfigurationError(f"{file}: `language.served` is empty; name at least one language.")
    if twice := [code for code, n in Counter(language.served).items() if n > 1]:
        raise ConfigurationError(f"{file}: `language.served` names `{twice[0]}` twice.")
    if language.default not in language.served:
        raise ConfigurationError(
            f"{file}: `language.default` is `{language.default}`, which is not among"
            f" `language.served` ({', '.join(language.served)})."
        )
    answered = Counter(code for route in settings.route for code in route.languages)
    if twice := [code for code, n in answered.items() if n > 1]:
        raise ConfigurationError(f"{file}: more than one [[route]] answers `{twice[0]}`; keep one.")
    for code in language.served:
        if not any(code in route.languages or "*" in route.languages for route in settings.route):
            raise ConfigurationError(
                f'{file}: no [[route]] answers `{code}`. Add one, or one with languages = ["*"].'
            )
    chat = settings.chat
    if chat.max_reply_tokens > chat.context_tokens // 2:
        raise ConfigurationError(
            f"{file}: `chat.max_reply_tokens` ({chat.max_reply_tokens}) leaves no room for the"
            f" question in `chat.context_tokens` ({chat.context_tokens}); keep it under half."
        )
