"""Settings as a TOML file that says what is not as it was delivered."""

import msgspec

from config.leaves import Leaf, leaves
from config.settings import Settings


def as_toml(settings: Settings, delivered: Settings) -> str:
    """Every setting; what differs from `delivered` is marked. The text is a valid settings file."""
    values, usual = leaves(settings), leaves(delivered)
    sections: dict[str, list[str]] = {}
    for name, value in values.items():
        if name == "route":
            continue
        section, _, key = name.rpartition(".")
        line = _line(key, value, None if value == usual[name] else _toml(usual[name]))
        sections.setdefault(section, []).append(line)
    lines = [line for name, inner in sections.items() for line in ("", f"[{name}]", *inner)]
    for route, usual_route in _beside(settings, delivered):
        lines += ["", "[[route]]" + ("" if route == usual_route else "  # changed")]
        lines += [_line(name, getattr(route, name), None) for name in route.__struct_fields__]
    return "\n".join(lines).strip("\n")


def _beside(
    settings: Settings, delivered: Settings
) -> list[tuple[msgspec.Struct, msgspec.Struct | None]]:
    usual: list[msgspec.Struct | None] = [*delivered.route]
    usual += [None] * len(settings.route)
    return list(zip(settings.route, usual, strict=False))


def _line(key: str, value: Leaf, usual: str | None) -> str:
    line = f"{key} = {_toml(value)}"
    return line if usual is None else f"{line}  # changed; delivered as {usual}"


def _toml(value: Leaf) -> str:
    match value:
        case dict():
            inner = ", ".join(f"{_toml(key)} = {_toml(item)}" for key, item in value.items())
            return "{ " + inner + " }" if inner else "{}"
        case list() | tuple():
            return f"[{', '.join(_toml(item) for item in value)}]"
        case _:  # JSON's numbers, truths and texts are TOML's, but for one character
            return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
