"""The PyTorch engine against openai/whisper itself, on random weights."""

import hashlib
import os
import pickle
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
import whisper

from audio.errors import RecognitionError
from audio.recognition import torch_engine
from audio.recognition.engine import Encoding
from audio.recognition.features import Mel, log_mel
from audio.recognition.torch_engine import TorchEncoding, TorchEngine
from config.errors import ModelError
from tests.whisper_checkpoints import TINY, write_checkpoint

TOKENS = 16


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("model") / "tiny.pt"
    return path, write_checkpoint(path)


@pytest.fixture(scope="module")
def engine(checkpoint: tuple[Path, str]) -> TorchEngine:
    return torch_engine.load(*checkpoint, threads=0)


@pytest.fixture(scope="module")
def stock(checkpoint: tuple[Path, str]) -> whisper.Whisper:
    return whisper.load_model(str(checkpoint[0]), device="cpu")


def mel(seed: int, n_frames: int = 1500) -> Mel:
    """Three seconds of swelling noise, then silence."""
    samples = np.zeros(n_frames * 320, np.float32)
    noise = np.random.default_rng(seed).standard_normal(48_000)
    samples[:48_000] = 0.1 * noise * np.sin(np.arange(48_000) * (seed + 1) / 3_000)
    return log_mel(samples, TINY.n_mels)


# yo: no script is known, every text token may come.
@pytest.mark.parametrize("language", ["en", "ko", "yo"])
@pytest.mark.parametrize("seed", range(3))
def test_text_and_scores_equal_stock_decoding(
    engine: TorchEngine, stock: whisper.Whisper, language: str, seed: int
) -> None:
    heard = mel(seed)
    allowed = frozenset(engine.sayable(language))
    options = whisper.DecodingOptions(
        language=language,
        without_timestamps=True,
        fp16=False,
        sample_len=TOKENS,
        suppress_tokens=[-1, *(t for t in range(TINY.n_vocab) if t not in allowed)],
    )
    expected = whisper.decode(stock, torch.from_numpy(heard), options)
    encoding = engine.encode(heard)
    decoding = engine.decode(encoding, language, TOKENS)
    assert decoding.tokens == expected.tokens
    assert decoding.text == expected.text
    assert len(set(decoding.tokens)) > TOKENS // 4, "the model only repeats itself: no real test"
    assert decoding.average_log_probability == pytest.approx(expected.avg_logprob, abs=1e-3)
    no_speech = engine.language_odds(encoding).no_speech_probability
    assert no_speech == pytest.approx(expected.no_speech_prob, abs=1e-3)


@pytest.mark.parametrize("seed", range(3))
def test_language_odds_equal_stock(engine: TorchEngine, stock: whisper.Whisper, seed: int) -> None:
    heard = mel(seed)
    _, expected = whisper.detect_language(stock, torch.from_numpy(heard))
    odds = engine.language_odds(engine.encode(heard)).odds
    assert odds == pytest.approx(expected, abs=1e-5)
    assert list(odds) == list(engine.languages)


@pytest.mark.parametrize("n_frames", [256, 320, 1500])
def test_a_shorter_context_is_the_stock_encoder_with_its_positions_cut(
    engine: TorchEngine, checkpoint: tuple[Path, str], n_frames: int
) -> None:
    heard = mel(1, n_frames)
    stock = whisper.load_model(str(checkpoint[0]), device="cpu")
    stock.encoder.positional_embedding = stock.encoder.positional_embedding[:n_frames]
    with torch.inference_mode():
        features = stock.encoder(torch.from_numpy(heard)[None])[0]
        attention = stock.decoder.blocks[0].cross_attn
        keys, values = F.linear(features, attention.key.weight), attention.value(features)
    encoding = engine.encode(heard)
    assert isinstance(encoding, TorchEncoding)
    assert encoding.n_frames == n_frames
    for ours, theirs in zip(encoding.cross[0], (keys, values), strict=True):
        joined = ours.transpose(0, 1).reshape(n_frames, -1)
        torch.testing.assert_close(joined, theirs, atol=2e-4, rtol=1e-4)


def test_one_encoding_is_read_twice_alike(engine: TorchEngine) -> None:
    encoding = engine.encode(mel(2, 256))
    first = engine.decode(encoding, "en", TOKENS)
    assert engine.decode(encoding, "ko", TOKENS).tokens != first.tokens
    assert engine.decode(encoding, "en", TOKENS) == first
    assert first.reached_limit
    assert engine.decode(encoding, "en", 3).tokens == first.tokens[:3]


def test_text_never_outgrows_the_text_context(engine: TorchEngine) -> None:
    decoding = engine.decode(engine.encode(mel(0, 256)), "en", 10_000)
    assert len(decoding.tokens) <= TINY.n_text_ctx - 4


def test_numbers_that_are_none_give_scores_that_are_none(engine: TorchEngine) -> None:
    encoding = engine.encode(np.full((TINY.n_mels, 512), np.nan, np.float32))
    assert np.isnan(engine.language_odds(encoding).no_speech_probability)
    assert np.isnan(engine.decode(encoding, "en", TOKENS).average_log_probability)


@pytest.mark.parametrize(
    "use",
    [
        lambda e: e.encode(np.zeros((80, 511), np.float32)),
        lambda e: e.encode(np.zeros((80, 3_002), np.float32)),
        lambda e: e.encode(np.zeros((80, 0), np.float32)),
        lambda e: e.encode(np.zeros((128, 512), np.float32)),
        lambda e: e.decode(e.encode(mel(0, 256)), "klingon", 4),
        lambda e: e.language_odds(Encoding(256)),
    ],
    ids=["odd", "too long", "empty", "wrong bins", "unknown language", "foreign encoding"],
)
def test_misuse_is_a_recognition_error(
    engine: TorchEngine, use: Callable[[TorchEngine], None]
) -> None:
    with pytest.raises(RecognitionError):
        use(engine)


def test_an_english_model_has_one_language(tmp_path: Path) -> None:
    path = tmp_path / "tiny.en.pt"
    sha256 = write_checkpoint(path, replace(TINY, n_vocab=51_864))
    engine = torch_engine.load(path, sha256, threads=0)
    stock = whisper.load_model(str(path), device="cpu")
    assert engine.languages == ("en",)
    heard = mel(0)
    encoding = engine.encode(heard)
    assert engine.language_odds(encoding).odds == {"en": 1.0}
    allowed = frozenset(engine.sayable("en"))
    left_out = [-1, *(t for t in range(51_864) if t not in allowed)]
    options = whisper.DecodingOptions(
        language="en",
        without_timestamps=True,
        fp16=False,
        sample_len=4,
        suppress_tokens=left_out,
    )
    expected = whisper.decode(stock, torch.from_numpy(heard), options)
    assert engine.decode(encoding, "en", 4).tokens == expected.tokens


class TouchesAFile:
    """Unpickling this leaves a mark: what a changed model file could do to the robot."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.marker),)


def test_a_changed_file_is_refused_unread(tmp_path: Path) -> None:
    path, marker = tmp_path / "model.pt", tmp_path / "marker"
    path.write_bytes(pickle.dumps(TouchesAFile(marker), protocol=2))
    with pytest.raises(ModelError, match=r"model\.pt.*sha256"):
        torch_engine.load(path, "0" * 64, threads=0)
    right_hash = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match="no Whisper checkpoint"):
        torch_engine.load(path, right_hash, threads=0)
    assert not marker.exists()


@pytest.mark.parametrize("content", ["nothing", "text", "other dict", "no layers", "odd tokens"])
def test_a_file_that_is_no_whisper_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "model.pt"
    match content:
        case "nothing":
            path.touch()
        case "text":
            path.write_text("not a model")
        case "other dict":
            torch.save({"weights": torch.zeros(2)}, path)
        case "no layers":
            torch.save({"dims": {}, "model_state_dict": {}}, path)
        case _:
            write_checkpoint(path, replace(TINY, n_vocab=1_000))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(ModelError, match=r"model\.pt"):
        torch_engine.load(path, sha256, threads=0)


def test_a_missing_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="sori models add"):
        torch_engine.load(tmp_path / "gone.pt", "0" * 64, threads=0)
