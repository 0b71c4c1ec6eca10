"""`sori models` from the address to the model that works, as a user calls it."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.hugging_face_folders import HEADS_OF_64, renamed, write_safetensors
from tests.llama_checkpoints import CONTEXT_TOKENS, write_random, write_scripted
from tests.model_commands import Sori, caller, settings_in
from tests.moody_server import Server, serving, stall
from tests.whisper_checkpoints import write_checkpoint

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def llama(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_random(tmp_path_factory.mktemp("llama") / "model.gguf").read_bytes()


@pytest.fixture
def server(llama: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    with serving(llama) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return settings_in(tmp_path)


@pytest.fixture
def sori(settings: Path, capsys: pytest.CaptureFixture[str]) -> Sori:
    return caller(settings, capsys)


def listed(tmp_path: Path, server: Server, **changed: object) -> str:
    """Put one model into the catalogue; returns the SHA-256 of what the server has."""
    sha256 = hashlib.sha256(server.content).hexdigest()
    fields: dict[str, object] = {
        "name": "tiny-llama",
        "role": "chat",
        "format": "gguf",
        "source": server.address,
        "bytes": len(server.content),
        "sha256": sha256,
        "checked": True,
        "memory_mb": 70,
        "licence": "MIT",
        "languages": ["en"],
        "about": "random",
    }
    fields = {key: value for key, value in (fields | changed).items() if value is not None}
    lines = [f"{key} = {json.dumps(value)}" for key, value in fields.items()]
    (tmp_path / "catalogue.toml").write_text("\n".join(["[[model]]", *lines]))
    return sha256


def test_a_pulled_model_is_there(sori: Sori, server: Server, tmp_path: Path) -> None:
    sha256 = listed(tmp_path, server)
    code, (model,), told = sori("pull", "tiny-llama")
    assert code == 0
    assert (model["sha256"], model["file"]) == (sha256, "tiny-llama.gguf")
    assert f"trained for {CONTEXT_TOKENS} tokens" in told
    assert sori("verify", "tiny-llama")[:2] == (
        0,
        [{"name": "tiny-llama", "ok": True, "problem": None}],
    )
    asked = len(server.ranges)
    assert sori("pull", "tiny-llama")[:2] == (0, [model])
    assert len(server.ranges) == asked
    files = {path.name for path in (tmp_path / "own").iterdir()}
    assert files == {"tiny-llama.gguf", "manifest.toml", "manifest.toml.lock"}


def test_the_list_shows_what_is_there_and_what_can_be_pulled(
    sori: Sori, server: Server, tmp_path: Path
) -> None:
    listed(tmp_path, server)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "tiny-llama.part").write_bytes(b"begun")
    _, before, _ = sori("list")
    states = {line["name"]: line["state"] for line in before}
    assert states["pocket-llama"] == "built_in"
    assert states["tiny-llama"] == "can_be_pulled"
    assert before[-1]["fetched_bytes"] == 5
    sori("pull", "tiny-llama")
    (after,) = [line for line in sori("list")[1] if line["name"] == "tiny-llama"]
    assert (after["state"], after["fetched_bytes"]) == ("own", 0)


def test_a_hash_that_is_not_listed_is_told_and_kept(
    sori: Sori, server: Server, tmp_path: Path
) -> None:
    sha256 = listed(
        tmp_path,
        server,
        sha256=None,
        checked=False,
        bytes=None,
        about_bytes=len(server.content) + 999,
    )
    code, (model,), told = sori("pull", "tiny-llama")
    assert (code, model["sha256"]) == (0, sha256)
    assert f"the one of what came is {sha256}" in told
    assert "could not be checked" in told


def test_another_file_than_the_listed_one_is_not_taken(
    sori: Sori, server: Server, tmp_path: Path
) -> None:
    listed(tmp_path, server, sha256="0" * 64)
    code, out, told = sori("pull", "tiny-llama")
    assert (code, out) == (3, [])
    assert "not the listed 000000000000" in told
    assert list((tmp_path / "own").iterdir()) == []


def test_a_safetensors_file_is_pulled_and_converted(
    sori: Sori, server: Server, tmp_path: Path
) -> None:
    write_checkpoint(tmp_path / "stock.pt", HEADS_OF_64)
    state = torch.load(tmp_path / "stock.pt", weights_only=True)["model_state_dict"]
    write_safetensors(tmp_path / "stock.safetensors", renamed(state))
    server.content = (tmp_path / "stock.safetensors").read_bytes()
    sha256 = listed(tmp_path, server, name="heard", role="recognition", format="safetensors")
    code, (model,), _ = sori("pull", "heard")
    assert (code, model["file"]) == (0, "heard.pt")
    assert f"(sha256 {sha256}), converted" in str(model["source"])
    assert sori("verify", "heard")[0] == 0
    assert {path.suffix for path in (tmp_path / "own").iterdir()} == {".pt", ".toml", ".lock"}


def test_ctrl_c_says_that_it_goes_on(
    settings: Path, sori: Sori, server: Server, tmp_path: Path
) -> None:
    listed(tmp_path, server)
    server.steps = [stall]
    command = [sys.executable, "-m", "robot", "models", "pull", "tiny-llama"]
    with subprocess.Popen(
        [*command, "--config", str(settings)], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert server.stalled.wait(60)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "`sori models pull tiny-llama` goes on from there" in told
    assert "Traceback" not in told
    assert sori("pull", "tiny-llama")[0] == 0
    assert server.ranges[1] is None or server.ranges[1].startswith("bytes=")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pull", "tiny-lama"), "Did you mean `tiny-llama`?"),
        (("pull", "pocket-lama"), "sori models list"),
        (("remove", "nothing"), "no model named `nothing`"),
        (("remove", "../sori.toml"), "no model named"),
        (("remove", "pocket-llama"), "is built in and stays"),
    ],
)
def test_names_that_do_not_fit_are_explained(
    sori: Sori, server: Server, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    listed(tmp_path, server)
    code, out, told = sori(*arguments)
    assert (code, out) == (3, [])
    assert words in told


def test_removing_takes_the_file_and_the_line(sori: Sori, server: Server, tmp_path: Path) -> None:
    listed(tmp_path, server)
    sori("pull", "tiny-llama")
    code, (removed,), _ = sori("remove", "tiny-llama")
    assert code == 0
    assert removed == {"name": "tiny-llama", "freed_bytes": len(server.content)}
    assert not (tmp_path / "own" / "tiny-llama.gguf").exists()
    assert sori("verify", "tiny-llama")[0] == 3


def test_removing_takes_what_came_of_a_download(sori: Sori, server: Server, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "tiny-llama.part").write_bytes(b"begun")
    (tmp_path / "own" / "tiny-llama.part.json").write_bytes(b"{}")
    assert sori("remove", "tiny-llama")[0] == 0
    assert list((tmp_path / "own").iterdir()) == []


def test_removing_leaves_the_others(sori: Sori, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert sori("add", str(write_scripted(tmp_path / f"{name}.gguf", ["</s>"])))[0] == 0
    sori("remove", "first")
    own = [line["name"] for line in sori("list")[1] if line["state"] == "own"]
    assert own == ["second"]


def test_recommend_names_commands_and_settings(sori: Sori) -> None:
    code, (advice,), _ = sori("recommend")
    assert code == 0
    assert set(advice) == {"machine", "models", "commands", "settings", "notes"}
