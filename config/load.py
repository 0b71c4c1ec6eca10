"""Read settings from TOML; name the file, the line and the nearest key of every fault."""

import difflib
import re
import tomllib
from pathlib import Path

import msgspec

from config.errors import ConfigurationError
from config.settings import Settings

CONFIG_DIRECTORY = Path(__file__).resolve().parent
DEFAULT_FILE = CONFIG_DIRECTORY / "sori.toml"
MAX_FILE_BYTES = 1_000_000
"""A settings file is a few kilobytes; anything larger is a mistake."""

_UNKNOWN_KEY = re.compile(r"unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<path>[^`]*)`)?")
_BAD_VALUE = re.compile(r"^(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`$")


def load(path: Path | None = None) -> Settings:
    """Settings of `path`, or the built-in ones.

    Raises ConfigurationError with file and line for anything that is not a valid setting.
    """
    file = path or DEFAULT_FILE
    text = read_text(file, "settings file")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: this is not valid TOML: {error}.") from error
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        raise ConfigurationError(_explain(file, text, str(error))) from error
    _check_together(file, settings)
    return settings


def read_text(file: Path, what: str) -> str:
    """The text of a small UTF-8 file, or a ConfigurationError that says what is wrong with it."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise ConfigurationError(f"{file}: a {what} of over 1 MB cannot be meant.")
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file}: this {what} is not UTF-8 text. Save it as UTF-8.") from (
            error
        )
    except OSError as error:
        raise ConfigurationError(
            f"{file}: cannot read this {what}: {error.strerror}. Check the path."
        ) from error


def _explain(file: Path, text: str, message: str) -> str:
    if unknown := _UNKNOWN_KEY.search(message):
        key, path = unknown["key"], unknown["path"] or ""
        known = _keys_at(path)
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"Known here: {', '.join(known)}."
        return f"{file}:{_line(text, path, key)}: unknown key `{key}`. {hint}"
    if bad := _BAD_VALUE.match(message):
        section, _, key = bad["path"].rpartition(".")
        where = _line(text, section, key.split("[")[0])
        return f"{file}:{where}: `{bad['path']}`: {bad['reason']}."
    return f"{file}: {message}."


def _keys_at(path: str) -> list[str]:
    kind: object = Settings
    for name in re.sub(r"\[[^\]]*\]", "", path).split("."):
        if not name:
            continue
        fields = {field.name: field.type for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]  # every step down is a Section
        kind = fields[name]
        arguments = getattr(kind, "__args__", ())  # tuple[RouteSettings, ...] -> RouteSettings
        kind = arguments[0] if arguments else kind
    return [field.name for field in msgspec.structs.fields(kind)]  # type: ignore[arg-type]  # as above


def _line(text: str, section: str, key: str) -> int:
    """The 1-based line of `key` under `[section]`; the section's, or 1, when it is not found."""
    wanted = re.sub(r"\[[^\]]*\]", "", section)
    found = 1
    current = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*([^\]\s]+)\s*\]+", line):
            current = header[1]
            if current in (wanted, key):
                found = number
        elif current == wanted and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return found


def _check_together(file: Path, settings: Settings) -> None:
    """What no single value shows: settings that contradict each other."""
    language = settings.language
    if not language.served:
        raise ConfigurationError(f"{file}: `language.served` is empty; name at least one language.")
    if language.default not in language.served:
        raise ConfigurationError(
            f"{file}: `language.default` is `{language.default}`, which is not among"
            f" `language.served` ({', '.join(language.served)})."
        )
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
