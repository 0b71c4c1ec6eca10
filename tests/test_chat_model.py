"""Real llama.cpp on tiny networks: what a reply may cost, and what happens when it goes wrong."""

import struct
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from config.errors import ModelError
from config.model_files import sha256_of
from config.settings import ChatSettings
from nlu.chat_model import ChatModel, load
from nlu.errors import ModelBusy, ModelClosed, PromptTooLong
from nlu.gguf_header import read_header
from nlu.language_model import ReplyLimits
from nlu.llama_template import prompt_tokens
from nlu.weights import Weights
from tests.llama_checkpoints import BOS, CONTEXT_TOKENS, EOS, write_random, write_scripted

SETTINGS = ChatSettings(threads=1, context_tokens=512)
LIMITS = ReplyLimits(max_tokens=40, max_s=60.0)
GA = ["<0xEA>", "<0xB0>", "<0x80>"]  # 가 in bytes


def loaded(path: Path) -> ChatModel:
    return load(Weights(path, sha256_of(path)), SETTINGS)


def prompt(model: ChatModel, user: str = "hi") -> list[int]:
    return prompt_tokens(model.vocabulary, "Be kind.", (), user)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def polite(folder: Path) -> Iterator[ChatModel]:
    """Says "Hello 가." and ends."""
    model = loaded(write_scripted(folder / "polite.gguf", ["▁Hello", "▁", *GA, ".", "</s>"]))
    yield model
    model.close()


@pytest.fixture(scope="module")
def endless(folder: Path) -> Iterator[ChatModel]:
    """Says "la la la" for ever."""
    model = loaded(write_scripted(folder / "endless.gguf", ["▁la", "▁lo", "▁la"]))
    yield model
    model.close()


@pytest.fixture(scope="module")
def rubbish(folder: Path) -> Iterator[ChatModel]:
    """Says what depends on every token of the prompt."""
    model = loaded(write_random(folder / "rubbish.gguf"))
    yield model
    model.close()


def test_a_reply_ends_with_the_end_token_and_keeps_characters_whole(polite: ChatModel) -> None:
    assert list(polite.generate(prompt(polite), LIMITS)) == [" Hello", " ", "가", "."]


def test_the_context_is_never_larger_than_the_model_was_made_for(polite: ChatModel) -> None:
    assert polite.context_tokens == CONTEXT_TOKENS


def test_tokens_of_a_text_hold_no_control_tokens(polite: ChatModel) -> None:
    tokens = polite.tokenize("<s>안녕</s>")
    assert {BOS, EOS}.isdisjoint(tokens)
    assert (polite.vocabulary.bos, polite.vocabulary.eos) == (BOS, EOS)


def test_token_limit(endless: ChatModel) -> None:
    assert len(list(endless.generate(prompt(endless), replace(LIMITS, max_tokens=7)))) == 7


def test_time_limit_counts_the_time_inside_the_model(endless: ChatModel) -> None:
    ticks = count()
    pieces = endless.generate(
        prompt(endless), ReplyLimits(max_tokens=100, max_s=5.0), clock=lambda: float(next(ticks))
    )
    assert len(list(pieces)) == 5  # one second a token by this clock


def test_a_reply_never_leaves_the_context(endless: ChatModel) -> None:
    tokens = prompt(endless)
    pieces = list(endless.generate(tokens, ReplyLimits(max_tokens=10_000, max_s=60.0)))
    assert len(pieces) == CONTEXT_TOKENS - len(tokens)


@pytest.mark.parametrize("length", [0, CONTEXT_TOKENS, 5_000])
def test_a_prompt_that_does_not_fit_is_refused(endless: ChatModel, length: int) -> None:
    with pytest.raises(PromptTooLong, match=f"prompt of {length} tokens does not fit"):
        endless.generate([BOS] * length, LIMITS)
    assert list(endless.generate(prompt(endless), replace(LIMITS, max_tokens=1))) == [" la"]


def test_closing_early_leaves_the_model_usable(endless: ChatModel, polite: ChatModel) -> None:
    pieces = endless.generate(prompt(endless), LIMITS)
    assert [next(pieces), next(pieces)] == [" la", " lo"]
    pieces.close()
    assert "".join(endless.generate(prompt(endless), replace(LIMITS, max_tokens=3))) == " la lo la"


def test_reused_prefixes_do_not_change_the_words(rubbish: ChatModel, folder: Path) -> None:
    fresh = loaded(folder / "rubbish.gguf")
    wanted = "".join(fresh.generate(prompt(fresh, "what is that"), LIMITS))
    fresh.close()
    for user in ("what is this", "what is that thing", "what is that", "what is that"):
        reply = "".join(rubbish.generate(prompt(rubbish, user), LIMITS))
    assert reply == wanted
    assert "".join(rubbish.generate(prompt(rubbish, "what"), LIMITS)) != wanted


def test_one_thread_cannot_hold_two_replies(endless: ChatModel) -> None:
    first = endless.generate(prompt(endless), LIMITS)
    next(first)
    with pytest.raises(ModelBusy, match="in the middle of a reply"):
        next(endless.generate(prompt(endless), LIMITS))
    first.close()


def test_replies_of_two_threads_take_turns(endless: ChatModel) -> None:
    replies: dict[int, list[str]] = {0: [], 1: []}

    def talk(number: int) -> None:
        for _ in range(40):
            pieces = endless.generate(prompt(endless), replace(LIMITS, max_tokens=4))
            replies[number].append("".join(pieces))

    threads = [threading.Thread(target=talk, args=(number,)) for number in replies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert replies == {0: [" la lo la lo"] * 40, 1: [" la lo la lo"] * 40}


def test_closing_twice_is_fine_and_a_closed_model_says_so(folder: Path) -> None:
    model = loaded(write_scripted(folder / "closed.gguf", ["a", "</s>"]))
    tokens = prompt(model)
    model.close()
    model.close()
    with pytest.raises(ModelClosed, match="let go"):
        list(model.generate(tokens, LIMITS))


def test_other_weights_than_the_manifest_means_are_not_loaded(folder: Path) -> None:
    path = write_scripted(folder / "swapped.gguf", ["a", "</s>"])
    expected = sha256_of(path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match="SHA-256 is not the one in the manifest"):
        load(Weights(path, expected), SETTINGS)


def header(version: int = 3, n_tensors: int = 0, n_pairs: int = 0) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, n_tensors, n_pairs)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "is empty"),
        (b"<!doctype html><html><body>Not found</body></html>", "is text"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS pointer"),
        (b"PK\x03\x04" + bytes(100), "PyTorch or zip"),
        (b"tjgg\x03\x00\x00\x00" + bytes(100), "old ggjt format"),
        (b"lmgg" + bytes(100), "old ggml format"),
        (bytes(100), "wrong first bytes"),
        (header(version=1), "version 1 is not supported"),
        (header(version=99), "version 99 is not supported"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian is not supported"),
        (b"GGUF\x03\x00", "cut off or damaged within its header"),
        (header(n_tensors=1 << 60), "counts are impossible"),
        (header(n_pairs=1 << 40), "counts are impossible"),
        (header(n_pairs=2), "cut off or damaged within its header"),
        (header(n_pairs=1) + struct.pack("<Q", 1 << 62), "cut off or damaged within its header"),
        (header(n_pairs=1) + struct.pack("<Q2sI", 2, b"\xff\xfe", 8), "cut off or damaged"),
        (header(n_pairs=1) + struct.pack("<Q1sI", 1, b"k", 77), "cut off or damaged"),
        (header(), "architecture `None`"),
    ],
)
def test_broken_files_are_refused_with_their_cause(
    tmp_path: Path, content: bytes, cause: str
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=cause):
        load(Weights(path, sha256_of(path)), SETTINGS)


def test_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        load(Weights(tmp_path / "nothing.gguf", ""), SETTINGS)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="directory"):
        load(Weights(tmp_path, ""), SETTINGS)


def test_other_architectures_are_refused_by_name(tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "other.gguf", ["</s>"], architecture="gpt2")
    with pytest.raises(ModelError, match="architecture `gpt2`"):
        loaded(path)


def test_an_adapter_is_no_model(tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "adapter.gguf", ["</s>"], type="adapter")
    with pytest.raises(ModelError, match="type `adapter`, not `model`"):
        loaded(path)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5])
def test_a_broken_off_download_is_named(tmp_path: Path, share: float) -> None:
    path = write_scripted(tmp_path / "whole.gguf", ["</s>"])
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ModelError, match="cut off"):
        loaded(path)


def test_one_missing_byte_is_refused_by_llama_cpp(tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "whole.gguf", ["</s>"])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"llama\.cpp refused this model"):
        loaded(path)


def test_memory_is_estimated_from_the_header(folder: Path) -> None:
    path = write_scripted(folder / "size.gguf", ["</s>"])
    small, large = (read_header(path).memory_mb(tokens) for tokens in (0, 1 << 20))
    assert large - small == pytest.approx(2 * 416 * 2)  # keys and values of one layer in 16 bits
