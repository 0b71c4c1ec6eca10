"""Where a fault of a settings file stands, and what was probably meant."""

import difflib
import re
from pathlib import Path

import msgspec
from msgspec import inspect

from config.settings import Settings

_UNKNOWN_KEY = re.compile(r"unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<path>[^`]*)`)?")
_MISSING_KEY = re.compile(r"missing required field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<path>.*)`)?")
_BAD_CHOICE = re.compile(r"^Invalid enum value (?P<value>.*) - at `\$\.?(?P<path>[^`]*)`$", re.S)
_BAD_VALUE = re.compile(r"^(?P<reason>.*) - at `\$\.?(?P<path>[^`]*)`$", re.S)
_INDEX = re.compile(r"\[([^\]]*)\]")
_HEADER = re.compile(r"\s*(\[+)\s*([^\]]+?)\s*\]+")
_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_MOST_SHOWN_CHARACTERS = 40


def explain_value(file: Path, text: str, message: str) -> str:
    """One sentence for what msgspec says of the settings in `text`, with its line."""
    message = message.replace("[...]", "")  # some value of a table
    if unknown := _UNKNOWN_KEY.search(message):
        key, path = unknown["key"], unknown["path"] or ""
        known = _keys_at(path)
        where = line_of(text, path, key)
        return f"{file}:{where}: unknown key `{key}`. {_meant(key, known, 'Known here')}"
    if missing := _MISSING_KEY.search(message):
        path = missing["path"] or ""
        return f"{file}:{line_of(text, path, '')}: `{path}`: `{missing['key']}` is missing; add it."
    if choice := _BAD_CHOICE.match(message):
        path, value = choice["path"], choice["value"].strip("'\"")
        shown = value[:_MOST_SHOWN_CHARACTERS]
        hint = _meant(value, _choices_at(path), "One of")
        return f"{file}:{_line_of_path(text, path)}: `{path}`: there is no `{shown}`. {hint}"
    if bad := _BAD_VALUE.match(message):
        path, reason = bad["path"], bad["reason"]
        reason = reason.replace("`object`", "`table`")  # as TOML calls it
        return f"{file}:{_line_of_path(text, path)}: `{path}`: {reason}."
    return f"{file}: {message}."


def explain_toml(file: Path, text: str, error: Exception) -> str:
    """One sentence for what the TOML reader says, with its line where it names one."""
    if isinstance(error, RecursionError):
        return f"{file}: this is not valid TOML: it is nested too deeply."
    message = str(error)
    if (place := _TOML_PLACE.search(message)) is None:
        return f"{file}: this is not valid TOML: {message.partition(';')[0]}."
    line = int(place["line"]) if place["line"] else max(1, len(text.splitlines()))
    said = message[: place.start()]
    return f"{file}:{line}: this is not valid TOML: {said}."


def line_of(text: str, section: str, key: str) -> int:
    """The 1-based line of `key` in `section` (`chat`, `body.ros2`, `route[1]`).

    Keys may be dotted (`ros2.domain` under `[body]`) or stand in an inline table, whose line is
    given then. The section's line, or 1, when the key is not found.
    """
    wanted = f"{_INDEX.sub('', section)}.{key}".strip(".")
    index = next((int(n) for n in _INDEX.findall(section) if n.isdecimal()), None)
    found, found_length, current, seen = 1, 0, "", -1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            current = _plain(header[2])
            is_array = header[1] == "[["
            seen += is_array and current == _INDEX.sub("", section)
            here = current
        elif "=" in line and not line.lstrip().startswith("#"):
            here = f"{current}.{_plain(line.partition('=')[0])}".strip(".")
        else:
            continue
        if index is not None and current == _INDEX.sub("", section) and seen != index:
            continue
        # The longest part of the name that is found: the key, else the table it stands in.
        if len(here) > found_length and f"{wanted}.".startswith(f"{here}."):
            found, found_length = number, len(here)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s\"']", "", name)


def _line_of_path(text: str, path: str) -> int:
    section, _, key = path.rpartition(".")
    name = _INDEX.sub("", key)
    # An index at the end names a value in a list, or a whole [[table]].
    return line_of(text, path, "") if not section and name != key else line_of(text, section, name)


def _meant(word: str, known: list[str], introduction: str) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    listed = f"{introduction}: {', '.join(known)}." if known else ""
    if not near:
        return listed
    return f"Did you mean `{near[0]}`?" + (f" {listed}" if introduction == "One of" else "")


def _keys_at(path: str) -> list[str]:
    kind = _kind_at(path)
    return [field.name for field in kind.fields] if isinstance(kind, inspect.StructType) else []


def _choices_at(path: str) -> list[str]:
    kind = _kind_at(path)
    return [str(value) for value in kind.values] if isinstance(kind, inspect.LiteralType) else []


def _kind_at(path: str) -> inspect.Type:
    """What may stand at `path` (`body.kind`, `route[0]`)."""
    kind = inspect.type_info(Settings)
    for name in filter(None, re.split(r"[.\[]", path)):
        match kind:
            case inspect.StructType():
                fields = {field.name: field.type for field in kind.fields}
                kind = fields.get(name, inspect.AnyType())
            case inspect.VarTupleType() | inspect.ListType():
                kind = kind.item_type
            case inspect.DictType():
                kind = kind.value_type
    return kind


def not_finite(settings: msgspec.Struct, path: str = "") -> str | None:
    """The name of a number that is none or endless; no limit of a field catches all of these."""
    for name in settings.__struct_fields__:
        value: object = getattr(settings, name)
        items = value if isinstance(value, tuple) else (value,)
        for at, item in enumerate(items):
            inner = f"{path}{name}" + (f"[{at}]" if isinstance(value, tuple) else "")
            if isinstance(item, msgspec.Struct):
                if found := not_finite(item, f"{inner}."):
                    return found
            elif isinstance(item, float) and item - item != 0.0:
                return inner
    return None
