"""Which language the conversation is in: this turn's odds, weighed by the turns before it."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

from config.settings import LanguageSettings

FORGETTING = 0.5
"""Weight of the newest turn in the habit; the turn before has half of that, and so on."""


class LanguageMemory:
    """Odds of the recogniser, steadied by the habit of the last turns."""

    def __init__(self, settings: LanguageSettings) -> None:
        self._settings = settings
        self._language = settings.default
        self._habit: dict[str, float] = {}
        self.forget()

    @property
    def language(self) -> str:
        """The language of the conversation so far; the default one before the first turn."""
        return self._language

    def choose(self, odds: Mapping[str, float], speech_s: float) -> str:
        """The language of this turn; changes nothing, see `remember`.

        `odds` may name any languages, only served ones count; `speech_s` is the length of the
        speech. The score of a language is its share of the odds and its share of the habit,
        mixed with the weight `memory`. Speech too short to tell, and odds that say nothing about
        the served languages, keep the language of the conversation.
        """
        if not speech_s >= self._settings.min_speech_s:  # also when it is not a number
            return self._language
        usable = {code: _usable(odds.get(code, 0.0)) for code in self._settings.served}
        total = sum(usable.values())
        if total == 0.0:
            return self._language
        memory = self._settings.memory
        scores = {
            code: (1.0 - memory) * share / total + memory * self._habit[code]
            for code, share in usable.items()
        }
        best = max(scores.values())
        if scores[self._language] == best:
            return self._language
        return max(scores, key=scores.__getitem__)

    def remember(self, language: str) -> None:
        """A turn was held in `language`; languages that are not served are not remembered."""
        if language not in self._habit:
            return
        self._language = language
        for code, share in self._habit.items():
            newest = 1.0 if code == language else 0.0
            self._habit[code] = (1.0 - FORGETTING) * share + FORGETTING * newest

    def forget(self) -> None:
        """A new conversation begins."""
        served = self._settings.served
        self._language = self._settings.default
        self._habit = dict.fromkeys(served, 1.0 / len(served))


def _usable(odds: float) -> float:
    return odds if math.isfinite(odds) and odds > 0.0 else 0.0


_SCRIPT_LANGUAGES = (
    ("HANGUL", "ko"),
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("CJK", "zh"),
    ("CYRILLIC", "ru"),
    ("ARABIC", "ar"),
    ("DEVANAGARI", "hi"),
    ("GREEK", "el"),
    ("THAI", "th"),
)
_SCRIPT_SHARE = 0.3
"""Korean with a few Latin words in it is still Korean."""

# The commonest short words of each language that are rare in the others.
_STOP_WORDS = {
    "en": "the a an is are am i you what how can please my your this do does to of and it in hello"
    " yes tell me not where who why when have will would thanks thank good that was were did",
    "es": "el la los las es son está estás soy yo tú qué cómo puedes por favor mi tu de y en hola"
    " sí un una no dónde quién para con gracias buenos buenas",
    "fr": "le la les est sont suis je tu vous que quoi comment peux pouvez mon ma ton et bonjour"
    " oui un une ne pas où qui pour avec merci plaît ce qu des du",
    "de": "der die das ist sind bin ich du sie was wie kannst können bitte mein dein und hallo"
    " ja ein eine nicht wo wer warum für mit danke zu dem den guten",
}
_STOP_WORD_SETS = {code: frozenset(words.split()) for code, words in _STOP_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")


def language_of_text(text: str, served: Sequence[str], current: str) -> str:
    """The served language that typed `text` is most likely in.

    The script decides where it can (Hangul is Korean), stop words do for English, Spanish,
    French and German. `current` is kept whenever neither tells.
    """
    text = unicodedata.normalize("NFC", text[:2_000])
    if (written_in := _language_of_script(text)) is not None:
        return written_in if written_in in served else current
    words = [word.casefold() for word in _WORD.findall(text)]
    counts = {
        code: sum(word in _STOP_WORD_SETS[code] for word in words)
        for code in served
        if code in _STOP_WORD_SETS
    }
    best = max(counts.values(), default=0)
    if best == 0 or counts.get(current) == best:
        return current
    winners = [code for code, count in counts.items() if count == best]
    return winners[0] if len(winners) == 1 else current


def _language_of_script(text: str) -> str | None:
    letters = [character for character in text if character.isalpha()]
    counts: dict[str, int] = {}
    for letter in letters:
        if ord(letter) < 0x370:  # Latin: no single language
            continue
        name = unicodedata.name(letter, "")
        for script, code in _SCRIPT_LANGUAGES:
            if name.startswith(script):
                counts[code] = counts.get(code, 0) + 1
                break
    if not counts or sum(counts.values()) < _SCRIPT_SHARE * len(letters):
        return None
    if counts.keys() & {"ko", "ja"}:  # both are written with Chinese characters too
        counts.pop("zh", None)
    return max(counts, key=counts.__getitem__)
