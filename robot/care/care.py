"""Acts on what people say about manner, feedback and memory, and answers in plain words.

It knows neither sound nor turns: text comes in, the reply goes out, and what was asked for is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from config.body_phrases import BodyPhrases
from config.care_phrases import load_care_phrases
from config.preferences import Preferences
from config.settings import Settings
from nlu.care.reader import CareReader
from nlu.care.wishes import (
    About,
    AskPreference,
    ChangePreference,
    Forget,
    Forgotten,
    Report,
    Reported,
    ResetPreferences,
    UndoPreference,
    Wish,
)
from robot.care.changes import Limits, Outcome, Phrase, changed, differing, held_to, now_phrase
from robot.care.needs import Keeper, Reader, Screen
from robot.care.self_knowledge import SelfFacts, SelfKnowledge
from robot.care.wording import CareWording
from robot.memory.errors import MemoryFileError

_MOST_TOLD = 3
"""Preferences that are named after "like before"."""


@dataclass(frozen=True, slots=True)
class CareReply:
    """What is said about a wish that was granted, or refused."""

    text: str
    language: str
    """It is in; another than that of the wish where this was "speak Korean"."""
    forgot: Forgotten | None = None
    """The words of this very turn are not to be kept either."""


def _nobody(_what: Forgotten) -> None:
    """Nobody else keeps anything."""


class Care:
    """The manner and memory of one Sori; its preferences hold until it is told otherwise."""

    def __init__(
        self,
        reader: Reader,
        memory: Keeper,
        wording: CareWording,
        screen: Screen,
        knowledge: SelfKnowledge,
        limits: Limits,
        on_forget: Callable[[Forgotten], None] = _nobody,
    ) -> None:
        """`on_forget` clears what is kept elsewhere, such as the language model's history."""
        self._reader = reader
        self._memory = memory
        self._wording = wording
        self._screen = screen
        self._knowledge = knowledge
        self._limits = limits
        self._on_forget = on_forget
        self._avoided_here: tuple[str, ...] = ()
        self._own_words = ""
        self._preferences = limits.settings
        self._recall()

    @classmethod
    def load(
        cls,
        settings: Settings,
        memory: Keeper,
        screen: Screen,
        facts: SelfFacts,
        body: BodyPhrases,
        on_forget: Callable[[Forgotten], None] = _nobody,
        reader: Reader | None = None,
    ) -> Self:
        """Read wordings and phrases; ConfigurationError names a file that cannot be used.

        `facts` and `body` are what it tells of itself; a `reader` is loaded where none is given.
        """
        served = settings.language.served
        wording = CareWording(load_care_phrases())

        def is_kind(name: str) -> bool:
            return all(screen.screen(name, language).allowed for language in served)

        return cls(
            CareReader.load(served) if reader is None else reader,
            memory,
            wording,
            screen,
            SelfKnowledge(facts, wording, body),
            Limits(settings.manner, served, facts.talks, is_kind),
            on_forget,
        )

    @property
    def preferences(self) -> Preferences:
        """What holds now."""
        return self._preferences

    def set_volume(self, gain: float) -> None:
        """What was asked of the body, whose voice this is: 0..1, within the bounds; kept."""
        self._keep(changed(ChangePreference("volume", gain), self._preferences, self._limits))

    def change(self, wishes: Sequence[ChangePreference]) -> tuple[str, str] | None:
        """Hold all wishes from now on, and keep them, without a word; None where that was done.

        Else the first that cannot be, as its key and why (a key of `[refused]` or `[bound]` in
        `config/phrases/care`), and nothing is changed.
        """
        wanted = self._preferences
        for wish in wishes:
            outcome = changed(wish, wanted, self._limits)
            if outcome.phrases[0].section in ("refused", "bound"):
                return wish.key, outcome.phrases[0].key
            wanted = outcome.preferences
        self._keep(Outcome(wanted, ()))
        return None

    def hold(self, settings: Preferences) -> None:
        """The settings file has these preferences now; what people wished for goes before them."""
        self._limits = replace(self._limits, settings=settings)
        self._recall()

    def report(self, kind: Reported, said: str, turn: int | None, language: str) -> bool:
        """Keep a report about words of Sori, without a word; whether it is kept.

        What hurt or is not wanted is not said again, kept or not.
        """
        kept = self._memory.report(kind, said, turn, language) != 0
        if kind != "wrong":
            if not kept:
                self._avoided_here = (*self._avoided_here, said)
            self._avoid()
        return kept

    def language_of_reply(self, spoken: str) -> str:
        """The language to answer in where `spoken` was heard."""
        return self._preferences.language or spoken

    def greeting(self, language: str) -> str | None:
        """What a person should know before the first word; None where it was said before."""
        if self._memory.greeted:
            return None
        self._memory.greeted = True
        language = self.language_of_reply(language)
        return self._said(self._knowledge.greeting(language, self._preferences), language, "")

    def consider(
        self, text: str, language: str, last_reply: str | None, last_turn: int | None = None
    ) -> CareReply | None:
        """Do what `text` wishes for, and say so; None where it wishes for nothing of this kind.

        `last_reply` is what was heard of the last reply, and `last_turn` its number in the memory.
        """
        wishes = self._reader.read_all(text, language)
        if not wishes:
            self._own_words = ""
            return None
        told: list[Phrase] = []
        for wish in wishes:
            told += self._granted(wish, language, last_reply, last_turn)
        reply_language = self.language_of_reply(language)
        forgot = next((wish.what for wish in wishes if isinstance(wish, Forget)), None)
        reply = self._said(told, reply_language, text)
        return CareReply(reply, reply_language, forgot)

    def _granted(
        self, wish: Wish, language: str, last_reply: str | None, last_turn: int | None
    ) -> Sequence[Phrase]:
        told: Sequence[Phrase]
        match wish:
            case ChangePreference():
                told = self._change(wish, language)
            case UndoPreference():
                told = self._undo()
            case ResetPreferences():
                told = self._keep(Outcome(self._limits.settings, (Phrase("answers", "reset"),)))
            case AskPreference(key=key):
                told = (now_phrase(self._preferences, key),)
            case Report(kind=kind):
                told = self._report(kind, language, last_reply, last_turn)
            case Forget(what=what):
                told = self._forget(what)
            case About(topic=topic):
                spoken = self.language_of_reply(language)
                told = self._knowledge.about(topic, spoken, self._preferences)
        return told

    def _change(self, wish: ChangePreference, language: str) -> Sequence[Phrase]:
        outcome = changed(wish, self._preferences, self._limits)
        told = self._keep(outcome)
        if outcome.phrases[0].section != "changed":
            return told
        spoken = self.language_of_reply(language)
        return (*told, *self._knowledge.falls_short(wish.key, self._preferences, spoken))

    def _undo(self) -> Sequence[Phrase]:
        before, former = self._preferences, self._memory.undo_preferences()
        if former is None:
            return (Phrase("answers", "nothing_to_undo"),)
        self._hold(former)
        keys = differing(before, self._preferences)[:_MOST_TOLD]
        states = (now_phrase(self._preferences, key) for key in keys)
        return (Phrase("answers", "undone"), *states)

    def _keep(self, outcome: Outcome) -> Sequence[Phrase]:
        """Hold what is new from now on, and over restarts."""
        if outcome.preferences == self._preferences:
            return outcome.phrases
        self._hold(outcome.preferences)
        if self._memory.save_preferences(outcome.preferences):
            return outcome.phrases
        return (*outcome.phrases, Phrase("answers", "not_kept"))

    def _hold(self, wanted: Preferences) -> None:
        self._preferences = held_to(self._limits, wanted)
        self._screen.audience = self._preferences.audience

    def _report(
        self, kind: Reported, language: str, last_reply: str | None, last_turn: int | None
    ) -> Sequence[Phrase]:
        said = (last_reply or "").strip()
        if not said or said in self._own_words:  # an apology is not what hurt
            return (Phrase("report", "which"),)
        kept = self.report(kind, said, last_turn, language)
        if kind == "wrong":
            return (Phrase("report", "wrong" if kept else "unkept"),)
        phrase = Phrase("report", kind)
        return (phrase,) if kept else (phrase, Phrase("answers", "not_kept"))

    def forget(self, what: Forgotten) -> int:
        """Delete for good, without a word; returns how many rows.

        Raises MemoryFileError where traces may remain.
        """
        self._own_words = ""
        try:
            return self._memory.forget(what)
        finally:
            if what == "me":
                self._avoided_here = ()
                self._recall()

    def _forget(self, what: Forgotten) -> Sequence[Phrase]:
        """At once and without asking back: it is the person's right."""
        self._on_forget(what)
        try:
            self.forget(what)
        except MemoryFileError:
            return (Phrase("forget", "failed"),)
        return (Phrase("forget", what),)

    def _recall(self) -> None:
        """Hold what the memory has."""
        self._hold(self._memory.preferences() or self._limits.settings)
        self._avoid()

    def _avoid(self) -> None:
        self._screen.avoid((*self._memory.avoided(), *self._avoided_here))

    def _said(self, phrases: Sequence[Phrase], language: str, about: str) -> str:
        self._own_words = self._wording.say(phrases, language, self._preferences, about)
        return self._own_words
