"""Model files are believed only byte for byte, and added all or nothing."""

from pathlib import Path

import pytest

from config.errors import ConfigurationError, ModelError
from config.model_files import MANIFEST_NAME, ModelFile, ModelStore, sha256_of

CONTENT = b"weights" * 1_000


def ignore(_: int) -> None:
    """Nobody watches the progress."""


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    (tmp_path / "built-in").mkdir()
    return ModelStore.load(tmp_path / "user", tmp_path / "built-in")


@pytest.fixture
def added(store: ModelStore, tmp_path: Path) -> ModelFile:
    file = tmp_path / "My Model Q4.gguf"
    file.write_bytes(CONTENT)
    return store.add(file, "Apache-2.0", ignore)


def test_an_added_model_is_found_again(store: ModelStore, added: ModelFile, tmp_path: Path) -> None:
    again = ModelStore.load(tmp_path / "user", tmp_path / "built-in")
    model = again.find("my-model-q4", "chat")
    assert model == added
    assert again.path(model).read_bytes() == CONTENT
    again.verify(model)


def test_progress_counts_every_byte(store: ModelStore, tmp_path: Path) -> None:
    file = tmp_path / "big.pt"
    file.write_bytes(b"x" * 2_500_000)
    counted: list[int] = []
    store.add(file, "MIT", counted.append)
    assert sum(counted) == 2_500_000
    assert len(counted) > 1


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (CONTENT[:-1], "cut or damaged"),
        (CONTENT[:-1] + b"\0", "SHA-256"),
        (b"", "cut or damaged"),
    ],
)
def test_a_changed_file_is_refused(
    store: ModelStore, added: ModelFile, damage: bytes, words: str
) -> None:
    store.path(added).write_bytes(damage)
    with pytest.raises(ModelError, match=words):
        store.verify(added)


def test_a_missing_file_says_what_to_do(store: ModelStore, added: ModelFile) -> None:
    store.path(added).unlink()
    with pytest.raises(ModelError, match="sori models add"):
        store.path(added)


@pytest.mark.parametrize("name", ["model.bin", "model", "weights.safetensors"])
def test_other_kinds_of_files_are_not_added(store: ModelStore, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(CONTENT)
    with pytest.raises(ModelError, match=r"\.pt, \.gguf"):
        store.add(file, "MIT", ignore)


def test_a_name_is_not_taken_twice(store: ModelStore, added: ModelFile, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="already there"):
        store.add(tmp_path / "My Model Q4.gguf", "MIT", ignore)


def test_an_interrupted_copy_leaves_nothing(store: ModelStore, tmp_path: Path) -> None:
    file = tmp_path / "big.pt"
    file.write_bytes(b"x" * 2_500_000)

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add(file, "MIT", interrupt)
    assert list((tmp_path / "user").iterdir()) == []


def test_unknown_names_and_wrong_roles_are_explained(store: ModelStore, added: ModelFile) -> None:
    with pytest.raises(ModelError, match="my-model-q4"):
        store.find("llama", "chat")
    with pytest.raises(ModelError, match="is for chat, not for recognition"):
        store.find(added.name, "recognition")


@pytest.mark.parametrize("text", ["[[model]]\nname = 3\n", "[[model", "[[model]]\nsurprise = 1\n"])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_NAME).write_text(text)
    with pytest.raises(ConfigurationError, match=MANIFEST_NAME):
        ModelStore.load(tmp_path)


def test_built_in_models_are_what_the_manifest_says() -> None:
    store = ModelStore.load(Path("/nonexistent"))
    assert {model.role for _, model in store.entries.values()} >= {"recognition", "chat"}
    for _, model in store.entries.values():
        store.verify(model)
        assert sha256_of(store.path(model)) == model.sha256
