"""The whole way from words to clauses, on real llama.cpp with scripted networks."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from config.errors import ConfigurationError, ModelError
from config.model_files import sha256_of
from config.phrases import Phrases, load_phrases
from config.settings import ChatSettings, RouteSettings, SpeechSettings
from nlu.chat_model import ChatModel, load
from nlu.errors import ReplyCancelled
from nlu.llama_template import Exchange
from nlu.model_pool import ModelPool
from nlu.reply import ReplySettings, Responder, no_facts
from nlu.routes import RouteTable
from nlu.weights import Weights
from tests.byte_engine import byte_model
from tests.llama_checkpoints import write_random, write_scripted

HELLO = ["▁Hello", "▁there", ".", "▁I", "▁am", "▁Sori", "!", "</s>"]
SCRIPTS = {
    "polite": HELLO,
    "silent": ["</s>"],
    "spaces": ["▁", "<0x0A>", "</s>"],
    "emoji": ["<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "</s>"],
    "endless": ["▁la", "▁lo", "▁la"],
    "talkative": [*(f"▁{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxy"), "▁aa"],
    "asking": ["▁Yes", "▁[", "INST", "]"],
}
CHAT = ChatSettings(threads=1, context_tokens=256, max_reply_tokens=20, history_turns=3)


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return load_phrases()


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelPool[ChatModel]]:
    folder = tmp_path_factory.mktemp("models")

    def load_scripted(name: str) -> ChatModel:
        if name == "rubbish":
            path = write_random(folder / "rubbish.gguf")
        elif name in SCRIPTS:
            path = write_scripted(folder / f"{name}.gguf", SCRIPTS[name])
        else:
            raise ModelError("There is no such model.")
        return load(Weights(path, sha256_of(path)), CHAT)

    models = ModelPool(load_scripted, lambda name: 10.0, 100.0)
    yield models
    models.close()


def responder(
    pool: ModelPool[ChatModel],
    phrases: Phrases,
    model: str,
    facts: Callable[[str], Sequence[str]] = no_facts,
    wants_facts: bool = True,
) -> Responder:
    route = RouteSettings(languages=("en", "ko"), model=model, persona="en", facts=wants_facts)
    settings = ReplySettings(CHAT, SpeechSettings())
    return Responder(pool, RouteTable.load([route]), phrases, settings, facts)


def told(
    pool: ModelPool[ChatModel],
    phrases: Phrases,
    facts: Callable[[str], Sequence[str]],
    language: str,
    wants_facts: bool = True,
) -> tuple[str, Exchange]:
    """What a model that speaks rubbish makes of the prompt, and the turn as it is remembered."""
    answering = responder(pool, phrases, "rubbish", facts, wants_facts)
    said = " ".join(clause.text for clause in answering.reply("hi", language))
    answering.heard("hi", "Hello.", language)
    return said, answering.history[0]


def reply(pool: ModelPool[ChatModel], phrases: Phrases, model: str, language: str = "en") -> str:
    return " ".join(clause.text for clause in responder(pool, phrases, model).reply("hi", language))


def test_clauses_are_numbered_and_clean(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    clauses = list(responder(pool, phrases, "polite").reply("hi", "en"))
    assert [(clause.index, clause.text) for clause in clauses] == [
        (0, "Hello there."),
        (1, "I am Sori!"),
    ]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_language_without_a_model_is_told_so(
    pool: ModelPool[ChatModel], phrases: Phrases, language: str
) -> None:
    assert reply(pool, phrases, "", language) in phrases.books[language].no_conversation


@pytest.mark.parametrize("model", ["silent", "spaces", "emoji"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_model_with_nothing_to_say_is_covered(
    pool: ModelPool[ChatModel], phrases: Phrases, model: str, language: str
) -> None:
    assert reply(pool, phrases, model, language) in phrases.books[language].no_answer


def test_a_model_that_never_ends_is_cut(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    assert len(reply(pool, phrases, "talkative").split()) == CHAT.max_reply_tokens


def test_a_model_that_goes_in_circles_is_cut(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    assert reply(pool, phrases, "endless") == "la lo"


def test_the_model_is_told_the_facts_of_the_moment(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    facts = {"en": ["time: noon", "battery: ten percent"], "ko": ["시각: 정오"]}
    plain, _ = told(pool, phrases, lambda language: (), "en")
    english, heard = told(pool, phrases, facts.__getitem__, "en")
    korean, _ = told(pool, phrases, facts.__getitem__, "ko")
    assert len({plain, english, korean}) == 3
    assert heard == Exchange("hi", "Hello.", "en", ("time: noon", "battery: ten percent"))


def test_a_route_without_facts_tells_none(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    plain, _ = told(pool, phrases, lambda language: (), "en")
    untold, heard = told(pool, phrases, lambda language: ["time: noon"], "en", wants_facts=False)
    assert untold == plain
    assert heard == Exchange("hi", "Hello.", "en")


def test_what_was_said_without_the_model_has_no_facts(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    answering = responder(pool, phrases, "polite", lambda language: ["time: noon"])
    list(answering.reply("hi", "en"))
    answering.heard("turn left", "I turned left.", "en")
    assert answering.history == (Exchange("turn left", "I turned left.", "en"),)


def test_a_model_that_goes_on_asking_is_cut(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    assert reply(pool, phrases, "asking") == "Yes"


def test_every_piece_is_announced(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    announced: list[None] = []
    clauses = responder(pool, phrases, "polite").reply("hi", "en", lambda: announced.append(None))
    next(clauses)
    assert 3 <= len(announced) < len(HELLO) - 1  # the first clause did not wait for the rest


def test_a_reply_left_early_does_not_block_the_next(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    answering = responder(pool, phrases, "endless")
    for _ in range(3):
        clauses = answering.reply("hi", "en")
        next(clauses)
        del clauses
    assert next(answering.reply("hi", "en")).text.startswith("la")


def test_only_what_was_heard_is_remembered(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    answering = responder(pool, phrases, "polite")
    list(answering.reply("hi", "en"))
    assert len(answering.history) == 0
    answering.heard("hi", "Hello there.", "en")
    answering.heard("bye", "", "en")
    assert list(answering.history) == [Exchange("hi", "Hello there.", "en")]
    answering.forget()
    assert len(answering.history) == 0


def test_long_talks_and_long_questions_are_answered(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    answering = responder(pool, phrases, "polite")
    for number in range(30):
        text = f"question number {number} " + "and so on " * number
        assert next(answering.reply(text, "en")).text == "Hello there."
        answering.heard(text, "Hello there.", "en")


@pytest.mark.parametrize("facts", [(), ("time: noon",)])
def test_what_is_warmed_up_is_how_the_next_prompt_begins(
    phrases: Phrases, facts: tuple[str, ...]
) -> None:
    chat = ChatSettings(context_tokens=4_096, max_reply_tokens=100)
    model, engine = byte_model(lambda prompt: "Fine.", chat)
    route = RouteSettings(languages=("en",), model="any", persona="en", guide_lines=False)
    pool = ModelPool(lambda _: model, lambda _: 1.0, 10.0)
    settings = ReplySettings(chat, SpeechSettings())
    answering = Responder(pool, RouteTable.load([route]), phrases, settings, lambda _: facts)
    for words in ("hello", "and you", "안녕"):
        answering.warm("en")
        list(answering.reply(words, "en"))
        answering.heard(words, "Fine.", "en")
        warmed, prompt = engine.prompts[-2:]
        assert prompt.startswith(warmed)
        assert prompt[len(warmed) :] == f"{'(time: noon) ' if facts else ''}{words} [/INST]"


def test_a_language_without_a_model_is_not_warmed_up(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    for model in ("", "missing"):
        responder(pool, phrases, model).warm("en")


def test_a_cancelled_reply_leaves_its_half_clause_unsaid(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    answering = responder(pool, phrases, "talkative")
    for _ in range(2):
        clauses = answering.reply("hi", "en")
        assert next(clauses).text
        answering.cancel()
        with pytest.raises(ReplyCancelled):
            list(clauses)
    clauses = answering.reply("hi", "en")
    answering.cancel()
    with pytest.raises(ReplyCancelled):
        next(clauses)
    assert next(answering.reply("hi", "en")).text


def test_failures_to_load_reach_the_caller(pool: ModelPool[ChatModel], phrases: Phrases) -> None:
    with pytest.raises(ModelError, match="no such model"):
        next(responder(pool, phrases, "missing").reply("hi", "en"))


def test_a_language_without_a_route_reaches_the_caller(
    pool: ModelPool[ChatModel], phrases: Phrases
) -> None:
    with pytest.raises(ConfigurationError, match="No route answers `fr`"):
        next(responder(pool, phrases, "polite").reply("salut", "fr"))


def test_phrases_fall_back_to_english(phrases: Phrases) -> None:
    assert phrases.say("apology", "sw") in phrases.books["en"].apology


def test_the_same_words_get_the_same_phrase_and_other_words_others(phrases: Phrases) -> None:
    said = {phrases.say("no_answer", "en", about=f"question {number}") for number in range(50)}
    assert said == set(phrases.books["en"].no_answer)
    assert phrases.say("no_answer", "en", "a") == phrases.say("no_answer", "en", "a")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ("[en]\napology = 3\n", "cannot be used"),
        ("not toml", "cannot be used"),
        ("", r"there is no \[en\]"),
    ],
)
def test_bad_phrase_files_are_refused(tmp_path: Path, content: str, cause: str) -> None:
    file = tmp_path / "replies.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=cause):
        load_phrases(file)
