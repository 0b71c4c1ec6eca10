"""Words that tell something about a sentence wherever they stand in it."""

from collections.abc import Iterable

from nlu.commands.templates import choices
from nlu.commands.units import Units, units

_OPEN = "~"
"""At an end of a mark: other syllables of the same word may be there."""


class Marks:
    """A list of words and phrases, looked for as whole words."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._marks: dict[str, list[tuple[tuple[str, ...], bool, bool]]] = {}
        for phrase in (one for written in phrases for one in choices(written)):
            bare = phrase.strip(_OPEN)
            texts = units(bare).texts
            mark = (texts, phrase.startswith(_OPEN), phrase.endswith(_OPEN))
            self._marks.setdefault(texts[0], []).append(mark)

    def are_in(self, said: Units) -> bool:
        """Whether any of them is in the sentence."""
        return any(self._end(said, at) for at in range(len(said)))

    def places(self, said: Units) -> frozenset[int]:
        """The units of the sentence that belong to any of them."""
        found: set[int] = set()
        for at in range(len(said)):
            if end := self._end(said, at):
                found |= set(range(at, end))
        return frozenset(found)

    def removed(self, said: Units) -> Units:
        """The sentence without them."""
        gone = self.places(said)
        return said.without(gone) if gone else said

    def _end(self, said: Units, begin: int) -> int:
        """Where a mark that begins at `begin` ends; 0 when there is none."""
        for texts, open_before, open_after in self._marks.get(said.texts[begin], ()):
            end = begin + len(texts)
            if said.texts[begin:end] != texts:
                continue
            if (open_before or said.begins_word[begin]) and (open_after or said.begins_word[end]):
                return end
        return 0
