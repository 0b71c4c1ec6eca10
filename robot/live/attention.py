"""Whom Sori listens to: a pure state machine on the time of the stream that the ear hears.

It decides for each utterance whether it was said to Sori. What the words are (a call, a wish, a
stop) is read before by nlu; nothing here waits, and no clock is asked.
"""

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal, assert_never

from config.attention_settings import AttentionMode, AttentionSettings
from nlu.attention_words import AttentionWish
from nlu.wake_phrase import Called

AttentionState = Literal["asleep", "waiting", "listening"]
"""`waiting`: for the wake phrase or the button; `listening`: the next words are for Sori."""

PRESSES_KEPT = 4
"""An utterance is known only after its end; the button may have been let go since."""


@dataclass(frozen=True, slots=True)
class Attended:
    """It was said to Sori."""

    text: str
    """Without the wake phrase."""


@dataclass(frozen=True, slots=True)
class Summoned:
    """Sori was called, and nothing more was said."""


@dataclass(frozen=True, slots=True)
class FellAsleep:
    """Sori was told to sleep, and does."""


@dataclass(frozen=True, slots=True)
class WokeUp:
    """Sori was woken, and nothing more was said."""


@dataclass(frozen=True, slots=True)
class ModeChanged:
    """Sori was told when to listen."""

    mode: AttentionMode


@dataclass(frozen=True, slots=True)
class Ignored:
    """It was not said to Sori."""

    why: Literal["asleep", "not_called", "button_up"]


Heard = Attended | Summoned | FellAsleep | WokeUp | ModeChanged | Ignored


@dataclass(slots=True)
class _Press:
    """One hold of the talk button."""

    from_s: float
    until_s: float = math.inf


class Attention:
    """Decides for each utterance; times are seconds of the stream, in order.

    One thread asks it what is heard; `press`, `release` and the page's methods may come from any.
    """

    def __init__(self, settings: AttentionSettings) -> None:
        self._settings = settings
        self._mode = settings.mode
        self._asleep = False
        self._open_until_s = -math.inf
        self._presses: deque[_Press] = deque(maxlen=PRESSES_KEPT)

    @property
    def mode(self) -> AttentionMode:
        """What makes Sori listen."""
        return self._mode

    @property
    def is_asleep(self) -> bool:
        """Whether only a call, a stop or the page is heard."""
        return self._asleep

    def state(self, at_s: float) -> AttentionState:
        """What people are shown at `at_s`."""
        if self._asleep:
            return "asleep"
        return "listening" if self._listens(at_s, at_s) else "waiting"

    def hears(
        self,
        text: str,
        from_s: float,
        until_s: float,
        *,
        called: Called | None,
        wish: AttentionWish | None,
        stops: bool,
    ) -> Heard:
        """What becomes of `text`, said from `from_s` to `until_s`.

        `called` is what WakePhrase reads in it, `wish` what AttentionWords reads in what is left of
        it, `stops` whether it has a stop word, which counts always and wakes Sori.
        """
        rest = text.strip() if called is None else called.rest
        if self._asleep:
            return self._hears_asleep(rest, until_s, called=called, wish=wish, stops=stops)
        if not stops and not self._is_addressed(from_s, until_s, called):
            return Ignored("button_up" if self._mode == "push" else "not_called")
        self._attend(until_s)
        if wish is not None and (obeyed := self._obey(wish, until_s)) is not None:
            return obeyed
        return Attended(rest) if rest else Summoned()

    def reply_ended(self, at_s: float) -> None:
        """Sori's answer is over, said or cut short: for a while no wake phrase is needed."""
        if not self._asleep:
            self._open_until_s = at_s + self._settings.follow_up_s

    def press(self, at_s: float) -> None:
        """The talk button goes down; that wakes Sori, too."""
        self._asleep = False
        self._presses.append(_Press(at_s))

    def release(self, at_s: float) -> None:
        """The talk button goes up."""
        if self._presses:
            self._presses[-1].until_s = min(self._presses[-1].until_s, at_s)

    def apply(self, settings: AttentionSettings) -> None:
        """Other settings from now on; the mode changes only if theirs is another one."""
        before, self._settings = self._settings, settings
        if settings.mode != before.mode:
            self.set_mode(settings.mode)

    def set_mode(self, mode: AttentionMode) -> None:
        """Listen like this from now on; wakes Sori."""
        self._mode = mode
        self._asleep = False
        self._open_until_s = -math.inf

    def sleep(self) -> None:
        """Hear calls and stop words only."""
        self._asleep = True
        self._open_until_s = -math.inf

    def wake(self, at_s: float) -> None:
        """Be awake, and listen for a while without a wake phrase."""
        self._asleep = False
        self.reply_ended(at_s)

    def _hears_asleep(
        self,
        rest: str,
        until_s: float,
        *,
        called: Called | None,
        wish: AttentionWish | None,
        stops: bool,
    ) -> Heard:
        if called is None and not stops and wish not in ("wake", "get_up"):
            return Ignored("asleep")
        if called is not None and wish == "sleep":
            return Ignored("asleep")  # "good night, Sori": it sleeps already
        self._asleep = False
        self._attend(until_s)
        is_more = rest and (stops or wish not in ("wake", "get_up"))
        return Attended(rest) if is_more else WokeUp()

    def _is_addressed(self, from_s: float, until_s: float, called: Called | None) -> bool:
        return (called is not None and self._mode != "push") or self._listens(from_s, until_s)

    def _listens(self, from_s: float, until_s: float) -> bool:
        """Whether words said between the two times need no wake phrase."""
        if any(one.from_s <= until_s and from_s <= one.until_s for one in list(self._presses)):
            return True
        match self._mode:
            case "always":
                return True
            case "wake":
                return from_s <= self._open_until_s
            case "push":
                return False
            case never:
                assert_never(never)

    def _attend(self, until_s: float) -> None:
        """A turn begins; until its end is reported anything said is for Sori."""
        limit_s = max(self._settings.longest_turn_s, self._settings.follow_up_s)
        self._open_until_s = until_s + limit_s

    def _obey(self, wish: AttentionWish, until_s: float) -> Heard | None:
        """Do what was wished; None where it wishes nothing of who is awake."""
        match wish:
            case "sleep":
                if not self._settings.sleep:
                    return None
                self.sleep()
                return FellAsleep()
            case "wake":
                return Summoned()
            case "get_up":
                return None
            case "always":
                mode: AttentionMode = "always"
            case "on_call":
                mode = "wake"
            case "button":
                mode = "push"
            case never:
                assert_never(never)
        self.set_mode(mode)
        self.reply_ended(until_s)
        return ModeChanged(mode)
