"""`sori models add`: told by content, tried out in a process of its own, all or nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.hugging_face_folders import renamed, write_configuration, write_safetensors
from tests.llama_checkpoints import write_adapter, write_random, write_scripted
from tests.model_commands import Sori, caller, settings_in
from tests.whisper_checkpoints import TINY, write_checkpoint


@pytest.fixture
def sori(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Sori:
    return caller(settings_in(tmp_path), capsys)


def test_a_model_is_told_by_its_content_not_its_name(sori: Sori, tmp_path: Path) -> None:
    whisper, llama = tmp_path / "Ears v1.bin", tmp_path / "Llama-2-ko-q4_0.bin"
    write_checkpoint(whisper)
    write_scripted(llama, ["</s>"])
    code, (model,), told = sori("add", str(whisper))
    assert (code, model["role"], model["file"]) == (0, "recognition", "ears-v1.pt")
    assert "Whisper, 99 languages" in told
    code, (model,), _ = sori("add", str(llama), "--name", "Korean", "--licence", "Llama 2")
    assert (code, model["role"], model["file"]) == (0, "chat", "korean.gguf")
    assert model["licence"] == "Llama 2"


def test_an_adapter_is_told_from_a_model(sori: Sori, tmp_path: Path) -> None:
    code, (model,), _ = sori("add", str(write_adapter(tmp_path / "kind.gguf")))
    assert (code, model["role"]) == (0, "adapter")


def test_a_hugging_face_folder_is_added(sori: Sori, tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "stock.pt")
    state = torch.load(tmp_path / "stock.pt", weights_only=True)["model_state_dict"]
    folder = tmp_path / "whisper-mine"
    folder.mkdir()
    write_safetensors(folder / "model.safetensors", renamed(state))
    write_configuration(folder, TINY)
    code, (model,), _ = sori("add", str(folder))
    assert (code, model["file"]) == (0, "whisper-mine.pt")
    assert str(model["source"]).startswith("added from whisper-mine, converted")
    assert sori("verify")[0] == 0


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ '<<SYS>>' }}[INST]", "the one Sori writes"),
        ("{{ '<|user|>' }}", "another prompt (Zephyr)"),
        ("", "no prompt of its own"),
    ],
)
def test_the_prompt_a_model_was_trained_with_is_compared(
    sori: Sori, tmp_path: Path, template: str, words: str
) -> None:
    path = write_scripted(tmp_path / "model.gguf", ["</s>"], chat_template=template)
    assert words in sori("add", str(path))[2]


def test_a_model_that_crashes_llama_cpp_is_only_a_message(sori: Sori, tmp_path: Path) -> None:
    path = write_random(tmp_path / "without-bytes.gguf")
    path.write_bytes(
        path.read_bytes().replace(b"<0x", b"<9x")
    )  # what cannot be spelled ends llama.cpp
    code, out, told = sori("add", str(path))
    assert (code, out) == (3, [])
    assert "crashed its engine (SIGABRT)" in told
    assert not list((tmp_path / "own").glob("*.gguf"))


def html(path: Path) -> None:
    path.write_text("<!DOCTYPE html><title>404</title>")


def text(path: Path) -> None:
    path.write_text("hello")


def empty(path: Path) -> None:
    path.touch()


def cut_llama(path: Path) -> None:
    write_random(path)
    path.write_bytes(path.read_bytes()[:-100_000])


def cut_whisper(path: Path) -> None:
    write_checkpoint(path)
    path.write_bytes(path.read_bytes()[:-100_000])


def other_architecture(path: Path) -> None:
    write_scripted(path, ["</s>"], architecture="qwen2")


def folder_of_bert(path: Path) -> None:
    path.mkdir()
    (path / "config.json").write_text('{"model_type": "bert"}')


def folder_in_pieces(path: Path) -> None:
    path.mkdir()
    write_configuration(path, TINY)


def bare_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (html, "web page"),
        (text, "a text"),
        (empty, "empty file"),
        (cut_llama, "weights reach beyond its end"),
        (cut_whisper, "PyTorch cannot read it"),
        (other_architecture, "architecture `qwen2`"),
        (folder_of_bert, "type `bert`"),
        (folder_in_pieces, "neither model.safetensors nor pytorch_model.bin"),
        (bare_folder, "no readable config.json"),
    ],
)
def test_what_is_no_model_is_explained_and_leaves_nothing(
    sori: Sori, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "given.pt")
    code, out, told = sori("add", str(tmp_path / "given.pt"))
    assert (code, out) == (3, [])
    assert words in told
    own = tmp_path / "own"
    assert not own.exists() or list(own.iterdir()) == []


def test_a_taken_name_is_told_before_anything_is_copied(sori: Sori, tmp_path: Path) -> None:
    path = write_scripted(tmp_path / "Pocket Llama.gguf", ["</s>"])
    code, _, told = sori("add", str(path))
    assert code == 3
    assert "`pocket-llama` is already there" in told
    assert not (tmp_path / "own").exists()
