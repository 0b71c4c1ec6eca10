"""From what the stages return to the turn object."""

from dataclasses import replace

from nlu.emotion.text_emotion import Felt
from robot.acting.acting import Acted
from robot.exchange import Reply
from robot.hearing import Heard
from robot.turn import Answer
from robot.turn_record import (
    Screened,
    ScreenedReply,
    Timings,
    TurnRecord,
    TurnSafety,
    action_record,
    emotion_of,
    intent_of,
)

NOT_UNDERSTOOD = frozenset({"low_probability", "endless", "repetition", "bad_scores"})
"""Why a transcript of what may well have been speech was thrown away."""
VOICED_SHARE_OF_SPEECH = 0.5
"""Real sentences are voiced for most of their time; knocks and rustling are not."""


def is_worth_asking_again(heard: Heard) -> bool:
    """Whether this was speech that was not understood. Noise and silence get no answer."""
    not_understood = heard.transcript.rejected in NOT_UNDERSTOOD
    return not_understood and heard.utterance.voiced_share >= VOICED_SHARE_OF_SPEECH


def heard_record(turn: int, file: str | None, heard: Heard) -> TurnRecord:
    """What is known of a turn once its words are."""
    utterance, transcript = heard.utterance, heard.transcript
    return TurnRecord(
        turn=turn,
        file=file,
        start_s=round(utterance.start_s, 3),
        end_s=round(utterance.end_s, 3),
        transcript=transcript.text,
        language=transcript.language if transcript.text else None,
        language_confidence=round(heard.language_confidence, 3) if transcript.text else None,
        no_speech=not transcript.text and not is_worth_asking_again(heard),
        timings_ms=Timings(
            endpoint=round(1_000 * utterance.endpoint_s), recognise=heard.recognise_ms
        ),
    )


def felt_record(record: TurnRecord, felt: Felt) -> TurnRecord:
    """`record` with what its words sound like."""
    return replace(record, emotion=emotion_of(felt))


def answered_record(record: TurnRecord, reply: Reply, answer: Answer) -> TurnRecord:
    """`record` with the reply, what the filter said of both sides, and the stage times."""
    question = Screened(reply.question.allowed, reply.question.categories)
    return _with_answer(record, reply.language, question, answer)


def phrase_record(record: TurnRecord, language: str, answer: Answer) -> TurnRecord:
    """The same where a phrase of Sori's own answers, such as that no words were understood."""
    return _with_answer(record, language, None, answer)


def _with_answer(
    record: TurnRecord, language: str, question: Screened | None, answer: Answer
) -> TurnRecord:
    verdicts = [clause.verdict for clause in answer.clauses]
    allowed = all(verdict.allowed for verdict in verdicts)
    categories = dict.fromkeys(name for verdict in verdicts for name in verdict.categories)
    timings = replace(
        record.timings_ms, first_token=answer.first_token_ms, first_sound=answer.first_sound_ms
    )
    return replace(
        record,
        reply=answer.reply,
        reply_language=language,
        safety=TurnSafety(
            input=question,
            reply=ScreenedReply(allowed, tuple(categories), replaced=not allowed),
        ),
        timings_ms=timings.with_total(),
    )


def acted_record(record: TurnRecord, acted: Acted | None) -> TurnRecord:
    """`record` with what the body was asked for and what came of it; as it is without either."""
    if acted is None:
        return record
    return replace(
        record,
        intent=None if acted.intent is None else intent_of(acted.intent),
        action=None if acted.performed is None else action_record(acted.performed),
    )
