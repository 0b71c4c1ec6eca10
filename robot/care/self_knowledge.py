"""What is true of this Sori, in plain words: what it is, hears, keeps, can do and cannot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.body_phrases import BodyPhrases
from config.memory_settings import EmotionSettings, MemorySettings
from config.preferences import Preferences
from config.settings import Settings
from nlu.abilities import Abilities
from nlu.care.wishes import PreferenceKey, Topic
from nlu.routes import RouteTable
from nlu.spoken_clock import local_now, spoken_date, spoken_time
from robot.acting.report import able_names
from robot.care.changes import Phrase
from robot.care.wording import CareWording

BUILT_IN = "pocket-"
"""What the names of the small models that come with Sori begin with."""
_MOST_ABILITIES = 6
"""More than a person would listen to."""


@dataclass(frozen=True, slots=True)
class SelfFacts:
    """What the answers are made of."""

    abilities: Abilities
    served: tuple[str, ...]
    """Languages that are understood."""
    talks: tuple[str, ...]
    """Those that a chat model speaks."""
    small: tuple[str, ...]
    """Those whose model is a small one that comes with Sori."""
    memory: MemorySettings
    emotion: EmotionSettings


def self_facts(settings: Settings, routes: RouteTable, abilities: Abilities) -> SelfFacts:
    """The facts of a Sori with these settings and this body."""
    served = settings.language.served
    models = {language: routes.route(language).model for language in served}
    return SelfFacts(
        abilities,
        served,
        tuple(language for language, model in models.items() if model),
        tuple(language for language, model in models.items() if model.startswith(BUILT_IN)),
        settings.memory,
        settings.emotion,
    )


class SelfKnowledge:
    """Answers and the greeting, as phrases to say."""

    def __init__(
        self,
        facts: SelfFacts,
        wording: CareWording,
        body: BodyPhrases,
        clock: Callable[[], datetime] = local_now,
    ) -> None:
        """`clock` gives the time that people's clocks show."""
        self._clock = clock
        self._facts = facts
        self._wording = wording
        self._body = body

    def about(self, topic: Topic, language: str, preferences: Preferences) -> tuple[Phrase, ...]:
        """The answer to a question about `topic`."""
        match topic:
            case "can_do":
                return tuple(self._can_do(language))
            case "keep":
                return (self._keeping("about", language),)
            case "hear":
                return (Phrase("about", "hear"), *self._mood())
            case "limits":
                knows = language in self._facts.talks and language not in self._facts.small
                limits = Phrase("about", "limits_full" if knows else "limits_small")
                return limits, Phrase("about", "limits_advice")
            case "who" | "time" | "date":
                return (Phrase("about", topic, self._slots(topic, language, preferences)),)
            case "person" | "wrong" | "feelings" | "cloud":
                return (Phrase("about", topic),)

    def greeting(self, language: str, preferences: Preferences) -> tuple[Phrase, ...]:
        """What a person should know before the first word."""
        return (
            Phrase("greeting", "hello", self._slots("who", language, preferences)),
            Phrase("greeting", "hear"),
            *self._voice(),
            self._keeping("greeting", language),
            Phrase("greeting", "how"),
        )

    def _voice(self) -> tuple[Phrase, ...]:
        """People have to be told (EU AI Act, article 50(3)); of later starts: robot/mood.py."""
        return (Phrase("about", "mood_voice"),) if self._facts.emotion.from_voice else ()

    def falls_short(
        self, key: PreferenceKey, preferences: Preferences, language: str
    ) -> tuple[Phrase, ...]:
        """What is said of a change that the model of `language` cannot follow wholly.

        The small ones have adapters for short answers and plain Korean, and take no instructions.
        """
        beyond = {
            "tone": preferences.tone != "friendly",
            "length": preferences.length == "detailed",
            "language": bool(preferences.language),  # it speaks what it is spoken to
        }.get(key, False)
        small = language in self._facts.small or language not in self._facts.talks
        return (Phrase("answers", "in_part"),) if beyond and small else ()

    def _slots(
        self, topic: Literal["who", "time", "date"], language: str, preferences: Preferences
    ) -> dict[str, str]:
        match topic:
            case "who":
                return {"name": self._wording.name(language, preferences)}
            case "time":
                return {"time": spoken_time(self._clock(), language)}
            case "date":
                return {"date": spoken_date(self._clock(), language)}

    def _keeping(self, section: str, language: str) -> Phrase:
        memory = self._facts.memory
        if not memory.enabled:
            return Phrase(section, "keep_nothing")
        if not memory.keep_turns_days:
            return Phrase(section, "keep_settings")
        days = self._wording.days(memory.keep_turns_days, language)
        return Phrase(section, "keep_days", {"days": days})

    def _can_do(self, language: str) -> Iterator[Phrase]:
        words = self._body.book(language).abilities
        able = [words[name] for name in able_names(self._facts.abilities)[:_MOST_ABILITIES]]
        if able:
            yield Phrase("about", "body", {"list": self._wording.listed(able, language)})
        else:
            yield Phrase("about", "no_body")
        if self._facts.talks:
            yield Phrase("about", "talk", {"languages": " ".join(self._facts.talks)})

    def _mood(self) -> Iterator[Phrase]:
        if self._facts.emotion.from_text:
            yield Phrase("about", "mood_text")
        yield from self._voice()
