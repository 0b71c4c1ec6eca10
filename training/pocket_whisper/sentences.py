"""What is said in the training clips: composed sentences and free word sequences in five languages.

Free word sequences teach the recogniser words where the grammar alone would teach it whole
sentences. Spanish, French and German are made of fewer words than there are in `text/`: a small
model that trains for two hours on two cores learns some 700 words a language well, or 1,600 badly.
"""

import functools
import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from training.text import sentences_en, sentences_ko
from training.text.expand import load_topics, sample
from training.text.grammar import Grammar
from training.text.parallel import FOLDER, LANGUAGES, ParallelGrammar

__all__ = ["LANGUAGES", "STOP_WORDS", "Said", "SentenceSource", "commands", "is_held_out"]

TEXT_FOLDER = Path(__file__).parents[1] / "text"
GRAMMARS: dict[str, Grammar] = {"en": sentences_en.GRAMMAR, "ko": sentences_ko.GRAMMAR}

STOP_WORDS = {
    "en": ("stop", "halt", "freeze", "stop it", "stop now", "don't move", "stop moving"),
    "ko": ("멈춰", "정지", "그만", "멈춰요", "움직이지 마", "당장 멈춰", "멈추세요"),
    "es": ("para", "alto", "detente", "párate", "basta", "no te muevas", "quieto"),
    "fr": ("arrête", "stop", "ne bouge pas", "arrête-toi", "ne bouge plus", "arrête tout"),
    "de": ("halt", "stopp", "nicht bewegen", "bleib stehen", "hör auf", "keine Bewegung"),
}
"""What our own test clips say of the words that stop the robot."""

_HELD_OUT_ONE_IN = 20
_HELD_OUT_MIN_WORDS = 3
_WORD_SAMPLES = 10_000

# Shares of the kinds of utterances. English and Korean have grammars and topics of their own.
_TWO_LANGUAGES = {
    "stop": 0.06,
    "orders": 0.14,
    "answers": 0.05,
    "care": 0.1,
    "motion": 0.08,
    "talk": 0.08,
    "all": 0.06,
    "topics": 0.08,
    "grammar": 0.25,
    "free": 0.1,
}
_THREE_LANGUAGES = {
    "stop": 0.06,
    "orders": 0.24,
    "answers": 0.08,
    "care": 0.07,
    "motion": 0.27,
    "talk": 0.19,
    "free": 0.09,
}


@dataclass(frozen=True)
class Said:
    """A transcript, its English meaning where that is to be learnt, and its kind."""

    text: str
    english: str
    kind: str


@functools.cache
def commands(name: str) -> ParallelGrammar:
    """`text/commands/NAME.toml`: "orders", "answers", "care" or "stop"."""
    return ParallelGrammar.load(TEXT_FOLDER / "commands" / f"{name}.toml")


@functools.cache
def fixed_phrases() -> frozenset[str]:
    """What is part of the product as it stands: stop words, answers, greetings."""
    rng = random.Random(0)
    return frozenset(
        commands(name).draw(language, rng).text
        for name in ("stop", "answers", "care")
        for language in LANGUAGES
        for _ in range(2_000)
    )


def is_held_out(text: str) -> bool:
    """True for the ~5 % of composed sentences that are never trained on.

    Very short sentences ("thank you") and fixed phrases are always trained.
    """
    if len(text.split()) < _HELD_OUT_MIN_WORDS or text in fixed_phrases():
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
    """Draws what people say in one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._asks = ask_patterns(language)
        self._motion = ParallelGrammar.load(FOLDER / "motion.toml")
        self._shares = _TWO_LANGUAGES if language in GRAMMARS else _THREE_LANGUAGES
        self._talk = (
            ParallelGrammar.load(FOLDER / "talk.toml")
            if language in GRAMMARS
            else ParallelGrammar.load(FOLDER / "talk.toml", least_weight=2, most_rows=8)
        )
        self._all = ParallelGrammar.load() if "all" in self._shares else self._talk
        self.words = self._all_words()

    def composed(self, rng: random.Random, kinds: frozenset[str] = frozenset()) -> Said:
        """A sentence that people say, of one of these kinds or, without them, of any."""
        shares = {
            kind: share
            for kind, share in self._shares.items()
            if kind in kinds or (not kinds and kind != "free")
        }
        (kind,) = rng.choices(list(shares), list(shares.values()))
        return self._said(kind, rng)

    def draw(self, rng: random.Random) -> Said:
        """One transcript to train on."""
        while True:
            (kind,) = rng.choices(list(self._shares), list(self._shares.values()))
            said = self._said(kind, rng)
            if not is_held_out(said.text):
                return said

    def draw_held_out(self, rng: random.Random, kinds: frozenset[str] = frozenset()) -> Said:
        """One composed sentence that is never trained on."""
        while True:
            said = self.composed(rng, kinds)
            if is_held_out(said.text):
                return said

    def _said(self, kind: str, rng: random.Random) -> Said:
        """English meanings only where sentences are short: longer ones were never learnt."""
        if kind == "free":
            return Said(" ".join(rng.choices(self.words, k=rng.randint(2, 6))), "", kind)
        if kind == "grammar":
            return Said(GRAMMARS[self._language].sentence(rng), "", kind)
        if kind == "topics":
            return Said(sample(rng.choice(rng.choice(self._asks)), rng), "", kind)
        if kind in ("motion", "talk", "all"):
            grammar = {"motion": self._motion, "talk": self._talk, "all": self._all}[kind]
            return Said(grammar.draw(self._language, rng).text, "", kind)
        pair = commands(kind).draw(self._language, rng)
        return Said(pair.text, pair.english, kind)

    def _all_words(self) -> list[str]:
        rng = random.Random(0)
        seen: set[str] = set()
        draws: dict[str, Callable[[], str]] = {
            kind: functools.partial(lambda kind: self._said(kind, rng).text, kind)
            for kind in self._shares
            if kind != "free"
        }
        for draw in draws.values():
            for _ in range(_WORD_SAMPLES):
                seen.update(draw().split())
        return sorted(seen)
