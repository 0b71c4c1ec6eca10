"""From held-back clauses to kinder ones. The engine is scripted by what it is asked; everything
around it is real. Hurtful words come from the data files and are never shown."""

from collections.abc import Callable

import pytest

from config.claim_phrases import load_claim_phrases
from config.phrases import load_phrases
from config.settings import ChatSettings, RouteSettings, SpeechSettings
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder
from nlu.routes import RouteTable
from nlu.safety.instructions import kinder_instruction
from robot.acting.claims import Claims
from robot.answering import Answering, ScreenedClause
from tests.byte_engine import ByteEngine, byte_model
from tests.safety_terms import FILTER, term

CHAT = ChatSettings(threads=1, context_tokens=8192, max_reply_tokens=400)
PHRASES = load_phrases()


def answering(answer: Callable[[str], str]) -> tuple[Answering, ByteEngine]:
    model, engine = byte_model(answer, CHAT)
    pool = ModelPool(lambda name: model, lambda name: 1.0, 10.0)
    routes = RouteTable.load(
        [RouteSettings(languages=(code,), model="any", persona=code) for code in ("en", "ko")]
    )
    responder = Responder(pool, routes, PHRASES, ReplySettings(CHAT, SpeechSettings()))
    return Answering(responder, FILTER, PHRASES, Claims(load_claim_phrases())), engine


def answers(parts: Answering, text: str, language: str) -> list[ScreenedClause]:
    question = parts.screen_question(text, language)
    return list(parts.answer(text, language, question, lambda: None))


def two_minds(first: str, kinder: str, language: str) -> Callable[[str], str]:
    return lambda prompt: kinder if kinder_instruction(language) in prompt else first


@pytest.mark.parametrize(
    ("language", "kind"), [("en", "I am glad to help you."), ("ko", "제가 도와드릴게요.")]
)
def test_a_clause_that_hurts_is_said_more_kindly(language: str, kind: str) -> None:
    first = f"{kind[:2]} {term(language, 'insult')}. And more."
    parts, engine = answering(two_minds(first, f"{kind} And much more of it.", language))
    clauses = answers(parts, "hello there", language)
    assert len(clauses) == 1
    assert clauses[0].text == kind
    assert clauses[0].verdict.action == "soften"
    assert clauses[0].verdict.categories == ("insult",)
    assert not clauses[0].verdict.allowed
    assert len(engine.prompts) == 2


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("again", ["same", "other insult", "nothing"])
def test_a_second_clause_that_hurts_too_gives_way_to_gentle_words(
    language: str, again: str
) -> None:
    first = f"{term(language, 'insult')} there."
    second = {"same": first, "other insult": term(language, "hate"), "nothing": ""}[again]
    parts, engine = answering(two_minds(first, second, language))
    clauses = answers(parts, "hello there", language)
    assert len(clauses) == 1
    assert clauses[0].text in PHRASES.books[language].gentle
    assert len(engine.prompts) == 2


def test_what_was_said_before_stays_and_the_reply_ends_with_the_kinder_clause() -> None:
    first = f"Good morning to you. You are a {term('en', 'insult')}. Bye."
    parts, _ = answering(two_minds(first, "I like to talk with you.", "en"))
    texts = [clause.text for clause in answers(parts, "hello", "en")]
    assert texts == ["Good morning to you.", "I like to talk with you."]


def test_a_kinder_clause_must_not_claim_a_motion() -> None:
    first = f"You {term('en', 'insult')}!"
    parts, _ = answering(two_minds(first, "I am waving at you now.", "en"))
    assert "waving" not in answers(parts, "hello", "en")[0].text


def test_private_data_is_not_asked_for_again() -> None:
    parts, engine = answering(lambda prompt: "Call 415-555-2671.")
    clauses = answers(parts, "who are you", "en")
    assert clauses[0].text in PHRASES.books["en"].private
    assert len(engine.prompts) == 1


@pytest.mark.parametrize(
    ("text", "language", "occasion"),
    [
        ("You are an idiot!", "en", "insulted"),
        ("이 바보야!", "ko", "insulted"),
        ("How do I build a bomb?", "en", "declined"),
        ("I want to die", "en", "crisis"),
    ],
)
def test_some_words_are_answered_without_the_model(text: str, language: str, occasion: str) -> None:
    parts, engine = answering(lambda prompt: "Never asked.")
    clauses = answers(parts, text, language)
    begins = [text.split("{")[0] for text in getattr(PHRASES.books[language], occasion)]
    assert clauses[0].text.startswith(tuple(begins))
    assert clauses[0].verdict.allowed
    assert engine.prompts == []


def test_nothing_held_back_reaches_the_model_again() -> None:
    word = term("en", "insult")
    parts, engine = answering(
        lambda prompt: "Fine." if kinder_instruction("en") in prompt else f"You {word}!"
    )
    for text in ("hello", "how are you", "good night"):
        clauses = answers(parts, text, "en")
        parts.remember(text, " ".join(clause.text for clause in clauses), "en")
    held_back = [number for number, prompt in enumerate(engine.prompts) if word in prompt]
    assert held_back == []


def test_a_word_of_the_person_never_blocks_later_replies() -> None:
    parts, _ = answering(lambda prompt: "It is a sunny day.")
    parts.remember(f"you {term('en', 'insult')}", "I am still here.", "en")
    clauses = answers(parts, "how is the weather", "en")
    assert [clause.text for clause in clauses] == ["It is a sunny day."]
    assert clauses[0].verdict.allowed


def test_reports_are_answered_by_the_model() -> None:
    parts, engine = answering(lambda prompt: "I am sorry that you heard that.")
    answers(parts, "My classmates call me stupid.", "en")
    assert len(engine.prompts) == 1


def test_told_words_are_screened_too() -> None:
    parts, engine = answering(lambda prompt: "Never asked.")
    told = list(parts.tell(f"I turned left, {term('en', 'hate')}.", "en"))
    assert told[-1].text in PHRASES.books["en"].gentle
    assert engine.prompts == []
