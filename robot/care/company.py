"""What one conversation knows of the person in it: wishes, mood and memory, kept together."""

from collections.abc import Sequence
from typing import Self

from audio.sound import Samples
from audio.voices import Speaking
from config.body_phrases import BodyPhrases
from config.preferences import Preferences
from config.settings import Settings
from nlu.abilities import Abilities
from nlu.actions import Emotion as Face
from nlu.care.reader import CareReader
from nlu.care.wishes import ChangePreference, Forgotten, Reported
from nlu.emotion.text_emotion import Felt, TextEmotion
from nlu.routes import RouteTable
from nlu.safety.categories import Category
from nlu.safety.screen import SafetyFilter
from robot.care.care import Care, CareReply
from robot.care.self_knowledge import self_facts
from robot.care.voice import speaking
from robot.memory.memory import Memory
from robot.mood import Mood
from robot.turn_record import TurnRecord

DESPAIR: Category = "despair"
BODIES_WITHOUT_SPEAKER = frozenset({"simulated", "console"})
"""Whose volume is that of Sori's own voice; others have a loudspeaker that they turn themselves."""


class Company:
    """Is told everything that is said, and says what follows for voice, face and memory."""

    def __init__(
        self, care: Care, reader: CareReader, mood: Mood, memory: Memory, body: str
    ) -> None:
        """`body` is the kind of the body, as its abilities name it."""
        self._voice_is_ours = body in BODIES_WITHOUT_SPEAKER
        self._care = care
        self._reader = reader
        self._mood = mood
        self._memory = memory
        self._last_reply: str | None = None
        self._last_turn: int | None = None
        self._shown: Face | None = None
        self._forgets = False

    @classmethod
    def load(
        cls,
        settings: Settings,
        memory: Memory,
        screen: SafetyFilter,
        routes: RouteTable,
        abilities: Abilities,
        phrases: BodyPhrases,
    ) -> Self:
        """Read models, words and wordings. Raises ConfigurationError and ModelError."""
        facts = self_facts(settings, routes, abilities)
        reader = CareReader.load(settings.language.served)
        care = Care.load(settings, memory, screen, facts, phrases, reader=reader)
        mood = Mood(settings.emotion, TextEmotion.load())
        return cls(care, reader, mood, memory, abilities.body)

    def begin(self) -> None:
        """A new conversation: what people wished for stays, the rest is of the last one."""
        self._memory.begin_conversation()
        self._mood.forget()
        self._last_reply = self._last_turn = self._shown = None
        self._forgets = False

    @property
    def preferences(self) -> Preferences:
        """What holds now."""
        return self._care.preferences

    @property
    def speaking(self) -> Speaking:
        """The way to render the next words."""
        return speaking(self._care.preferences, self._mood.rate)

    def language_of_reply(self, spoken: str) -> str:
        """The language to answer in where `spoken` was heard."""
        return self._care.language_of_reply(spoken)

    def opening(self, language: str, *, greets: bool = True) -> tuple[str, ...]:
        """What people have to be told before the first turn of a program, in this language.

        The greeting of the very first start tells of listening to voices, too.
        """
        greeting = self._care.greeting(language) if greets else None
        told = greeting or self._mood.announcement(language)
        return () if told is None else (told,)

    def heard(self, text: str, language: str, samples: Samples | None = None) -> Felt:
        """What the words of a turn sound like; `samples` (n,) of 16 kHz where they were spoken."""
        self._forgets = False
        return self._mood.heard(text, language, samples)

    def new_face(self) -> Face | None:
        """What the robot may show now, where that is not what it shows already."""
        face = self._mood.face
        if face == self._shown:
            return None
        self._shown = face
        return face or "neutral"

    def facts(self, language: str) -> Sequence[str]:
        """Lines about the person for the language model."""
        line = self._mood.line(language)
        return () if line is None else (line,)

    def is_wish(self, text: str, language: str) -> bool:
        """Whether a sentence is about manner, feedback or memory."""
        return self._reader.read(text, language) is not None

    def consider(self, text: str, language: str) -> CareReply | None:
        """Do what `text` wishes for, and say so; None where it wishes for nothing of this kind."""
        reply = self._care.consider(text, language, self._last_reply, self._last_turn)
        self._forgets = reply is not None and reply.forgot is not None
        return reply

    def change(self, wishes: Sequence[ChangePreference]) -> tuple[str, str] | None:
        """Hold wishes of the web page from now on; see `Care.change`. For any thread."""
        return self._care.change(wishes)

    def report(self, kind: Reported, phrase: str, turn: int | None, language: str) -> bool:
        """Keep what the web page says of Sori's words; see `Care.report`. For any thread."""
        return self._care.report(kind, phrase, turn, language)

    def forget(self, what: Forgotten) -> int:
        """Delete for good what the web page names; returns how many rows. For any thread.

        Raises MemoryFileError where traces may remain.
        """
        self._last_reply = self._last_turn = None
        self._mood.forget()
        return self._care.forget(what)

    def hold(self, preferences: Preferences) -> None:
        """The settings file has these preferences now; what people said since stays."""
        self._care.hold(preferences)

    @property
    def forgets(self) -> bool:
        """Whether the words of this turn asked to be forgotten, and are not to be kept either."""
        return self._forgets

    def volume_set(self, percent: int) -> None:
        """The body was told how loud to be."""
        if self._voice_is_ours:
            self._care.set_volume(percent / 100)

    def replied(self, reply_heard: str) -> None:
        """What was heard of a reply: the next complaint is about it."""
        self._last_reply = reply_heard or self._last_reply

    def keep(self, record: TurnRecord) -> None:
        """Remember a turn, unless it asked to be forgotten."""
        if self._forgets:
            self._last_reply = self._last_turn = None
            self._mood.forget()
            return
        heard = record.safety.input
        if heard is not None and DESPAIR in heard.categories:
            # Such words are nobody's business afterwards, and the answer to them stays.
            self._last_reply = self._last_turn = None
            return
        self._last_turn = self._memory.keep_turn(record) or None
