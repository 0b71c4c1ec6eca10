"""The wishes of one language, ready to be found in sentences."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from config.errors import ConfigurationError
from config.preferences import MOST_NAME_CHARACTERS
from nlu.care.factoring import Choices
from nlu.care.names import MOST_SYLLABLES, MOST_WORDS, NAME, NAME_SLOTS, Names, is_syllable, spelled
from nlu.care.wish_chart import Beginnings, WishChart
from nlu.care.wish_file import NAMES, WishFile, read_wishes, wish_of
from nlu.care.wishes import About, AskPreference, ChangePreference, Wish
from nlu.commands.grammar_file import COMMANDS_DIRECTORY, NumberWords, read_grammar
from nlu.commands.lexicon import Lexicon, Match, Meaning
from nlu.commands.marks import Marks
from nlu.commands.numbers import Numbers
from nlu.commands.segments import PIECE, Cut, cuts
from nlu.commands.templates import wordings
from nlu.commands.units import COMMA, Units, units

_MOST_UNITS = 80
"""A longer sentence is no wish."""
_FORGIVEN_UNITS = (5, 40)
"""Of a sentence in which a word may be misheard: enough others must bear it out."""
_FORGIVEN_WORDS = 3
_MOST_MISHEARD = 2
_REFUSED = frozenset(["negated", "instead"])
_WISHES = frozenset(["wish", "order", "question"])
_POLITE = frozenset(["request", "question"])
"""With these a question mark makes no question of a wish."""


class WishGrammar:
    """Reads the sentences of one language; made by `load`."""

    def __init__(self, file: WishFile, numbers: NumberWords) -> None:
        counting = Numbers(
            numbers.words,
            numbers.scales,
            numbers.joiners,
            numbers.points,
            numbers.adding,
            units_first=numbers.units_first,
        )
        self._lexicon = Lexicon(counting)
        self._choices = Choices(file.macros)
        self._names = Names(file.no_names, file.whole_names)
        self._dropped = Marks(file.around.dropped)
        self._meant = Marks(file.meant)
        self._bears_out = Marks(file.bears_out) if file.bears_out else None
        self._beginnings = Beginnings()
        self._fill(file)
        self._lexicon.prepare()
        self._beginnings.prepare()

    @classmethod
    def load(cls, folder: Path, language: str) -> Self:
        """Read the wishes of `language`; numbers are those of its commands.

        Raises ConfigurationError, which names what cannot be used.
        """
        file = read_wishes(folder, language)
        numbers = read_grammar(COMMANDS_DIRECTORY, language).numbers
        try:
            return cls(file, numbers)
        except ValueError as error:
            raise ConfigurationError(f"{folder / language}.toml: {error}.") from error

    def read(self, text: str, *, exactly: bool = False) -> tuple[Wish, ...]:
        """The wishes in `text`, in their order; `exactly`: no word is forgiven for being near."""
        said = self._dropped.removed(units(text))
        unknown = self._unknown(said)
        if not 0 < len(said) <= _MOST_UNITS or not _may_be_names(unknown):
            return ()
        found = self._found(said, text, None)
        commas = frozenset(at for at, unit in enumerate(said.texts) if unit == COMMA)
        if not found and commas and len(commas) < len(said):
            said = said.without(commas)  # "my name is Mina, call me that" is one wording
            found = self._found(said, text, None)
        if found or exactly or not _may_be_misheard(said, unknown):
            return found
        if self._bears_out is not None and not self._bears_out.are_in(said):
            return ()
        found = self._found(said, text, self._meant.places(said))
        return found if all(_is_harmless(wish) for wish in found) else ()

    def _found(self, said: Units, text: str, firm: frozenset[int] | None) -> tuple[Wish, ...]:
        chart = WishChart(self._lexicon, said, self._names, self._beginnings, firm=firm)
        return self._first(cuts(said, chart), said, text)

    def _first(self, ways: Iterable[Cut], said: Units, text: str) -> tuple[Wish, ...]:
        """The wishes of the likeliest way to cut up the sentence that has any."""
        for cut in ways:
            if sum(match.misheard for match in cut.matches) > _MOST_MISHEARD:
                continue
            if found := tuple(dict.fromkeys(_wishes(cut.matches, text, asks=said.asks))):
                return found
        return ()

    def _unknown(self, said: Units) -> set[str]:
        """The words that are in no wording: names, mishearings, or other talk."""
        known = self._lexicon.vocabulary
        return {text for text in said.texts if text not in known and not text[0].isdigit()}

    def _fill(self, file: WishFile) -> None:
        lexicon = self._lexicon
        for kind, table in _tables(file):
            for key, phrases in table.items():
                if wish_of(key, {}) is None:
                    raise ValueError(f"`{key}` is no wish")
                self._add(phrases, Meaning(kind, key), PIECE)
        for part, phrases in file.parts.items():
            self._add(phrases, Meaning("part", part), part)
        for code, phrases in file.languages.items():
            self._add(phrases, Meaning("slot", "language", code), "language")
        for form, moods in file.endings.items():
            for mood, endings in moods.items():
                self._add(endings, Meaning("mood", form, mood), form)
        self._add(file.percent, Meaning("measure", "percent", 1.0), "percent")
        self._add(file.around.said, Meaning("filler"), PIECE)
        self._add(file.around.request, Meaning("request"), PIECE)
        lexicon.add((COMMA,), Meaning("comma"), PIECE)
        self._beginnings.add((COMMA,), PIECE)
        unknown = ", ".join(sorted(lexicon.unknown_slots() - NAME_SLOTS))
        if unknown:
            raise ValueError(f"nothing fills the slots {unknown}")

    def _add(self, phrases: Iterable[str], meaning: Meaning, *classes: str) -> None:
        for phrase in phrases:
            short, slots = self._choices.factored(phrase)
            for wording in wordings(short, {}):
                self._lexicon.add(wording, meaning, *classes)
                for name in classes:
                    self._beginnings.add(wording, name)
            for slot, ways in slots.items():
                self._add(ways.split("\n"), Meaning("part", slot), slot)


def _tables(file: WishFile) -> Iterator[tuple[str, Mapping[str, Iterable[str]]]]:
    yield "wish", file.wishes
    yield "order", file.orders
    yield "question", file.questions


def _wishes(matches: Iterable[Match], text: str, *, asks: bool) -> Iterator[Wish]:
    """What the pieces of a whole sentence wish for; nothing when one of them speaks against it."""
    found: list[Wish] = []
    requested = polite = False
    for match in matches:
        moods = {str(value) for name, value in match.captured if name.startswith("-")}
        polite = polite or match.meaning.kind in _POLITE or "request" in moods
        if moods & _REFUSED or (match.meaning.kind == "order" and requested):
            return
        requested = requested or match.meaning.kind == "request"
        if match.meaning.kind in _WISHES:
            wish = _filled(match, text)
            if wish is None:
                return
            found.append(wish)
    if asks and not polite and not all(isinstance(one, About | AskPreference) for one in found):
        return
    yield from found


def _filled(match: Match, text: str) -> Wish | None:
    said: dict[str, str | float] = dict(match.captured)
    for name in (str(value) for slot, value in match.captured if slot in NAME_SLOTS):
        said[NAME] = written = spelled(name, text)
        if len(written) > MOST_NAME_CHARACTERS:
            return None
    return wish_of(match.meaning.name, said)


def _may_be_names(unknown: set[str]) -> bool:
    syllables = sum(map(is_syllable, unknown))
    return len(unknown) - syllables <= MOST_WORDS and syllables <= MOST_SYLLABLES


def _may_be_misheard(said: Units, unknown: set[str]) -> bool:
    """Whether few enough words are unknown, and enough others bear them out."""
    fewest, most = _FORGIVEN_UNITS
    if any(map(is_syllable, said.texts)):
        return fewest <= len(said) <= most and len(unknown) <= _MOST_MISHEARD
    return _FORGIVEN_WORDS <= len(said) <= most and 0 < len(unknown) <= _MOST_MISHEARD


def _is_harmless(wish: Wish) -> bool:
    """Whether it may be done although a word of it was only near: it is soon undone."""
    return isinstance(wish, ChangePreference) and wish.key not in NAMES and wish.key != "audience"
