"""What was heard while Sori spoke: itself, an "mhm", or a person with something to say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

from audio.errors import RecognitionError
from audio.pitch import voiced_s
from audio.recognition.partial import PartialRecogniser
from audio.sound import SAMPLE_RATE_HZ, Utterance
from nlu.backchannel import Backchannels
from nlu.own_echo import AIR_S, Sounded, words_of_people
from nlu.turn_end import TurnEnd
from robot.stop_ear import LEAST_VOICE_S

Overheard = Literal["own", "listener", "person"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What an utterance over Sori's voice is taken for."""

    whose: Overheard
    text: str = ""
    """A person's words in it."""
    probability: float = 0.0
    """That they were read rightly, 0..1: see PartialText."""


@dataclass(frozen=True, slots=True)
class Overhearing:
    """Judges utterances by their words. For the ear's thread, as the recogniser is."""

    recogniser: PartialRecogniser
    backchannels: Backchannels
    turn_end: TurnEnd

    @classmethod
    def load(
        cls, recogniser: PartialRecogniser, turn_end: TurnEnd, languages: Sequence[str]
    ) -> Self:
        """Raises ConfigurationError when the word list cannot be used."""
        return cls(recogniser, Backchannels.load(languages), turn_end)

    def judge(
        self, utterance: Utterance, sounded: Sequence[Sounded], *, after_question: bool
    ) -> Judged:
        """Whose `utterance` is, said over the clauses `sounded`, and a person's words in it.

        `after_question`: Sori has just asked something, so that a "yes" is an answer. What cannot
        be read counts as a person's: better a turn too many than nobody heard.
        """
        if voiced_s(utterance.samples, SAMPLE_RATE_HZ) < LEAST_VOICE_S:
            return Judged("listener")  # a cough, whatever it may be read as
        try:
            texts = self.recogniser.read(utterance.samples)
        except RecognitionError:
            return Judged("person")
        if not texts:
            return Judged("listener")  # nothing like speech
        read, language = texts[0].text, texts[0].language

        def is_whole(text: str) -> bool:
            return self.turn_end.read(text, language) == "complete"

        left = words_of_people(read, utterance.start_s, utterance.end_s, sounded, matters=is_whole)
        if read and not left:
            return Judged("own")
        if self.backchannels.is_only(left, after_question=after_question):
            return Judged("listener", left, texts[0].probability)
        return Judged("person", left, texts[0].probability)


def is_in_the_air(utterance: Utterance, sounded: Sequence[Sounded]) -> bool:
    """Whether any of Sori's words may be mixed into `utterance`."""
    return any(
        clause.from_s - AIR_S <= utterance.end_s and utterance.start_s <= clause.until_s + AIR_S
        for clause in sounded
    )
