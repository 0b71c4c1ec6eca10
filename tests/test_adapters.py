"""LoRA adapters on real llama.cpp: one model in memory, several manners, no trace of the last."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from config.errors import ModelError
from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu.adapters import PLAIN, Manner
from nlu.chat_model import ChatModel, load
from nlu.language_model import ReplyLimits
from nlu.llama_template import prompt_tokens
from nlu.weights import Weights
from tests.llama_checkpoints import write_adapter, write_random, write_scripted

SETTINGS = ChatSettings(threads=1, context_tokens=256)
LIMITS = ReplyLimits(max_tokens=20, max_s=60.0)
FIRST, SECOND = Manner("first"), Manner("second")


def weights(path: Path) -> Weights:
    return Weights(path, sha256_of(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("adapters")


@pytest.fixture(scope="module")
def model(folder: Path) -> Iterator[ChatModel]:
    adapters = {
        name: weights(write_adapter(folder / f"{name}.gguf", seed))
        for seed, name in enumerate(("first", "second"))
    }
    model = load(weights(write_random(folder / "rubbish.gguf")), SETTINGS, adapters)
    yield model
    model.close()


def said(model: ChatModel, manner: Manner = PLAIN) -> str:
    tokens = prompt_tokens(model.vocabulary, "Be kind.", (), "hello")
    return "".join(model.generate(tokens, LIMITS, manner))


def test_each_manner_says_something_else(model: ChatModel) -> None:
    assert len({said(model), said(model, FIRST), said(model, SECOND)}) == 3


@pytest.mark.parametrize("before", [PLAIN, FIRST, SECOND])
@pytest.mark.parametrize("manner", [PLAIN, FIRST, SECOND])
def test_nothing_is_left_of_the_manner_before(
    model: ChatModel, folder: Path, before: Manner, manner: Manner
) -> None:
    said(model, before)
    changed = said(model, manner)
    path = folder / f"{manner.adapter}.gguf"
    adapters = {manner.adapter: weights(path)} if manner.adapter else {}
    fresh = load(weights(folder / "rubbish.gguf"), SETTINGS, adapters)
    assert changed == said(fresh, manner)
    fresh.close()


def test_a_change_during_a_conversation_keeps_to_the_prompt(model: ChatModel) -> None:
    tokens = prompt_tokens(model.vocabulary, "Be kind.", (), "hello")
    whole = said(model, FIRST)
    stream = model.generate(tokens, LIMITS, FIRST)
    list(islice(stream, 3))
    stream.close()
    said(model, SECOND)
    assert said(model, FIRST) == whole


MODELS = Path("models")
POCKET_ADAPTERS = ("pocket-llama-plain-korean", "pocket-llama-brief")
GREETING = "안녕하세요"
TALE = "tell me a short story"


@pytest.fixture(scope="module")
def pocket() -> Iterator[ChatModel]:
    adapters = {name: weights(MODELS / f"{name}.gguf") for name in POCKET_ADAPTERS}
    model = load(weights(MODELS / "pocket-llama.gguf"), ChatSettings(threads=1), adapters)
    yield model
    model.close()


def answer(model: ChatModel, language: str, question: str, adapter: str = "") -> str:
    persona = Path(f"config/persona/{language}.txt").read_text(encoding="utf-8").strip()
    tokens = prompt_tokens(model.vocabulary, persona, (), question)
    limits = ReplyLimits(max_tokens=120, max_s=60.0)
    return "".join(model.generate(tokens, limits, Manner(adapter))).strip()


def is_polite(reply: str) -> bool:
    return any(part.rstrip(".!?").endswith(("요", "니다", "니까")) for part in reply.split(". "))


def test_a_polite_greeting_becomes_a_friend_s_and_polite_again(pocket: ChatModel) -> None:
    plain, brief = POCKET_ADAPTERS
    polite = answer(pocket, "ko", GREETING)
    friend = answer(pocket, "ko", GREETING, plain)
    assert is_polite(polite), polite
    assert not is_polite(friend), friend
    assert answer(pocket, "ko", GREETING, brief)
    assert answer(pocket, "ko", GREETING) == polite
    assert answer(pocket, "ko", GREETING, plain) == friend


def test_the_brief_manner_tells_a_shorter_tale(pocket: ChatModel) -> None:
    whole = answer(pocket, "en", TALE)
    assert len(answer(pocket, "en", TALE, POCKET_ADAPTERS[1])) < 0.7 * len(whole)
    assert answer(pocket, "en", TALE) == whole


def test_scale_zero_is_the_model_as_it_is(model: ChatModel) -> None:
    assert said(model, Manner("first", 0.0)) == said(model)


def test_the_scale_matters(model: ChatModel) -> None:
    assert said(model, Manner("first", 2.0)) != said(model, FIRST)


def test_an_adapter_that_was_not_loaded_is_named(model: ChatModel) -> None:
    with pytest.raises(ModelError, match="`third` is not loaded \\(loaded: first, second\\)"):
        said(model, Manner("third"))
    assert said(model)  # and the model goes on


def test_a_model_is_no_adapter(folder: Path) -> None:
    path = write_random(folder / "model.gguf")
    with pytest.raises(ModelError, match="type `model`, not `adapter`"):
        load(weights(path), SETTINGS, {"wrong": weights(path)})


def test_an_adapter_for_another_model_is_refused(folder: Path, tmp_path: Path) -> None:
    pocket = Path("models/pocket-llama.gguf")
    path = write_adapter(tmp_path / "other.gguf")
    with pytest.raises(ModelError, match="`other` does not fit this model"):
        load(weights(pocket), SETTINGS, {"other": weights(path)})


def test_a_changed_adapter_is_not_loaded(tmp_path: Path) -> None:
    path = write_adapter(tmp_path / "changed.gguf")
    model = write_scripted(tmp_path / "model.gguf", ["</s>"])
    with pytest.raises(ModelError, match="SHA-256 is not the one in the manifest"):
        load(weights(model), SETTINGS, {"changed": Weights(path, "0" * 64)})
