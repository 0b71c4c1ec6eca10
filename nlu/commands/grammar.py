"""The grammar of one language, ready to read sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self, TypeVar

from config.errors import ConfigurationError
from nlu.commands.clauses import reading
from nlu.commands.grammar_file import Amounts, GrammarFile, read_grammar
from nlu.commands.lexicon import NUMBER, Chart, Lexicon, Match, Meaning, presets_of
from nlu.commands.marks import Marks
from nlu.commands.numbers import Numbers
from nlu.commands.orders import AMOUNTS, DIRECTIONS, SIDES, is_emotion, is_head
from nlu.commands.reading import Command, NotACommand, Reading, Unclear, Unread
from nlu.commands.segments import PIECE, Cut, cuts
from nlu.commands.templates import wordings
from nlu.commands.units import COMMA, Units, units

YES, NO = "yes", "no"
_COUNTED = (NUMBER, "percent")
"""Captured numbers that are as they were said."""
_MAX_FORGIVEN_UNITS = 60
"""In a longer sentence nothing is forgiven: it is no command, and would only take time. Nor is it
in a single word, which has nothing around it that would bear it out."""
_WAYS = ("front", "back", "left", "right")
_REASONS: tuple[Unread, ...] = ("question", "reported")
T = TypeVar("T")


class Grammar:
    """Reads the sentences of one language; made by `load`."""

    def __init__(self, file: GrammarFile, amounts: Amounts) -> None:
        numbers = file.numbers
        self._lexicon = Lexicon(
            Numbers(
                numbers.words,
                numbers.scales,
                numbers.joiners,
                numbers.points,
                numbers.adding,
                units_first=numbers.units_first,
            )
        )
        self._amounts = amounts
        self._verb = file.verb
        self._macros = file.macros
        self._dropped = Marks(file.fillers.dropped)
        stills = file.stills
        self._stills: dict[Unread, Marks] = {
            "negated": Marks(stills.negated),
            "not_sensible": Marks(stills.forbidden),
            "reported": Marks(stills.reported),
            "question": Marks(stills.question),
        }
        self._about = Marks(stills.about)
        self._alike: dict[float, float] = {}
        for one, other in numbers.sound_alike:
            self._alike |= {float(one): float(other), float(other): float(one)}
        self._misheard = {
            units(wrong).texts: units(right).texts
            for right, written in file.misheard.items()
            for wrong in written
        }
        self._fill(file)
        self._lexicon.prepare()

    @classmethod
    def load(cls, folder: Path, language: str, amounts: Amounts) -> Self:
        """Read the wordings of `language`; ConfigurationError names what cannot be used."""
        file = read_grammar(folder, language)
        try:
            return cls(file, amounts)
        except ValueError as error:
            raise ConfigurationError(f"{folder / language}.toml: {error}.") from error

    def read(self, text: str, *, in_doubt: bool = False, exactly: bool = False) -> Reading:
        """What `text` asks for; `in_doubt`: the recogniser was not sure of it.

        `exactly`: no word is forgiven for being only near.
        """
        said = units(text)
        if self._stills["not_sensible"].are_in(said):
            return NotACommand("not_sensible")
        spoken = self._dropped.removed(said)
        found = self._read_exactly(spoken, in_doubt=in_doubt)
        if found is None and self._stills["negated"].are_in(said):
            return NotACommand("negated")
        if found is None and not exactly and 1 < len(spoken) <= _MAX_FORGIVEN_UNITS:
            found = self._read_forgiving(spoken, in_doubt=in_doubt)
        if found is None:
            return NotACommand(self._why(said))
        if isinstance(found, Command) and in_doubt and not found.doubts:
            return Command(found.action, ("misheard",))
        return found

    def answer(self, text: str) -> bool | None:
        """Whether `text` is a yes or a no to a read-back, and nothing else."""
        said = units(text)
        chart = Chart(self._lexicon, said)
        found: set[str] = set()
        at = 0
        while at < len(said):
            longest = max(chart.matches("answer", at), key=_weight, default=None)
            if longest is None:
                return None
            found.add(longest.meaning.kind)
            at = longest.end
        if NO in found:
            return False
        return True if YES in found else None

    def _read_exactly(self, said: Units, *, in_doubt: bool) -> Reading | None:
        chart = Chart(self._lexicon, said)
        return self._first(cuts(said, chart), said, in_doubt=in_doubt)

    def _read_forgiving(self, said: Units, *, in_doubt: bool) -> Reading | None:
        mended = self._mended(said)
        chart = Chart(self._lexicon, mended, firm=self._about.places(mended))
        found = self._first(cuts(mended, chart), mended, in_doubt=in_doubt)
        if isinstance(found, Command):
            return Command(found.action, ("misheard",))
        return found if isinstance(found, Unclear) else None

    def _first(self, ways: Iterable[Cut], said: Units, *, in_doubt: bool) -> Reading | None:
        """The reading of the likeliest cut that makes sense; None: words are unknown."""
        orders = False
        for cut in ways:
            found = self._reading(cut.matches, said)
            if isinstance(found, Command) and in_doubt:
                return self._other_number(cut.matches, said, found)
            if found is not None:
                return found
            orders = orders or any(match.meaning.kind == "head" for match in cut.matches)
        return NotACommand("not_sensible") if orders else None  # "turn three metres"

    def _reading(self, matches: tuple[Match, ...], said: Units) -> Reading | None:
        return reading(matches, self._verb, self._amounts, asks=said.asks)

    def _other_number(
        self, matches: tuple[Match, ...], said: Units, found: Command
    ) -> Command | Unclear:
        """Ask back when a number of a doubtful sentence sounds like another."""
        has_number = False
        for place, match in enumerate(matches):
            for at, (name, value) in enumerate(match.captured):
                if name not in _COUNTED or not isinstance(value, float):
                    continue
                has_number = True
                if (other := self._alike.get(value)) is None:
                    continue
                captured = (*match.captured[:at], (name, other), *match.captured[at + 1 :])
                changed = Match(match.end, match.meaning, captured)
                second = self._reading((*matches[:place], changed, *matches[place + 1 :]), said)
                if isinstance(second, Command):
                    return Unclear("which_number", (found.action, second.action))
        return Command(found.action, ("unsure_number",) if has_number else ())

    def _mended(self, said: Units) -> Units:
        """With what recognisers are known to write put right."""
        texts = list(said.texts)
        begins = list(said.begins_word)
        for wrong, right in self._misheard.items():
            for at in range(len(texts) - len(wrong), -1, -1):
                if tuple(texts[at : at + len(wrong)]) == wrong:
                    texts[at : at + len(wrong)] = right
                    begins[at : at + len(wrong)] = [True] * len(right)
        return Units(tuple(texts), tuple(begins), said.asks)

    def _why(self, said: Units) -> Unread:
        """Why a sentence that is no command is none, for whoever reads it next."""
        if not (self._about.are_in(said) or self._names_movement(said)):
            return "no_command"
        for why in _REASONS:
            if self._stills[why].are_in(said):
                return why
        return "question" if said.asks else "no_command"

    def _names_movement(self, said: Units) -> bool:
        chart = Chart(self._lexicon, said)
        return any(
            match.meaning.kind in ("head", "measure") or match.meaning.value in _WAYS
            for at in range(len(said))
            if said.begins_word[at]
            for match in chart.matches(PIECE, at)
        )

    def _fill(self, file: GrammarFile) -> None:
        lexicon = self._lexicon
        for key, phrases in file.heads.items():
            name, presets = presets_of(key)
            _check(is_head(name), f"`heads.{key}`: there is no such action")
            self._add(phrases, Meaning("head", name, presets=presets), PIECE)
        for slot, values in file.slots.items():
            for value, phrases in values.items():
                _check(self._is_value(slot, value), f"`slots.{slot}.{value}` means nothing")
                self._add(phrases, Meaning("slot", slot, value), PIECE, slot)
        for measure, table in file.measures.items():
            for unit, phrases in table.items():
                factor = self._factor(measure, unit)
                self._add(phrases, Meaning("measure", measure, factor), PIECE, measure)
        for part, phrases in file.parts.items():
            self._add(phrases, Meaning("part", part), part)
        for form, moods in file.endings.items():
            for mood, endings in moods.items():
                self._add(endings, Meaning("mood", form, mood), form)
        fillers = file.fillers
        self._add(fillers.said, Meaning("filler"), PIECE, "answer")
        self._add(fillers.dropped, Meaning("filler"), "answer")
        self._add(fillers.request, Meaning("request"), PIECE)
        self._add(fillers.then, Meaning("then"), PIECE)
        self._add(fillers.instead, Meaning("instead"), PIECE)
        self._add(file.answers.yes, Meaning(YES), "answer")
        self._add(file.answers.no, Meaning(NO), "answer")
        for name in (PIECE, "answer"):
            lexicon.add((COMMA,), Meaning("comma"), name)
        unknown = ", ".join(sorted(lexicon.unknown_slots()))
        _check(not unknown, f"nothing fills the slots {unknown}")

    def _add(self, phrases: Iterable[str], meaning: Meaning, *classes: str) -> None:
        for phrase in phrases:
            for wording in wordings(phrase, self._macros):
                self._lexicon.add(wording, meaning, *classes)

    def _is_value(self, slot: str, value: str) -> bool:
        known: Mapping[str, Callable[[str], bool]] = {
            "direction": DIRECTIONS.__contains__,
            "side": SIDES.__contains__,
            "amount": AMOUNTS.__contains__,
            "speed": self._amounts.speeds.__contains__,
            "colour": self._amounts.colours.__contains__,
            "emotion": is_emotion,
            "half": _is_number,
        }
        return slot in known and known[slot](value)

    def _factor(self, measure: str, unit: str) -> float:
        factor = self._amounts.units.factor(measure, unit)
        if factor is None:
            _check(_is_number(unit), f"`measures.{measure}.{unit}`: no such unit in amounts.toml")
            factor = float(unit)
        return factor


def _check(fine: bool, sentence: str) -> None:
    if not fine:
        raise ValueError(sentence)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _weight(match: Match) -> tuple[int, bool, bool]:
    """The longest answer counts; of two as long, the one that says something, and a no first."""
    return match.end, match.meaning.kind in (YES, NO), match.meaning.kind == NO


def served(grammars: Mapping[str, T], language: str) -> Iterator[T]:
    """The grammar of `language` first, then the others."""
    if language in grammars:
        yield grammars[language]
    yield from (grammar for code, grammar in grammars.items() if code != language)
