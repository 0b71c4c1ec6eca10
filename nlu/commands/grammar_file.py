"""The data of spoken commands: one file a language, and one with the amounts they mean.

`config/commands/<language>.toml` holds wordings, `config/commands/amounts.toml` what "a step", "a
little" and "slowly" come to, for all languages. docs/commands.md says how to add to them.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from config.data_file import read_data
from config.load import CONFIG_DIRECTORY

COMMANDS_DIRECTORY = CONFIG_DIRECTORY / "commands"

Phrases = tuple[str, ...]
Positive = Annotated[float, Meta(gt=0)]
Byte = Annotated[int, Meta(ge=0, le=255)]
Mood = Literal["order", "request", "then", "instead", "negated"]


class NumberWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a language counts."""

    words: dict[str, Phrases]
    """Number (`12`, `0.5`) to its words."""
    scales: dict[str, Phrases]
    """What is multiplied by the number before it."""
    joiners: Phrases = ()
    """Said between the parts of a number: hundred *and* five."""
    points: Phrases = ()
    adding: tuple[int, ...] = ()
    units_first: bool = False
    sound_alike: tuple[tuple[int, int], ...] = ()
    """Numbers that a recogniser takes for each other, once it is in doubt."""


class Fillers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words that change nothing."""

    dropped: Phrases = ()
    """Single words, taken out before anything is read."""
    said: Phrases = ()
    """Phrases around a command: `hey sori`, `for me`."""
    request: Phrases = ()
    """Before a command: `could you`. They make an order of a question."""
    then: Phrases = ()
    instead: Phrases = ()
    """After what is not meant: `왼쪽 말고`."""


class Stills(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words of sentences that are no commands. `~` at an end: other syllables may follow there."""

    negated: Phrases
    forbidden: Phrases
    """No voice may ask for this: what stands in such a sentence is not looked at."""
    reported: Phrases = ()
    question: Phrases = ()
    about: Phrases = ()
    """Words about movement that are no orders: `walked`. They are never taken for misheard."""


class Answers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers to a read-back."""

    yes: Phrases
    no: Phrases


class GrammarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wordings of one language."""

    verb: Literal["first", "last"]
    """Where the verb of an order stands: two orders without "and" are parted there."""
    numbers: NumberWords
    fillers: Fillers
    stills: Stills
    answers: Answers
    heads: dict[str, Phrases]
    """What is asked for: `walk`, `gesture.wave`, `turn:angle=180`."""
    slots: dict[str, dict[str, Phrases]]
    """What may stand beside it in any order: `direction`, `side`, `emotion`."""
    measures: dict[str, dict[str, Phrases]]
    """Amounts, `{n}` in them a number: `distance`, `angle`; by unit, or by the amount itself."""
    macros: dict[str, str] = {}
    """Pieces of wordings by name, put in where `{name}` stands."""
    parts: dict[str, Phrases] = {}
    """The same for long ones: looked up, not put in, which keeps the wordings few."""
    endings: dict[str, dict[Mood, Phrases]] = {}
    """Korean: what follows the forms of a verb, and what it makes of the order."""
    misheard: dict[str, Phrases] = {}
    """What was said: how a recogniser writes it."""


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one of a unit is, in metres, degrees, seconds, times, per cent."""

    distance: dict[str, Positive]
    angle: dict[str, Positive]
    seconds: dict[str, Positive]
    count: dict[str, Positive]
    percent: dict[str, Positive]

    def factor(self, measure: str, unit: str) -> float | None:
        """The factor of a unit, or None when it is not one."""
        table: dict[str, float] = getattr(self, measure, {})
        return table.get(unit)


class Usual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is meant when no amount is said."""

    walk_m: Positive
    step_m: Positive
    turn_deg: Positive
    dance_s: Positive
    walk_mps: Positive
    """For "walk for five seconds"."""
    volume_percent: Positive


class Little(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What "a little" is; and, of the volume, "a lot"."""

    walk_m: Positive
    turn_deg: Positive
    volume_percent: Positive
    much_volume_percent: Positive


class Sense(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is past these was misheard or is a joke: it is not even asked about."""

    max_distance_m: Positive
    max_angle_deg: Positive
    max_seconds: Positive
    max_count: Positive
    doubtful_log_probability: Annotated[float, Meta(le=0)]
    """A transcript less sure than this is heard with doubt."""


class Amounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers behind the words, the same in all languages."""

    units: Units
    usual: Usual
    little: Little
    sense: Sense
    speeds: dict[str, Positive]
    colours: dict[str, tuple[Byte, Byte, Byte]]


def read_grammar(folder: Path, language: str) -> GrammarFile:
    """One language's wordings; ConfigurationError when they cannot be used."""
    return read_data(folder / f"{language}.toml", GrammarFile, "list of commands")


def read_amounts(folder: Path) -> Amounts:
    """The amounts; ConfigurationError when they cannot be used."""
    return read_data(folder / "amounts.toml", Amounts, "list of commands")
