"""What a sentence moves: read, limited, asked first where need be, done, and told in one reply.

It knows neither sound nor turns: text comes in, the reply and what was performed go out.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from config.body_phrases import BodyPhrases
from nlu import actions
from nlu.abilities import Abilities
from nlu.actions import Action, Emotion, Express, Query, Stop, action_name
from nlu.commands.reading import Command, Doubt, NotACommand, Reading, Unclear
from robot.acting.confirmation import AskedBack, Confirmation, Pending, ReadBack
from robot.acting.questions import Questions
from robot.acting.report import Reporter, has_moved
from robot.body.errors import BodyError
from robot.body.state import Performed
from robot.body.verdict import Allowed, Ask, Refused, Verdict
from robot.body.writer import Watch, nothing

log = logging.getLogger(__name__)


class Reader(Protocol):
    """Reads sentences as commands."""

    def read(self, text: str, language: str, confidence: float | None = None) -> Reading:
        """What `text` asks of the body; `confidence` is the mean log probability of its words."""
        ...

    def answer(self, text: str, language: str) -> bool | None:
        """A plain yes or no; None: anything else."""
        ...


Guess = Callable[[str, str], Reading]
"""A second reading of a sentence, in its language, where the reader finds nothing in it."""


def _no_guess(_text: str, _language: str) -> Reading:
    return NotACommand()


class Body(Protocol):
    """The one body, as far as acting needs it."""

    @property
    def has_odometry(self) -> bool:
        """Whether it measures where it is."""
        ...

    def check(self, action: Action) -> Verdict:
        """Whether `action` may be done now. Raises BodyError when the body is gone."""
        ...

    def perform(self, action: Action, watch: Watch, epoch: int | None) -> Performed:
        """Do it, and tell what was measured."""
        ...


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a sentence that was a matter of the body."""

    reply: str
    intent: Action | None
    """What was understood; None: which of several is still to be said."""
    performed: Performed | None
    """None: nothing was tried, Sori asked which one, or let go of an earlier question."""
    asks: bool = False
    """The reply is a question that waits for an answer; see `Acting.question_ended`."""

    @property
    def moved(self) -> frozenset[str]:
        """The kinds of action that really happened: what may be claimed in this turn."""
        return frozenset() if self.performed is None else moved_kinds(self.performed)

    @property
    def volume_percent(self) -> int | None:
        """How loud the body was told to be; None where that was not asked for, or not done."""
        return None if self.performed is None else _volume_percent(self.performed)


class Acting:
    """The acting of one conversation."""

    def __init__(
        self,
        reader: Reader,
        body: Body,
        abilities: Abilities,
        phrases: BodyPhrases,
        confirm_s: float = 8.0,
        guess: Guess = _no_guess,
    ) -> None:
        self._reader = reader
        self._guess = guess
        self._body = body
        self._reporter = Reporter(phrases, abilities)
        self._questions = Questions(phrases)
        self._confirmation = Confirmation(confirm_s)

    @property
    def waits_for_answer(self) -> bool:
        """Whether a question is open."""
        return self._confirmation.question is not None

    def question_ended(self, at_s: float) -> None:
        """The question of the last reply was heard to its end at this time of the conversation."""
        self._confirmation.question_ended(at_s)

    def forget(self) -> None:
        """A new conversation begins."""
        self._confirmation.drop()

    def consider(
        self,
        text: str,
        language: str,
        now_s: float,
        log_probability: float | None = None,
        watch: Watch = nothing,
        epoch: int | None = None,
        reply_language: str = "",
    ) -> Acted | None:
        """What comes of `text`, said at `now_s`; None where it is no matter of the body.

        It is told in `reply_language`, if that is not the language of the text.
        `epoch` is the writer's when the words were said: a stop since then drops what they ask. A
        guess is made only of words in which the reader finds nothing; what it gives with a doubt is
        read back before anything moves.
        """
        turn = _Turn(text, language, reply_language or language, now_s, watch, epoch)
        reading = self._reader.read(text, language, log_probability)
        if (pending := self._confirmation.take(now_s)) is not None:
            acted = self._answered(pending, reading, turn)
            if acted is not None:
                return acted
            reading = self._completed(pending, reading, turn)
        if reading == NotACommand() and self._reader.answer(text, language) is None:
            reading = self._guess(text, language)  # what was refused ("don't", a question) is not
        return self._act_on(reading, turn)

    def act_on(
        self,
        reading: Reading,
        language: str,
        now_s: float,
        watch: Watch = nothing,
        epoch: int | None = None,
    ) -> Acted | None:
        """The same for a sentence that somebody else has read, such as the language model."""
        self._confirmation.drop()
        return self._act_on(reading, _Turn("", language, language, now_s, watch, epoch))

    def _act_on(self, reading: Reading, turn: "_Turn") -> Acted | None:
        match reading:
            case NotACommand():
                return None
            case Unclear():
                return self._ask_which(reading, turn)
            case Command(action=action, doubts=doubts):
                return self._do(action, doubts, turn)

    def show(self, emotion: Emotion, epoch: int | None = None) -> None:
        """Show a face of Sori's own accord; a body that cannot, or may not now, does not."""
        try:
            if isinstance(self._body.check(Express(emotion)), Allowed):
                self._body.perform(Express(emotion), nothing, epoch)
        except BodyError as error:
            log.info("no face was shown: %s", error)

    # --- answers to an open question ------------------------------------------------------------

    def _answered(self, pending: Pending, reading: Reading, turn: "_Turn") -> Acted | None:
        """What comes of an answer to the question; None: it was something else."""
        question = pending.question
        if isinstance(reading, Command) and isinstance(reading.action, Stop):
            return self._stopped(question, reading.action, turn)
        match self._reader.answer(turn.text, turn.language):
            case False:
                action = question.action if isinstance(question, ReadBack) else None
                return Acted(self._questions.dropped(action, turn.reply_language), None, None)
            case True if pending.late:
                return Acted(self._questions.too_late(turn.reply_language), None, None)
            case True:
                return self._agreed(question, turn)
        if isinstance(question, ReadBack) or pending.late or isinstance(reading, Command):
            return None
        chosen = self._questions.chosen(turn.text, question.unclear, turn.language)
        return None if chosen is None else self._do(chosen, (), turn)

    def _stopped(self, question: ReadBack | AskedBack, stop: Stop, turn: "_Turn") -> Acted:
        performed = self._body.perform(stop, turn.watch, turn.epoch)
        if performed.outcome != "done":
            return Acted(self._reporter.report(performed, turn.reply_language), stop, performed)
        action = question.action if isinstance(question, ReadBack) else None
        return Acted(
            self._questions.dropped(action, turn.reply_language, by_stop=True), stop, performed
        )

    def _agreed(self, question: ReadBack | AskedBack, turn: "_Turn") -> Acted:
        if isinstance(question, ReadBack):
            return self._do(question.action, (), turn, agreed=True)
        return self._ask_which(question.unclear, turn)  # "yes" names none of them

    def _completed(self, pending: Pending, reading: Reading, turn: "_Turn") -> Reading:
        """What a sentence means only as an answer: "No, one metre.", "Two metres."."""
        if not isinstance(reading, NotACommand):
            return reading
        first, _, rest = turn.text.partition(" ")
        if rest and self._reader.answer(first, turn.language) is False:
            reading = self._reader.read(rest, turn.language)
        question = pending.question
        if isinstance(question, ReadBack) or pending.late or isinstance(reading, Command):
            return reading
        if question.unclear.choices:  # none of them was named: it was something else
            return reading
        whole = self._reader.read(f"{question.text} {turn.text}", turn.language)
        return whole if isinstance(whole, Command) else reading

    # --- doing ----------------------------------------------------------------------------------

    def _do(
        self, action: Action, doubts: tuple[Doubt, ...], turn: "_Turn", agreed: bool = False
    ) -> Acted:
        """Check `action`, ask first where that is due, do it otherwise, and tell."""
        try:
            verdict = self._body.check(action)
        except BodyError as error:
            return self._told(Performed(action, action, "failed", error.code), turn)
        if isinstance(verdict, Refused):
            refused = Performed(action, action, "refused", verdict.reason)
            return self._told(refused, turn, verdict)
        harmless = isinstance(action, Stop | Query)
        if not agreed and not harmless and (doubts or isinstance(verdict, Ask)):
            return self._read_back(action, verdict, doubts, turn)
        return self._told(self._body.perform(action, turn.watch, turn.epoch), turn)

    def _read_back(
        self, action: Action, verdict: Verdict, doubts: tuple[Doubt, ...], turn: "_Turn"
    ) -> Acted:
        why = doubts[0] if doubts else verdict.why if isinstance(verdict, Ask) else "risk"
        self._confirmation.ask(ReadBack(action, why), turn.now_s)
        reply = self._questions.read_back(action, turn.reply_language, heard_badly=bool(doubts))
        waiting = Performed(action, action, "needs_confirmation", why)
        return Acted(reply, action, waiting, asks=True)

    def _ask_which(self, unclear: Unclear, turn: "_Turn") -> Acted:
        self._confirmation.ask(AskedBack(unclear, turn.text), turn.now_s)
        return Acted(self._questions.ask_back(unclear, turn.reply_language), None, None, asks=True)

    def _told(self, performed: Performed, turn: "_Turn", refused: Refused | None = None) -> Acted:
        reckoned = not self._body.has_odometry
        reply = self._reporter.report(performed, turn.reply_language, refused, reckoned)
        return Acted(reply, performed.requested, performed)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What stays the same while one sentence is considered."""

    text: str
    language: str
    reply_language: str
    now_s: float
    watch: Watch
    epoch: int | None


def _volume_percent(performed: Performed) -> int | None:
    """Of the last step that set it."""
    for step in reversed(performed.steps):
        if (percent := _volume_percent(step)) is not None:
            return percent
    return None if performed.measured is None else performed.measured.volume_percent


def moved_kinds(performed: Performed) -> frozenset[str]:
    """The names of the actions of which something really happened."""
    if isinstance(performed.action, actions.Sequence):
        return frozenset[str]().union(*map(moved_kinds, performed.steps))
    return frozenset({action_name(performed.action)}) if has_moved(performed) else frozenset()
