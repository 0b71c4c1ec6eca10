"""Whether what was heard is for Sori, and what it says when it is called or sent to sleep."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Self, assert_never

from config.attention_phrases import (
    AttentionOccasion,
    AttentionPhrases,
    load_attention_phrases,
)
from config.attention_settings import AttentionMode, AttentionSettings
from config.settings import Settings
from nlu.attention_words import AttentionWords
from nlu.stop_words import StopWords
from nlu.wake_phrase import WakePhrase
from robot.conversation import Addressed, ToAnswer, ToSay
from robot.hearing import Heard
from robot.live.attention import (
    Attended,
    Attention,
    AttentionState,
    FellAsleep,
    Ignored,
    ModeChanged,
    Summoned,
    WokeUp,
)

_OF_MODE: Mapping[AttentionMode, AttentionOccasion] = {
    "always": "always",
    "wake": "on_call",
    "push": "button",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is read in a sentence about attention."""

    wake: WakePhrase
    wishes: AttentionWords
    stops: StopWords

    @classmethod
    def load(cls, settings: Settings) -> Self:
        """Raises ConfigurationError when a word list cannot be used."""
        served = settings.language.served
        return cls(
            WakePhrase.load(settings.attention, served),
            AttentionWords.load(served),
            StopWords.load(served),
        )


class Attending:
    """Attention, asked by the turns' thread and changed by any."""

    def __init__(
        self,
        attention: Attention,
        words: Words,
        phrases: AttentionPhrases,
        robot_name: Callable[[], str],
        now_s: Callable[[], float],
    ) -> None:
        """`robot_name` is what people call it now, `now_s` the time of the stream that is heard."""
        self._attention = attention
        self._words = words
        self._phrases = phrases
        self._robot_name = robot_name
        self._now_s = now_s
        self._named: tuple[str, WakePhrase] = "", words.wake
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls, settings: Settings, robot_name: Callable[[], str], now_s: Callable[[], float]
    ) -> Self:
        """Raises ConfigurationError when a word list cannot be used."""
        words = Words.load(settings)
        phrases = load_attention_phrases()
        return cls(Attention(settings.attention), words, phrases, robot_name, now_s)

    def apply(self, settings: AttentionSettings) -> None:
        """The settings file has these now; they were checked when they were read."""
        wake = self._words.wake.with_phrases(settings.wake)
        with self._lock:
            self._words = replace(self._words, wake=wake)
            self._named = "", wake
            self._attention.apply(settings)

    def attend(self, heard: Heard) -> Addressed:
        """Whether it was said to Sori, and what to do about it; see `Surroundings.attend`."""
        transcript, utterance = heard.transcript, heard.utterance
        text, language = transcript.text, transcript.language
        called = self._wake().read(text, language)
        rest = text if called is None else called.rest
        with self._lock:
            found = self._attention.hears(
                text,
                utterance.start_s,
                utterance.end_s,
                called=called,
                wish=self._words.wishes.read(rest, language),
                stops=self._words.stops.heard_in(rest, begins=True, ends=True) is not None,
            )
        match found:
            case Attended(said):
                return ToAnswer(said)
            case Summoned():
                return self._say("summoned", language)
            case WokeUp():
                return self._say("awake", language)
            case FellAsleep():
                return self._say("asleep", language)
            case ModeChanged(mode):
                return self._say(_OF_MODE[mode], language)
            case Ignored():
                return None
            case never:
                assert_never(never)

    def turn_ended(self) -> None:
        """An answer is over: for a while no wake phrase is needed."""
        with self._lock:
            self._attention.reply_ended(self._now_s())

    @property
    def state(self) -> AttentionState:
        """What people are shown."""
        with self._lock:
            return self._attention.state(self._now_s())

    @property
    def mode(self) -> AttentionMode:
        """What makes Sori listen."""
        return self._attention.mode

    @property
    def is_asleep(self) -> bool:
        """Whether only a call, a stop or the page is heard."""
        return self._attention.is_asleep

    def set_mode(self, mode: AttentionMode) -> None:
        """Listen like this from now on."""
        with self._lock:
            self._attention.set_mode(mode)

    def sleep(self) -> None:
        """Hear calls and stop words only."""
        with self._lock:
            self._attention.sleep()

    def press(self, *, pressed: bool) -> None:
        """The talk button goes down or up."""
        with self._lock:
            if pressed:
                self._attention.press(self._now_s())
            else:
                self._attention.release(self._now_s())

    def _wake(self) -> WakePhrase:
        """The wake phrases, with the name that people have given it since."""
        if (name := self._robot_name()) != self._named[0]:
            self._named = name, self._words.wake.with_name(name)
        return self._named[1]

    def _say(self, occasion: AttentionOccasion, language: str) -> ToSay:
        return ToSay(self._phrases.say(occasion, language))
