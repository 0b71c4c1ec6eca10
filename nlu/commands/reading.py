"""What a sentence turned out to be, as a command to the body."""

from dataclasses import dataclass
from typing import Literal

from nlu.actions import Action

Doubt = Literal["misheard", "unsure_number"]
"""`misheard`: a word only came near one of the grammar's. Both are read back before moving."""

Unread = Literal["no_command", "negated", "reported", "question", "not_sensible"]
"""Why nothing is done: no words of the grammar; "don't walk"; "she said walk"; "can you walk";
numbers that no body can do anything with."""

AskedBack = Literal["which_number", "which_way", "which_side", "how_far", "how_much"]


@dataclass(frozen=True, slots=True)
class Command:
    """The sentence asks for `action`, in full."""

    action: Action
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear:
    """It asks for one of `choices`; Sori asks which ("fifteen or fifty centimetres?")."""

    question: AskedBack
    choices: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class NotACommand:
    """Nothing to do; the sentence goes on to the language model."""

    why: Unread = "no_command"


Reading = Command | Unclear | NotACommand
