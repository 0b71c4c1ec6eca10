"""What is said in the training clips: composed sentences and free word sequences in five languages.

Free word sequences teach the recogniser words where the grammar alone would teach it whole
sentences.
"""

import hashlib
import random
from pathlib import Path

from training.text import sentences_en, sentences_ko
from training.text.expand import load_topics, sample
from training.text.grammar import Grammar
from training.text.parallel import LANGUAGES, Pair, ParallelGrammar

__all__ = ["LANGUAGES", "Pair", "SentenceSource", "is_held_out"]

TEXT_FOLDER = Path(__file__).parents[1] / "text"
GRAMMARS: dict[str, Grammar] = {"en": sentences_en.GRAMMAR, "ko": sentences_ko.GRAMMAR}

_HELD_OUT_ONE_IN = 20
_HELD_OUT_MIN_WORDS = 3
_FREE_WORDS_SHARE = 0.22
_TOPIC_SHARE = 0.15
_PARALLEL_SHARE = 0.28  # of English and Korean; the other languages have nothing else
_WORD_SAMPLES = 10_000


def is_held_out(text: str) -> bool:
    """True for the ~5 % of composed sentences that are never trained on.

    Very short sentences ("stop", "thank you") are product vocabulary and always trained.
    """
    if len(text.split()) < _HELD_OUT_MIN_WORDS:
        return False
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % _HELD_OUT_ONE_IN == 0


def ask_patterns(language: str) -> list[tuple[str, ...]]:
    """Per topic family, the question patterns of a language."""
    path = TEXT_FOLDER / f"topics_{language}.toml"
    if not path.exists():
        return []
    families: dict[str, tuple[str, ...]] = {}
    for topic in load_topics(path):
        families[topic.family] = families.get(topic.family, ()) + topic.ask
    return list(families.values())


class SentenceSource:
    """Draws transcripts of one language, with their English meaning where it is known."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._grammar = GRAMMARS.get(language)
        self._asks = ask_patterns(language)
        self._parallel = ParallelGrammar.load()
        self.words = self._all_words()

    def composed(self, rng: random.Random) -> Pair:
        """A sentence that people say; its English is "" where only this language has it."""
        kind = rng.random()
        if self._grammar is None or kind < _PARALLEL_SHARE:
            return self._parallel.draw(self._language, rng)
        if self._asks and kind < _PARALLEL_SHARE + _TOPIC_SHARE:
            return Pair(self._question(rng), "")
        return Pair(self._grammar.sentence(rng), "")

    def draw(self, rng: random.Random) -> Pair:
        """One transcript to train on."""
        while True:
            if rng.random() < _FREE_WORDS_SHARE:
                pair = Pair(" ".join(rng.choices(self.words, k=rng.randint(2, 7))), "")
            else:
                pair = self.composed(rng)
            if not is_held_out(pair.text):
                return pair

    def draw_held_out(self, rng: random.Random) -> Pair:
        """One composed sentence that is never trained on."""
        while True:
            pair = self.composed(rng)
            if is_held_out(pair.text):
                return pair

    def _question(self, rng: random.Random) -> str:
        return sample(rng.choice(rng.choice(self._asks)), rng)

    def _all_words(self) -> list[str]:
        rng = random.Random(0)
        seen = set(self._grammar.words()) if self._grammar else set()
        seen.update(self._parallel.words(self._language, _WORD_SAMPLES))
        if self._asks:
            for _ in range(_WORD_SAMPLES):
                seen.update(self._question(rng).split())
        return sorted(seen)
