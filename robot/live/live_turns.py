"""The turns of a live conversation: each is answered aloud, and told to whoever watches."""

from collections.abc import Callable

from audio.sound import Sound, Utterance
from audio.voice import Voice
from config.phrases import Phrases
from nlu.own_echo import words_of_people
from robot.assemble import Robot
from robot.conversation import Addressed, Surroundings
from robot.hearing import Heard
from robot.live.attending import Attending
from robot.live.events import ClauseSaid, EventHub, TurnEnded, WordsHeard
from robot.live.overheard import is_in_the_air
from robot.live.own_words import OwnVoice, OwnWords
from robot.live.patience import PatientVoice
from robot.live.work import Question, Recording, Remark, ToDo
from robot.turn_record import TurnRecord


class LiveTurns:
    """Does what the turns' thread is given; for that thread alone."""

    def __init__(
        self,
        robot: Robot,
        attending: Attending,
        own: OwnWords,
        make_voice: Callable[[], Voice],
        now_s: Callable[[], float],
        events: EventHub,
        phrases: Phrases,
        on_heard: Callable[[Heard], None],
    ) -> None:
        """`make_voice` opens the voice of a turn, `now_s` is the time of what is heard, `on_heard`
        is told the words of every turn."""
        self._talk = robot.conversation
        self._render = robot.render
        self._attending = attending
        self._own = own
        self._make_voice = make_voice
        self._events = events
        self._phrases = phrases
        self._on_heard = on_heard
        self._turn = 0
        own.on_clause = self._note_clause
        self._around = Surroundings(
            self._voice, on_heard=self._note_words, attend=self._attend, now_s=now_s
        )

    def answer(self, to_do: ToDo, epoch: int) -> None:
        """Do one thing to its end; `epoch` is the writer's when it was asked for."""
        talk = self._talk
        match to_do:
            case Remark(text):
                talk.say(text, self._voice)
            case Question(text, answered):
                answered.set_result(self._ended(talk.answer_text(text, self._around, epoch)))
            case Recording(utterance, answered):
                answered.set_result(self._ended(talk.answer_speech(utterance, self._around, epoch)))
            case Utterance():
                self._ended(talk.answer_speech(to_do, self._around, epoch))
        self._attending.turn_ended()
        talk.get_ready()

    def _attend(self, heard: Heard) -> Addressed:
        """Sori's own words are for nobody, should they have come this far."""
        utterance, sounded = heard.utterance, self._own.sounded
        if is_in_the_air(utterance, sounded) and not words_of_people(
            heard.transcript.text, utterance.start_s, utterance.end_s, sounded
        ):
            return None
        return self._attending.attend(heard)

    def _ended(self, record: TurnRecord) -> TurnRecord:
        self._events.publish(TurnEnded(record))
        return record

    def _voice(self, turn: int) -> OwnVoice:
        self._turn = turn
        return self._own.of(PatientVoice(self._make_voice(), self._think_aloud))

    def _think_aloud(self) -> Sound:
        language = self._talk.language
        return self._render(self._phrases.say("let_me_think", language), language)

    def _note_clause(self, text: str) -> None:
        self._events.publish(ClauseSaid(self._turn, text))

    def _note_words(self, heard: Heard) -> None:
        self._on_heard(heard)
        transcript = heard.transcript
        self._events.publish(WordsHeard(self._talk.turn, transcript.text, transcript.language))
