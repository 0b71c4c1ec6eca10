import pytest

from nlu.errors import PromptTooLong
from nlu.history import History, fitting_prompt
from nlu.llama_template import Exchange, Vocabulary, prompt_tokens

SYSTEM = "Be kind."
LETTERS = Vocabulary(lambda text: list(map(ord, text)), -1, -2)


def exchange(number: int) -> Exchange:
    return Exchange(f"question {number}", f"answer {number}", "en")


def text_of(tokens: list[int]) -> str:
    return "".join(chr(token) for token in tokens if token > 0)


def test_keeps_the_last_turns() -> None:
    history = History(turns=2)
    for number in range(5):
        history.remember(exchange(number))
    assert history.exchanges == (exchange(3), exchange(4))


def test_forgets() -> None:
    history = History(turns=2)
    history.remember(exchange(1))
    history.forget()
    assert history.exchanges == ()


@pytest.mark.parametrize("unheard", [Exchange("hi", " ", "en"), Exchange(" ", "hello", "en")])
def test_what_was_not_heard_leaves_no_trace(unheard: Exchange) -> None:
    history = History(turns=2)
    history.remember(unheard)
    assert history.exchanges == ()


def test_no_memory_at_all_when_no_turns_are_kept() -> None:
    history = History(turns=0)
    history.remember(exchange(1))
    assert history.exchanges == ()


def test_everything_that_fits_is_kept() -> None:
    exchanges = [exchange(1), exchange(2)]
    whole = prompt_tokens(LETTERS, SYSTEM, exchanges, "now")
    assert fitting_prompt(LETTERS, SYSTEM, exchanges, "now", len(whole)) == whole


def test_the_oldest_turn_goes_first_and_the_system_prompt_stays() -> None:
    exchanges = [exchange(1), exchange(2), exchange(3)]
    room = len(prompt_tokens(LETTERS, SYSTEM, exchanges, "now")) - 1
    text = text_of(fitting_prompt(LETTERS, SYSTEM, exchanges, "now", room))
    assert "question 1" not in text
    assert "question 2" in text
    assert text.startswith(f"[INST] <<SYS>>\n{SYSTEM}\n<</SYS>>")


@pytest.mark.parametrize("length", [200, 1_000, 100_000])
def test_a_question_that_is_too_long_loses_its_middle(length: int) -> None:
    question = "begin " + "x" * length + " end?"
    tokens = fitting_prompt(LETTERS, SYSTEM, [exchange(1)], question, 120)
    text = text_of(tokens)
    assert 110 < len(tokens) <= 120
    assert "begin" in text
    assert " … " in text
    assert "end? [/INST]" in text
    assert SYSTEM in text


def test_a_persona_that_leaves_no_room_is_named_as_the_cause() -> None:
    with pytest.raises(PromptTooLong, match="persona text takes 533 tokens, but only 100"):
        fitting_prompt(LETTERS, "y" * 500, (), "hello", 100)


def test_the_prompt_only_grows_although_facts_change() -> None:
    first = Exchange("how late is it", "It is noon.", "en", ("time: noon",))
    before = prompt_tokens(LETTERS, SYSTEM, [], "(time: noon) how late is it")
    after = fitting_prompt(LETTERS, SYSTEM, [first], "(time: one minute past noon) and now", 500)
    assert after[: len(before)] == before
    assert text_of(after).endswith("(time: one minute past noon) and now [/INST]")


def test_five_hundred_turns_always_fit() -> None:
    history = History(turns=8)
    for number in range(500):
        tokens = fitting_prompt(LETTERS, SYSTEM, history.exchanges, f"question {number}", 200)
        assert len(tokens) <= 200
        history.remember(exchange(number))
