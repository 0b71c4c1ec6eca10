"""What hurt or was wrong, and what is to be forgotten."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nlu.care.wishes import Forgotten
from tests.care_talk import KOREAN_UNKIND, UNKIND, Talk, Talks

Begin = Callable[..., Talk]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Starts a Sori; started again, it has the same disk."""
    with Talks(tmp_path) as talks:
        yield talks.begin


@pytest.mark.parametrize(
    ("language", "question", "unkind", "report", "words", "kind"),
    [
        ("en", "how do i walk", UNKIND, "that hurt me", "sorry", "hurt"),
        ("en", "how do i walk", UNKIND, "don't say that again", "not say", "unwanted"),
        ("ko", "왜 그래", KOREAN_UNKIND, "방금 그 말 기분 나빠", "죄송해요", "hurt"),
    ],
)
def test_what_hurt_is_kept_and_not_said_again(
    begin: Begin, language: str, question: str, unkind: str, report: str, words: str, kind: str
) -> None:
    talk = begin()
    assert talk.may_say(unkind, language)
    talk.chat(question, unkind, language)
    assert words in talk.say(report, language)
    assert not talk.may_say(unkind, language)
    (kept,) = talk.memory.reports()
    assert (kept.kind, kept.phrase, kept.said, kept.turn) == (kind, unkind, question, 1)
    assert not begin().may_say(unkind, language)


def test_what_was_wrong_is_noted_and_nothing_more_is_claimed(begin: Begin) -> None:
    talk = begin()
    talk.chat("where is seoul", "Seoul is in Peru.")
    answer = talk.say("that was wrong")
    assert "Thank you" in answer
    assert "learn" not in answer
    assert [report.kind for report in talk.memory.reports()] == ["wrong"]
    assert talk.may_say("Seoul is in Peru.")


def test_without_words_of_its_own_it_asks_which_were_meant(begin: Begin) -> None:
    talk = begin()
    which = "I am not sure which words you mean. Please tell me right after I say them."
    assert talk.say("that hurt me") == which
    talk.chat("how do i walk", UNKIND)
    assert "sorry" in talk.say("that hurt me")
    assert talk.say("that hurt me") == which  # the apology did not
    assert len(talk.memory.reports()) == 1


@pytest.mark.parametrize(
    ("said", "what", "turns", "answer"),
    [
        ("forget what I just said", "last", 1, "I have deleted what you said last"),
        ("forget this conversation", "conversation", 0, "I have deleted this whole conversation."),
        ("forget me", "me", 0, "I have deleted all I kept of you"),
    ],
)
def test_what_is_to_be_forgotten_is_gone_at_once(
    begin: Begin, said: str, what: Forgotten, turns: int, answer: str
) -> None:
    talk = begin()
    talk.say("call me Mina")
    talk.chat("i like tea", "Tea is warm.")
    talk.chat("how do i walk", UNKIND)
    talk.say("that hurt me")
    reply = talk.told(said)
    assert reply.text.startswith(answer)
    assert reply.forgot == what
    assert talk.forgotten == [what]
    assert len(talk.memory.turns()) == turns
    gone = what == "me"
    assert talk.care.preferences.user_name == ("" if gone else "Mina")
    assert talk.may_say(UNKIND) == gone
    assert begin().care.preferences.user_name == ("" if gone else "Mina")


def test_forgetting_a_child_brings_back_the_audience_of_the_file(begin: Begin) -> None:
    talk = begin()
    talk.say("switch to kids mode")
    talk.say("forget me")
    assert talk.screen.audience == "general"


def test_a_disk_that_refuses_is_told_and_the_wish_holds_until_the_end(
    begin: Begin, tmp_path: Path
) -> None:
    (tmp_path / "sori").write_text("a file where the folder should be", encoding="utf-8")
    talk = begin()
    assert talk.memory.problem is not None
    talk.say("answer more briefly")
    assert talk.care.preferences.length == "short"
    talk.chat("how do i walk", UNKIND)
    talk.say("that hurt me")
    assert not talk.may_say(UNKIND)


def test_a_closed_memory_keeps_nothing_and_says_so(begin: Begin) -> None:
    talk = begin()
    talk.chat("how do i walk", UNKIND)
    talk.memory.close()
    not_kept = "I could not write it down, so it lasts until I am switched off."
    assert talk.say("answer more briefly").endswith(not_kept)
    assert talk.care.preferences.length == "short"
    talk.last_reply = UNKIND
    assert talk.say("that was wrong").endswith("I cannot write it down right now, I am sorry.")
    talk.last_reply = UNKIND
    assert talk.say("that hurt me").endswith(not_kept)
    assert not talk.may_say(UNKIND)
    assert talk.say("forget me").startswith("I cannot delete it right now, I am sorry.")
