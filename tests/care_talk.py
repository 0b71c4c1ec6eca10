"""One Sori in text, with the real reader, memory and filter: what is said goes through care."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from config.body_phrases import load_body_phrases
from config.load import load
from config.memory_settings import MemorySettings
from config.preferences import Preferences
from config.settings import Settings
from nlu.abilities import Abilities
from nlu.care.reader import CareReader
from nlu.care.wishes import Forgotten
from nlu.routes import RouteTable
from nlu.safety.screen import SafetyFilter
from robot.care.care import Care, CareReply
from robot.care.self_knowledge import SelfFacts, self_facts
from robot.memory.memory import Memory
from robot.turn_record import TurnRecord

WALKER = Abilities("simulated", walks=True, turns=True, gestures=("wave", "nod"))
UNKIND = "You walk like a broken broom today."
"""Nothing that the filter knows."""
KOREAN_UNKIND = "오늘은 걸음이 달팽이 같네요."


@cache
def reader() -> CareReader:
    return CareReader.load(load().language.served)


@cache
def screen() -> SafetyFilter:
    """One for all: care sets its audience, and what it avoids, at every start."""
    return SafetyFilter.load(load().safety)


@dataclass
class Talk:
    """One run of Sori."""

    care: Care
    memory: Memory
    screen: SafetyFilter
    forgotten: list[Forgotten] = field(default_factory=list)
    last_reply: str | None = None
    last_turn: int | None = None

    def told(self, text: str, language: str = "en") -> CareReply:
        """The reply to a wish."""
        reply = self.care.consider(text, language, self.last_reply, self.last_turn)
        assert reply is not None, text
        self.last_reply = reply.text
        return reply

    def say(self, text: str, language: str = "en") -> str:
        """Its words."""
        return self.told(text, language).text

    def chat(self, text: str, reply: str, language: str = "en") -> None:
        """A turn that the language model answers."""
        assert self.care.consider(text, language, self.last_reply) is None
        record = TurnRecord(file=None, turn=1, transcript=text, language=language, reply=reply)
        self.last_reply, self.last_turn = reply, self.memory.keep_turn(record)

    def may_say(self, text: str, language: str = "en") -> bool:
        """Whether the filter lets it pass."""
        return self.screen.screen(text, language).allowed


class Talks:
    """Runs one after the other, with the same disk; a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()

    def __enter__(self) -> "Talks":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(
        self,
        manner: Preferences | None = None,
        facts: SelfFacts | None = None,
        memory: MemorySettings | None = None,
    ) -> Talk:
        """End the run before and start another one."""
        self._open.close()
        where = str(self._folder / "sori")
        kept_as = memory or MemorySettings()
        settings = Settings(
            route=load().route,
            manner=manner or Preferences(),
            memory=MemorySettings(
                enabled=kept_as.enabled, keep_turns_days=kept_as.keep_turns_days, directory=where
            ),
        )
        kept = self._open.enter_context(Memory.open(settings.memory, settings.manner))
        kept.begin_conversation()
        known = facts or self_facts(settings, RouteTable.load(settings.route), WALKER)
        forgotten: list[Forgotten] = []
        body = load_body_phrases()
        care = Care.load(settings, kept, screen(), known, body, forgotten.append, reader())
        return Talk(care, kept, screen(), forgotten)
