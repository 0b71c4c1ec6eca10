"""Sentences that mean the same in five languages, composed from `parallel/*.toml`.

They teach the recogniser Spanish, French and German, and its `translate` task: what is said in one
language, written in English. A file holds slots and sentences:

    [slots.thing]
    columns = ["en", "ko", "es", "fr", "de", "de_acc"]
    rows = [["the cup", "컵", "la taza", "la tasse", "der Becher", "den Becher"], ...]

    [[sentence]]
    weight = 3
    en = "(please|) bring me {thing}"
    ko = "{thing}[을] 가져와 (줘|주세요)"
    de = "(bitte|) bring mir {thing_acc}"
    ...

`(a|b|)` is a free choice, as in `grammar.py`; `{thing}` is the same row in all languages,
`{thing2}` another row of the same slot, `{thing_acc}` the column `de_acc` of a German sentence. The
English translation of a spoken sentence takes the first of every English choice.
"""

import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from training.text.grammar import expanded

LANGUAGES = ("en", "ko", "es", "fr", "de")
FOLDER = Path(__file__).parent / "parallel"
_SLOT = re.compile(r"\{([a-z]+)(\d?)(?:_([a-z]+))?\}")


@dataclass(frozen=True)
class Slot:
    """Column names and, per meaning, a row of fillings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def filling(self, row: int, column: str) -> str:
        """One cell; ValueError where the slot has no such column."""
        if column not in self.columns:
            raise ValueError(f"no column {column} among {self.columns}")
        return self.rows[row][self.columns.index(column)]


@dataclass(frozen=True)
class Pair:
    """A spoken sentence and its English meaning."""

    text: str
    english: str


class ParallelGrammar:
    """All slots and sentences of the folder."""

    def __init__(
        self, slots: dict[str, Slot], weights: list[int], sentences: list[dict[str, str]]
    ) -> None:
        self.slots = slots
        self.sentences = sentences
        self._weights = weights

    @classmethod
    def load(
        cls, *paths: Path, least_weight: int = 1, most_rows: int | None = None
    ) -> "ParallelGrammar":
        """Read these files, or all of the folder; ValueError names what does not fit together.

        `least_weight` leaves the rarer sentences out and `most_rows` shortens the slots: a smaller
        language made of the same files.
        """
        slots: dict[str, Slot] = {}
        weights: list[int] = []
        sentences: list[dict[str, str]] = []
        for path in paths or sorted(FOLDER.glob("*.toml")):
            content = tomllib.loads(path.read_text(encoding="utf-8"))
            for name, slot in content.get("slots", {}).items():
                if name in slots:
                    raise ValueError(f"{path.name}: slot {name} is already defined")
                rows = tuple(map(tuple, slot["rows"][:most_rows]))
                slots[name] = Slot(tuple(slot["columns"]), rows)
                for row in slots[name].rows:
                    if len(row) != len(slots[name].columns):
                        raise ValueError(f"{path.name}: slot {name}: columns do not fit {row}")
            for sentence in content.get("sentence", []):
                weight = sentence.pop("weight", 1)
                if weight < least_weight:
                    continue
                weights.append(weight)
                if not {"en"} < set(sentence) <= set(LANGUAGES):
                    raise ValueError(f"{path.name}: languages of {sentence}")
                sentences.append(sentence)
        return cls(slots, weights, sentences)

    def draw(self, language: str, rng: random.Random) -> Pair:
        """A random sentence of `language` and its English meaning."""
        while True:
            sentence = rng.choices(self.sentences, self._weights)[0]
            if language in sentence:
                return self.pair(sentence, language, rng)

    def pair(self, sentence: dict[str, str], language: str, rng: random.Random) -> Pair:
        """One random filling of a sentence."""
        rows: dict[str, int] = {}
        text = self._filled(sentence[language], language, rows, rng)
        english = self._filled(sentence["en"], "en", rows, rng)
        return Pair(
            expanded(text, {}, rng.choice), expanded(english, {}, lambda options: options[0])
        )

    def words(self, language: str, n_samples: int = 30_000) -> list[str]:
        """Sorted word forms seen in `n_samples` random sentences."""
        rng = random.Random(0)
        seen: set[str] = set()
        for _ in range(n_samples):
            seen.update(self.draw(language, rng).text.split())
        return sorted(seen)

    def _filled(
        self, template: str, language: str, rows: dict[str, int], rng: random.Random
    ) -> str:
        """The template with its slots filled; `rows` remembers the row of each slot."""

        def fill(match: "re.Match[str]") -> str:
            name, number, form = match.groups()
            slot = self.slots[name]
            row = rows.setdefault(name + number, rng.randrange(len(slot.rows)))
            return slot.filling(row, f"{language}_{form}" if form else language)

        return _SLOT.sub(fill, template)


def main() -> None:
    """Check the files and show what they say: `python -m training.text.parallel [FILE.toml]`."""
    grammar = ParallelGrammar.load()
    rng = random.Random()
    for sentence in grammar.sentences:
        for language in sentence:
            for _ in range(20):
                grammar.pair(sentence, language, rng)
    for language in LANGUAGES:
        print(language, len(grammar.words(language, 20_000)), "word forms")
        for _ in range(12):
            pair = grammar.draw(language, rng)
            print(f"   {pair.text}  =  {pair.english}")


if __name__ == "__main__":
    main()
