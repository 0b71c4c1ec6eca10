import random
import tomllib
from pathlib import Path

import pytest

from config.claim_phrases import load_claim_phrases
from nlu.clauses import clauses
from robot.acting.claims import Claims
from training.pocket_llama.skills import Skills
from training.text.expand import load_topics

TABLES = {
    file.stem: tomllib.loads(file.read_text("utf-8"))
    for file in sorted((Path(__file__).resolve().parent / "claims").glob("*.toml"))
}
CLAIMS: dict[str, list[str]] = {language: table["claims"] for language, table in TABLES.items()}
INNOCENT: dict[str, list[str]] = {language: table["innocent"] for language, table in TABLES.items()}
BOOKS = load_claim_phrases()
CLAIM_TEXTS = Claims(BOOKS)
NOTHING: frozenset[str] = frozenset()
EVERYTHING = frozenset(
    ["walk", "turn", "look", "gesture", "posture", "dance", "express", "led", "volume", "stop"]
)
TEXTS = Path(__file__).resolve().parent.parent / "training" / "text"
TRUE_BY_FACTS = ("did:", "한 일:", "posture: walking", "posture: turning", "posture: dancing")
"""Facts under which a claim is true: something was done, or is being done."""


@pytest.mark.parametrize("language", sorted(CLAIMS))
def test_claims_of_motions_that_did_not_happen_are_mended(language: str) -> None:
    missed = [text for text in CLAIMS[language] if not CLAIM_TEXTS.mend(text, language, NOTHING)]
    assert not missed


@pytest.mark.parametrize("language", sorted(INNOCENT))
def test_innocent_clauses_are_left_alone(language: str) -> None:
    assert [text for text in INNOCENT[language] if CLAIM_TEXTS.mend(text, language, NOTHING)] == []


@pytest.mark.parametrize("language", sorted(CLAIMS))
def test_what_is_said_instead_is_honest_and_not_always_the_same(language: str) -> None:
    said = {CLAIM_TEXTS.mend(text, language, NOTHING) for text in CLAIMS[language]}
    book = BOOKS[language]
    assert said <= {*book.honest, *book.honest_device}
    assert len(said) >= 3
    for sentence in said:
        assert sentence is not None
        assert CLAIM_TEXTS.mend(sentence, language, NOTHING) is None


@pytest.mark.parametrize(
    ("text", "language", "moved", "is_true"),
    [
        ("I walked two metres.", "en", {"walk"}, True),
        ("I walked two metres.", "en", {"gesture", "turn"}, False),
        ("I waved.", "en", {"gesture"}, True),
        ("I moved.", "en", {"turn"}, True),
        ("I moved.", "en", {"led", "volume"}, False),
        ("I turned my head.", "en", {"look"}, True),
        ("I walked and then I waved.", "en", {"walk"}, False),
        ("I opened the door.", "en", EVERYTHING, False),
        ("손을 흔들었어요.", "ko", {"gesture"}, True),
        ("손을 흔들었어요.", "ko", {"walk"}, False),
        ("앞으로 걸어갔어요.", "ko", {"walk"}, True),
        ("불빛을 껐어요.", "ko", {"led"}, True),
    ],
)
def test_what_was_performed_may_be_claimed(
    text: str, language: str, moved: set[str], is_true: bool
) -> None:
    assert (CLAIM_TEXTS.mend(text, language, frozenset(moved)) is None) is is_true


def test_lights_and_voice_are_answered_in_their_own_words() -> None:
    assert CLAIM_TEXTS.mend("I set the volume to ten percent.", "en", NOTHING) in (
        BOOKS["en"].honest_device
    )


@pytest.mark.parametrize(
    ("asked", "language", "clause"),
    [
        ("translate into english 나는 손을 흔들었어요", "en", "I waved my hand."),
        ("how do you say 걸었어요 in english", "en", "I walked."),
        ("write a message to my friend that i am on my way", "en", "I am on my way to you."),
        ("i walked 를 한국어로 번역해 줘", "ko", "저는 걸었어요."),
        ("따라 해 봐 손을 흔들었어요", "ko", "손을 흔들었어요."),
    ],
)
def test_quotations_claim_nothing(asked: str, language: str, clause: str) -> None:
    assert CLAIM_TEXTS.mend(clause, language, NOTHING) is not None
    assert CLAIM_TEXTS.mend(clause, language, NOTHING, asked) is None


def test_an_order_is_no_quotation() -> None:
    assert CLAIM_TEXTS.mend("I waved my hand.", "en", NOTHING, "wave and say hello") is not None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_that_the_pocket_llama_learns_to_chat_is_mended(language: str) -> None:
    topics = load_topics(TEXTS / f"topics_{language}.toml")
    said = [
        clause for topic in topics for text in topic.answer for clause in clauses([text], 40, 80)
    ]
    assert len(said) > 800
    assert [clause for clause in said if CLAIM_TEXTS.mend(clause, language, NOTHING)] == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_that_it_learns_to_say_of_facts_is_mended(language: str) -> None:
    skills = Skills.load(language, TEXTS)
    rng = random.Random(7)
    turns = [skills.turn(skill, rng) for skill in skills.skills for _ in range(10)]
    said = [
        clause
        for turn in turns
        if not any(fact.startswith(TRUE_BY_FACTS) for fact in turn.facts)
        for clause in clauses([turn.answer], 40, 80)
    ]
    assert len(said) > 700
    assert [clause for clause in said if CLAIM_TEXTS.mend(clause, language, NOTHING)] == []


def test_what_it_learns_to_say_of_deeds_is_true_when_they_were_done() -> None:
    for language in ("en", "ko"):
        skills = Skills.load(language, TEXTS)
        rng = random.Random(8)
        for skill in skills.skills:
            for clause in clauses([skills.turn(skill, rng).answer], 40, 80):
                if wrong := CLAIM_TEXTS.mend(clause, language, EVERYTHING):
                    assert wrong in BOOKS[language].honest, clause  # jumping, fetching: no body can


@pytest.mark.parametrize(
    ("language", "clause"),
    [
        ("en", "I cannot move my body yet in this version."),
        ("en", "Moving is not possible for me yet, I can only listen and speak."),
        ("ko", "이번 버전에서는 아직 몸을 움직일 수 없어요."),
        ("ko", "지금은 로봇의 목소리만 맡고 있어요."),
    ],
)
def test_a_robot_with_a_body_does_not_deny_it(language: str, clause: str) -> None:
    embodied = Claims(BOOKS, has_body=True)
    mended = embodied.mend(clause, language, moved=frozenset())
    assert mended in BOOKS[language].able
    assert embodied.mend(str(mended), language, moved=frozenset()) is None
    assert CLAIM_TEXTS.mend(clause, language, moved=frozenset()) is None
