"""Settings as single values by their dotted names, for comparing and for showing them."""

from typing import TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
Leaf = object
"""A number, a text, a truth, a list of them, a table of texts, or all routes together."""


def leaves(settings: msgspec.Struct, section: str = "") -> dict[str, Leaf]:
    """Every value by its name (`chat.temperature`), in the order of the settings."""
    found: dict[str, Leaf] = {}
    for name in settings.__struct_fields__:
        value: object = getattr(settings, name)
        if isinstance(value, msgspec.Struct):
            found |= leaves(value, f"{section}{name}.")
        else:
            found[f"{section}{name}"] = value
    return found


def with_leaf(settings: S, name: str, value: Leaf) -> S:
    """`settings` with one value changed; `value` must come from the same place of others."""
    first, _, rest = name.partition(".")
    if rest:
        value = with_leaf(getattr(settings, first), rest, value)
    return msgspec.structs.replace(settings, **{first: value})
