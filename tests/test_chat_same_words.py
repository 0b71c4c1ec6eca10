"""A model in a process of its own says what the same model says within the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.errors import ModelError
from config.settings import ChatSettings
from nlu import chat_model, chat_process
from nlu.adapters import PLAIN, Manner
from nlu.chat_model import ChatModel
from nlu.chat_process import ChatProcess
from nlu.errors import PromptTooLong, ReplyError
from nlu.language_model import ReplyLimits
from tests.chat_workers import asked, weights

MODELS = Path("models")
POCKET_ADAPTERS = ("pocket-llama-plain-korean", "pocket-llama-brief")
MANNERS = (PLAIN, *(Manner(name) for name in POCKET_ADAPTERS), Manner(POCKET_ADAPTERS[1], 0.5))
QUESTIONS = (
    "hello",
    "tell me a joke",
    "안녕하세요",
    "오늘 뭐 했어",
    "who are you",
    "재미있는 얘기 해 줘",
)
LIMITS = ReplyLimits(max_tokens=24, max_s=60.0)


@pytest.fixture(scope="module")
def pocket() -> Iterator[tuple[ChatModel, ChatProcess]]:
    adapters = {name: weights(MODELS / f"{name}.gguf") for name in POCKET_ADAPTERS}
    settings = ChatSettings(threads=1)
    here = chat_model.load(weights(MODELS / "pocket-llama.gguf"), settings, adapters)
    there = chat_process.load(weights(MODELS / "pocket-llama.gguf"), settings, adapters)
    yield here, there
    here.close()
    there.close()


@pytest.mark.parametrize("manner", MANNERS, ids=lambda manner: f"{manner.adapter} {manner.scale}")
def test_words_are_the_same(pocket: tuple[ChatModel, ChatProcess], manner: Manner) -> None:
    here, there = pocket
    for question in QUESTIONS:
        prompt = asked(here, question)
        assert asked(there, question) == prompt
        assert list(there.generate(prompt, LIMITS, manner)) == list(
            here.generate(prompt, LIMITS, manner)
        )


def test_tokens_context_and_forms_are_the_same(pocket: tuple[ChatModel, ChatProcess]) -> None:
    here, there = pocket
    for text in ("", " ", "<s>안녕</s>", "🤖", "a" * 3_000, "naïve\nline"):
        assert there.tokenize(text) == here.tokenize(text)
    assert there.context_tokens == here.context_tokens
    grammar = 'root ::= "yes" | "no" | "maybe " [a-z]+'
    prompt = asked(here)
    assert there.fill(prompt, grammar, LIMITS) == here.fill(prompt, grammar, LIMITS)
    with pytest.raises(ReplyError, match="cannot read the grammar"):
        there.fill(prompt, "root ::= (", LIMITS)
    with pytest.raises(ModelError, match="`third` is not loaded"):
        list(there.generate(prompt, LIMITS, Manner("third")))
    with pytest.raises(PromptTooLong):
        there.generate([1] * 5_000, LIMITS)


def test_a_warm_prompt_says_the_same(pocket: tuple[ChatModel, ChatProcess]) -> None:
    here, there = pocket
    prompt = asked(here, "tell me a story")
    wanted = list(here.generate(prompt, LIMITS))
    for model in (here, there):
        model.warm([])
        model.warm(prompt[:9], MANNERS[1])
        model.warm(prompt[:12])
        model.warm(prompt)
        assert list(model.generate(prompt, LIMITS)) == wanted
