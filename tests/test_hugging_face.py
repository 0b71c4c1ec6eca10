"""Whisper from Hugging Face's files hears and writes what the stock model does."""

import json
import struct
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from whisper.model import ModelDimensions, Whisper

from audio.recognition import safetensors_file, torch_engine
from audio.recognition.torch_checkpoint import Dimensions, read
from audio.recognition.torch_hugging_face import convert
from config.errors import ModelError
from config.model_files import sha256_of
from tests.hugging_face_folders import HEADS_OF_64, renamed, write_configuration, write_safetensors
from tests.whisper_checkpoints import TINY, write_checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whisper")


@pytest.fixture(scope="module")
def stock(folder: Path) -> Whisper:
    return stock_model(folder / "stock.pt", TINY)


def stock_model(path: Path, dimensions: Dimensions) -> Whisper:
    write_checkpoint(path, dimensions)
    content = torch.load(path, weights_only=True)
    model = Whisper(ModelDimensions(**asdict(dimensions)))
    model.load_state_dict(content["model_state_dict"])
    return model.eval()


def converted_model(source: Path) -> Whisper:
    """What stock Whisper makes of the converted file."""
    target = source.with_name(f"{source.name}.pt")
    dimensions = convert(source, target)
    content = torch.load(target, weights_only=True)
    assert content["dims"] == asdict(dimensions)
    model = Whisper(ModelDimensions(**content["dims"]))
    model.load_state_dict(content["model_state_dict"])
    return model.eval()


def written(folder: Path, model: Whisper, dimensions: Dimensions = TINY) -> Path:
    folder.mkdir(parents=True)
    write_safetensors(folder / "model.safetensors", renamed(model.state_dict()))
    write_configuration(folder, dimensions)
    return folder


def heard(model: Whisper) -> Tensor:
    mel = torch.randn(1, model.dims.n_mels, 3_000, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        features: Tensor = model.encoder(mel)
    return features


def read_on(model: Whisper) -> Tensor:
    with torch.inference_mode():
        logits: Tensor = model.decoder(torch.tensor([[50_258, 50_259]]), heard(model))
    return logits


def test_the_converted_model_is_the_same(stock: Whisper, tmp_path: Path) -> None:
    model = converted_model(written(tmp_path / "tiny", stock))
    assert torch.equal(heard(model), heard(stock))
    assert torch.equal(read_on(model), read_on(stock))


def test_sori_runs_the_converted_model(stock: Whisper, tmp_path: Path) -> None:
    target = tmp_path / "converted.pt"
    convert(written(tmp_path / "tiny", stock), target)
    engine = torch_engine.load(target, sha256_of(target), threads=1)
    mel = np.random.default_rng(0).standard_normal((80, 512)).astype(np.float32)
    assert engine.decode(engine.encode(mel), "ko", max_tokens=3).tokens


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_is_read(stock: Whisper, tmp_path: Path, kind: torch.dtype) -> None:
    source = written(tmp_path / "half", stock)
    halves = {name: tensor.to(kind) for name, tensor in renamed(stock.state_dict()).items()}
    write_safetensors(source / "model.safetensors", halves)
    model = converted_model(source)
    wanted = {n: t.to(kind).float() for n, t in stock.state_dict().items()}
    assert all(torch.equal(t.float(), wanted[n]) for n, t in model.state_dict().items())


def test_the_older_file_of_weights_is_read(stock: Whisper, tmp_path: Path) -> None:
    source = written(tmp_path / "older", stock)
    (source / "model.safetensors").unlink()
    torch.save(renamed(stock.state_dict()), source / "pytorch_model.bin")
    assert torch.equal(heard(converted_model(source)), heard(stock))


def test_a_lone_file_tells_its_shape_by_its_weights(tmp_path: Path) -> None:
    model = stock_model(tmp_path / "stock.pt", HEADS_OF_64)
    bare = {n.removeprefix("model."): t for n, t in renamed(model.state_dict()).items()}
    write_safetensors(tmp_path / "lone.safetensors", bare)
    convert(tmp_path / "lone.safetensors", tmp_path / "lone.pt")
    assert read(tmp_path / "lone.pt", sha256_of(tmp_path / "lone.pt")).dimensions == HEADS_OF_64
    again = converted_model(tmp_path / "lone.safetensors")
    assert torch.equal(read_on(again), read_on(model))


class Bomb:
    """Touches a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self.mark,)


def test_a_pickle_that_does_something_is_refused(stock: Whisper, tmp_path: Path) -> None:
    source = written(tmp_path / "bomb", stock)
    (source / "model.safetensors").unlink()
    torch.save({"weights": Bomb(tmp_path / "mark")}, source / "pytorch_model.bin")
    with pytest.raises(ModelError, match="more than weights"):
        convert(source, tmp_path / "never.pt")
    assert not (tmp_path / "mark").exists()


def test_another_read_out_is_refused(stock: Whisper, tmp_path: Path) -> None:
    source = written(tmp_path / "untied", stock)
    weights = renamed(stock.state_dict())
    weights["proj_out.weight"] = weights["proj_out.weight"] + 1
    write_safetensors(source / "model.safetensors", weights)
    with pytest.raises(ModelError, match="reads out with other weights"):
        convert(source, tmp_path / "never.pt")


@pytest.mark.parametrize(
    ("changed", "words"), [({"vocab_size": 300}, "300 tokens"), ({"d_model": "x"}, "configuration")]
)
def test_wrong_configurations_are_named(
    stock: Whisper, tmp_path: Path, changed: dict[str, object], words: str
) -> None:
    source = written(tmp_path / "wrong", stock)
    write_configuration(source, TINY, **changed)
    with pytest.raises(ModelError, match=words):
        convert(source, tmp_path / "never.pt")


def test_other_weights_are_no_whisper(tmp_path: Path) -> None:
    write_safetensors(tmp_path / "other.safetensors", {"a.weight": torch.zeros(2, 2)})
    with pytest.raises(ModelError, match="not the weights of a Whisper"):
        convert(tmp_path / "other.safetensors", tmp_path / "never.pt")


def headed(header: object, data: bytes = b"\0" * 16) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(**changed: object) -> dict[str, object]:
    return {"w": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]} | changed}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot read"),
        (b"hello", "no safetensors"),
        (struct.pack("<Q", 1 << 60) + b"{}", "no safetensors"),
        (struct.pack("<Q", 4) + b"{\xff}}", "header is damaged"),
        (headed([1]), "no safetensors"),
        (headed({"w": 3}), "header is damaged"),
        (headed(entry(dtype="I64")), "I64; only floats"),
        (headed(entry(data_offsets=[0, 12])), "cut or damaged"),
        (headed(entry(data_offsets=[8, 24])), "cut or damaged"),
        (headed(entry(data_offsets=[-16, 0])), "cut or damaged"),
        (headed(entry(shape=[-2, -2])), "cut or damaged"),
        (headed(entry(shape=[1 << 40, 1 << 40])), "cut or damaged"),
        (headed(entry(), b"\0" * 15), "cut or damaged"),
    ],
)
def test_damaged_safetensors_are_explained(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=words):
        safetensors_file.read(path)


def test_a_good_safetensors_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "good.safetensors"
    path.write_bytes(headed(entry(), np.arange(4, dtype="<f4").tobytes()))
    assert safetensors_file.read(path)["w"].tolist() == [[0.0, 1.0], [2.0, 3.0]]
