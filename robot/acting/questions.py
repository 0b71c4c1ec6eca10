"""What Sori asks before it moves, and which of several choices an answer names."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from config.body_phrases import BodyBook, BodyPhrases
from nlu import actions
from nlu.actions import Action, Dance, Gesture, Look, Turn, Volume, Walk
from nlu.commands.reading import AskedBack as Matter
from nlu.commands.reading import Unclear
from robot.acting.sentences import fitted, sentence
from robot.acting.wording import Wording

_NOT_A_LETTER = re.compile(r"[^\w\s]|_")
_KOREAN_ENDINGS = (
    "(?: ?(?:미터|센티미터|센티|도|퍼센트|초|번|걸음|쪽|손))?"
    "(?:(?:으로|로|만|을|를|에|이|가)?(?:요|이요|예요|이에요|입니다|이야|야|해|해요|할래요)?)"
)
"""What may follow the name of a choice without a space; anything else is another word."""
_SAME_WAY = {"front": "forward", "back": "backward"}
"""Directions that have the words of a way to walk."""
_ORDER = ("first", "second", "third")


class Questions:
    """The questions, in every language."""

    def __init__(self, phrases: BodyPhrases) -> None:
        self._phrases = phrases
        self._in = {language: _Asking(book) for language, book in phrases.books.items()}

    def read_back(self, action: Action, language: str, heard_badly: bool = False) -> str:
        """`action` with its numbers, as a question to be answered by yes or no."""
        return self._of(language).read_back(action, heard_badly)

    def dropped(self, action: Action | None, language: str, by_stop: bool = False) -> str:
        """`action` will not be done."""
        return self._of(language).dropped(action, by_stop)

    def too_late(self, language: str) -> str:
        """The yes came too late."""
        return self._phrases.book(language).ask["too_late"]

    def ask_back(self, unclear: Unclear, language: str) -> str:
        """Which one?"""
        return self._of(language).ask_back(unclear)

    def chosen(self, text: str, unclear: Unclear, language: str) -> Action | None:
        """The one choice that `text` names."""
        return self._of(language).chosen(text, unclear)

    def _of(self, language: str) -> "_Asking":
        return self._in.get(language) or _Asking(self._phrases.book(language))


class _Asking:
    """The questions of one language."""

    def __init__(self, book: BodyBook) -> None:
        self._book = book
        self._wording = Wording(book)

    def read_back(self, action: Action, heard_badly: bool) -> str:
        template = self._book.ask["heard" if heard_badly else "any"]
        return sentence(template, do=self._wording.planned(action).do)

    def dropped(self, action: Action | None, by_stop: bool) -> str:
        ask = self._book.ask
        if action is None:
            return self._book.done["still"] if by_stop else ask["left_alone"]
        template = ask["dropped_by_stop" if by_stop else "dropped"]
        return sentence(template, do=self._wording.planned(action).do)

    def ask_back(self, unclear: Unclear) -> str:
        ask = self._book.ask
        labels = [self._label(part, unclear.question) for part in _differing(unclear.choices)]
        if len(set(labels)) < 2:
            return ask[f"{unclear.question}_open"]
        if ask["unit_said"] == "once":
            labels = _with_last_unit_only(labels)
        labels = [fitted(ask["choice"].format(choice=label)) for label in labels]
        choices = self._book.lists["comma"].join(labels[:-1]) + ask["last_choice"] + labels[-1]
        return sentence(ask[unclear.question], choices=choices)

    def chosen(self, text: str, unclear: Unclear) -> Action | None:
        """The choice that `text` names, if it is one alone; "fifty five" does not name fifty."""
        said = _normal(text)
        spans = [
            (start, end, place)
            for place, part in enumerate(_differing(unclear.choices))
            for name in (*self._names(part, unclear.question), *self._order_words(place))
            for start, end in _places(said, _normal(name))
        ]
        named = {
            place
            for start, end, place in spans
            if not any(a <= start and end <= b and b - a > end - start for a, b, _ in spans)
        }
        return unclear.choices[named.pop()] if len(named) == 1 else None

    def _order_words(self, place: int) -> tuple[str, ...]:
        return self._book.order_words[_ORDER[place]] if place < len(_ORDER) else ()

    def _label(self, choice: Action, matter: Matter) -> str:
        """What tells the choice from the others."""
        if matter in ("which_way", "which_side"):
            ways = list(self._ways(choice))
            if ways:
                return self._book.ask.get(ways[0], ways[0])
        return self._amount(choice) or self._wording.planned(choice).do

    def _names(self, choice: Action, matter: Matter) -> Iterator[str]:
        """Every way to name the choice."""
        label = self._label(choice, matter)
        yield label
        if matter in ("which_way", "which_side"):
            for way in self._ways(choice):
                yield from self._book.way_words.get(way, ())
            return
        number, _, unit = label.rpartition(" ")
        if number and unit:
            yield number
        if (count := _count(choice)) is not None:
            yield str(count)
            yield self._wording.measures.count(count)
            yield self._wording.measures.times(count)

    def _ways(self, choice: Action) -> Iterator[str]:
        match choice:
            case Walk(dx_m=dx_m, dy_m=dy_m):
                along = ("forward" if dx_m > 0 else "backward") if dx_m else ""
                yield along or ("left" if dy_m > 0 else "right")
            case Turn(angle_rad=angle_rad):
                yield "left" if angle_rad > 0 else "right"
            case Gesture(side=side) if side is not None:
                yield side
            case Gesture(direction=direction) | Look(direction=direction) if direction is not None:
                way = _SAME_WAY.get(direction, direction)
                yield way if way in self._book.way_words else self._book.look[direction]

    def _amount(self, choice: Action) -> str:
        measures = self._wording.measures
        match choice:
            case Walk(dx_m=dx_m, dy_m=dy_m):
                return measures.distance(max(abs(dx_m), abs(dy_m)), exact=True)
            case Turn(angle_rad=angle_rad):
                return measures.angle(angle_rad, exact=True)
            case Volume(percent=percent):
                return measures.percent(abs(percent))
            case Dance(seconds=seconds):
                return measures.time(seconds)
            case Gesture(repeat=repeat):
                return measures.times(repeat)
        return ""


def _differing(choices: Sequence[Action]) -> Sequence[Action]:
    """Of sequences the first step in which they differ, otherwise the choices themselves."""
    sequences = [choice for choice in choices if isinstance(choice, actions.Sequence)]
    if len(sequences) < len(choices):
        return choices
    for steps in zip(*(sequence.steps for sequence in sequences), strict=False):
        if len(set(steps)) > 1:
            return steps
    return choices


def _count(choice: Action) -> int | None:
    """The number of a choice as it may stand in a transcript."""
    match choice:
        case Walk(dx_m=dx_m, dy_m=dy_m):
            centimetres = round(100 * max(abs(dx_m), abs(dy_m)))
            whole, rest = divmod(centimetres, 100)
            return centimetres if whole == 0 else whole if rest == 0 else None
        case Turn(angle_rad=angle_rad):
            return round(abs(angle_rad) * 57.29578)
        case Volume(percent=percent):
            return abs(percent)
        case Dance(seconds=seconds):
            return round(seconds)
        case Gesture(repeat=repeat):
            return repeat
    return None


def _with_last_unit_only(labels: Sequence[str]) -> list[str]:
    """ "fifteen", "fifty centimetres": the unit that all end with is said once."""
    words = [label.split() for label in labels]
    least = min(map(len, words)) - 1  # a number at least stays
    shared = 0
    while shared < least and len({tuple(said[-shared - 1 :]) for said in words}) == 1:
        shared += 1
    if shared == 0:
        return list(labels)
    return [*(" ".join(said[:-shared]) for said in words[:-1]), labels[-1]]


def _normal(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(_NOT_A_LETTER.sub(" ", plain).split())


def _places(said: str, name: str) -> Iterator[tuple[int, int]]:
    """Where `name` stands in `said`: as whole words, but in Korean with any ending."""
    if not name:
        return
    is_korean = "가" <= name[-1] <= "힣"
    if is_korean:
        words = " ?".join(map(re.escape, name.split()))
        pattern = rf"(?<![가-힣]){words}(?={_KOREAN_ENDINGS}(?![가-힣]))"
    else:
        pattern = rf"\b{re.escape(name)}\b"
    for found in re.finditer(pattern, said):
        yield found.span()
