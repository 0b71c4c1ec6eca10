"""What goes between Sori and the process of a language model: one JSON object a line.

The process reads a `Question` a line on its standard input and writes an `Answer` a line on its
standard output. The first question is `Open`, the first answer `Opened` or `NotOpened`.
"""

import msgspec

from config.settings import ChatSettings


class Open(msgspec.Struct, frozen=True, tag=True):
    """Load these files, which were checked."""

    path: str
    adapters: dict[str, str]
    """Name -> path."""
    context_tokens: int
    settings: ChatSettings


class Ask(msgspec.Struct, frozen=True, tag=True):
    """Go on after `tokens`; ends whatever was asked before."""

    id: int
    tokens: list[int]
    max_tokens: int
    max_s: float
    adapter: str = ""
    scale: float = 1.0
    grammar: str | None = None
    """What the text must keep to; then adapters are not worn."""


class Warm(msgspec.Struct, frozen=True, tag=True):
    """Evaluate this beginning of a prompt until something is asked; has no answer."""

    tokens: list[int]
    adapter: str
    scale: float


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """End whatever was asked before."""


class Spell(msgspec.Struct, frozen=True, tag=True):
    """Token ids of a text, please; answered at once, whatever else goes on."""

    id: int
    text: str


class Opened(msgspec.Struct, frozen=True, tag=True):
    """The model is loaded."""

    bos: int
    eos: int


class NotOpened(msgspec.Struct, frozen=True, tag=True):
    """It cannot be, and why."""

    message: str


class Said(msgspec.Struct, frozen=True, tag=True):
    """The next piece of a reply."""

    id: int
    text: str


class Ended(msgspec.Struct, frozen=True, tag=True):
    """A reply is over."""

    id: int


class Failed(msgspec.Struct, frozen=True, tag=True):
    """What was asked for cannot be had: the code and the message of the error."""

    id: int
    code: str
    message: str


class Spelled(msgspec.Struct, frozen=True, tag=True):
    """The token ids of a text."""

    id: int
    tokens: list[int]


class Alive(msgspec.Struct, frozen=True, tag=True):
    """Still at work: loading, evaluating, decoding."""


Question = Open | Ask | Warm | Cancel | Spell
Answer = Opened | NotOpened | Said | Ended | Failed | Spelled | Alive
