"""Recognition beside stock `whisper.transcribe(language=None)`, on the same weights and sound.

    python -m bench.recognition --write docs/performance/recognition.md

Stock is given its kindest options: greedy only, no timestamps, no text carried over, float32.
The repeats of both are interleaved, so that whatever else the machine does hits both.
"""

import argparse
import hashlib
import io
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
import torch
import whisper
from whisper.model import ModelDimensions, Whisper

from audio.recognition import guards, torch_engine
from audio.recognition.features import SAMPLES_PER_FRAME, log_mel
from audio.recognition.torch_checkpoint import Dimensions
from audio.recognition.torch_engine import TorchEngine
from audio.sound import SAMPLE_RATE_HZ, Samples
from bench import machine

POCKET = Path("models/pocket-whisper.pt")
SECONDS = (2, 5, 10)
TOKENS = 12
"""Tokens both must write with random weights, which never end of themselves."""
LANGUAGE = "en"
SHAPES = {"tiny": (384, 6, 4), "base": (512, 8, 6)}
"""State, heads and layers of encoder and decoder each: openai/whisper."""
TEXT = (
    "Please walk two metres forward, turn to the left, wave with your right hand and tell me"
    " what the weather will be like tomorrow in the city by the river. "
)


@dataclass(frozen=True, slots=True)
class Row:
    """Medians in milliseconds: ours and stock's."""

    model: str
    seconds: int
    encode: tuple[float, float]
    """Features, encoder and language identification."""
    whole: tuple[float, float]
    n_tokens: int

    def cells(self) -> str:
        """The row as a Markdown table line."""
        decode = (self.whole[0] - self.encode[0], self.whole[1] - self.encode[1])
        times = (f"{ours:.0f} / {stock:.0f}" for ours, stock in (self.encode, decode, self.whole))
        ratio = f"**{self.whole[1] / self.whole[0]:.1f}**"
        cells = [self.model, f"{self.seconds}", f"{self.n_tokens}", *times]
        return f"| {' | '.join(cells)} | {decode[0] / self.n_tokens:.1f} | {ratio} |"


HEADER = """| model | sound, s | tokens | language and encoder, ms | decoding, ms | whole, ms \
| ours, ms a token | times faster |
|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Measure, print the table and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--threads", type=int, default=0, help="0: PyTorch's own choice")
    parser.add_argument("--models", nargs="+", default=[*SHAPES, "pocket"])
    parser.add_argument("--write", type=Path, help="Markdown file for the table")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ResourceWarning)
    where = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            row
            for name in arguments.models
            for row in measured(name, Path(folder), arguments.repeats, arguments.threads)
        ]
    table = "\n".join([HEADER, *(row.cells() for row in rows)])
    print(table)
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(page(table, where, arguments.repeats), "utf-8")
        print(f"Written to {arguments.write}.", file=sys.stderr)


def measured(name: str, folder: Path, repeats: int, threads: int) -> Iterator[Row]:
    """Rows of one model, or none and a sentence when its file is missing."""
    if name == "pocket" and not POCKET.exists():
        print(f"{POCKET} is not there yet: left out.", file=sys.stderr)
        return
    path = POCKET if name == "pocket" else random_model(name, folder)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    engine = torch_engine.load(path, sha256, threads)
    stock = whisper.load_model(str(path), device="cpu")
    for seconds in SECONDS:
        print(f"{name}, {seconds} s ...", file=sys.stderr)
        yield compared(name, engine, stock, speech(seconds), repeats)


def compared(name: str, engine: TorchEngine, stock: Whisper, samples: Samples, repeats: int) -> Row:
    """Both ways over one sound, in turns."""
    random_weights = name in SHAPES
    seconds = round(len(samples) / SAMPLE_RATE_HZ)
    cap = TOKENS if random_weights else guards.token_cap(seconds, LANGUAGE)
    mel = torch.from_numpy(whisper.log_mel_spectrogram(np.pad(samples, (0, 480_000))).numpy())
    stock_cap = stock_options(engine) if random_weights else {}
    counts: list[int] = []

    def ours() -> None:
        encoding = engine.encode(padded_mel(samples, engine))
        counts.append(len(engine.decode(encoding, LANGUAGE, cap).tokens))

    def stock_whole() -> None:
        whisper.transcribe(
            stock,
            samples,
            language=None,
            temperature=0.0,
            fp16=False,
            without_timestamps=True,
            condition_on_previous_text=False,
            **stock_cap,
        )

    encode, stock_encode, whole, stock_time = medians_ms(
        [
            lambda: engine.encode(padded_mel(samples, engine)),
            lambda: stock.detect_language(whisper.pad_or_trim(mel, whisper.audio.N_FRAMES)),
            ours,
            stock_whole,
        ],
        repeats,
    )
    if random_weights and set(counts) != {TOKENS}:
        print(f"{name}: ours ended after {min(counts)} tokens, stock wrote {TOKENS}: unfair.")
    # Stock encodes once to find the language and once more to decode.
    return Row(name, seconds, (encode, 2 * stock_encode), (whole, stock_time), max(1, counts[-1]))


def padded_mel(
    samples: Samples, engine: TorchEngine
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """What the transcriber gives the engine."""
    frames = guards.context_frames(len(samples) / SAMPLE_RATE_HZ, engine.max_context_frames)
    padded = np.zeros(frames * SAMPLES_PER_FRAME, np.float32)
    padded[: len(samples)] = samples
    return log_mel(padded, engine.mel_bins)


def stock_options(engine: TorchEngine) -> dict[str, int | list[int]]:
    """Make stock write exactly TOKENS text tokens: neither the end nor a time stamp may come."""
    text = frozenset(engine.sayable("yo"))  # a language of no known script: every text token
    end = max(text)
    barred = [-1, end, *range(end + 1, 51_865)]
    return {"sample_len": TOKENS, "suppress_tokens": barred}


def medians_ms(ways: list[Callable[[], object]], repeats: int) -> list[float]:
    """Median wall time of each, one of each in turn; the first turn warms up and is dropped."""
    times_ms: list[list[float]] = [[] for _ in ways]
    for _ in range(repeats + 1):
        for way, taken_ms in zip(ways, times_ms, strict=True):
            start = time.perf_counter()
            way()
            taken_ms.append((time.perf_counter() - start) * 1_000)
    return [statistics.median(taken_ms[1:]) for taken_ms in times_ms]


def random_model(name: str, folder: Path) -> Path:
    """A checkpoint of Whisper's shape with random weights: the same work, no words."""
    n_state, n_head, n_layer = SHAPES[name]
    block = (1500, n_state, n_head, n_layer)
    dimensions = Dimensions(80, *block, 51_865, 448, n_state, n_head, n_layer)
    torch.manual_seed(0)
    model = Whisper(ModelDimensions(**asdict(dimensions)))
    with torch.no_grad():
        model.decoder.positional_embedding.normal_(std=0.1)
    path = folder / f"{name}.pt"
    torch.save({"dims": asdict(dimensions), "model_state_dict": model.state_dict()}, path)
    return path


def speech(seconds: int) -> Samples:
    """Exactly `seconds` of espeak-ng."""
    command = ["espeak-ng", "-v", "en-us", "--stdout", TEXT * 2]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    samples, rate_hz = soundfile.read(io.BytesIO(wav), dtype="float32")
    resampled: Samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    return resampled[: seconds * SAMPLE_RATE_HZ]


def page(table: str, where: str, repeats: int) -> str:
    """The Markdown page around the table."""
    return f"""# Recognition: speed

{where}. PyTorch {torch.__version__}, {torch.get_num_threads()} threads.
Medians of {repeats} interleaved repeats; ours / stock `whisper.transcribe(language=None)`.

{table}

`tiny` and `base` are those shapes with random weights, made to write {TOKENS} tokens by both;
`pocket` is the built-in model. Stock runs greedily without timestamps, its kindest setting;
its encoder column is two runs of `detect_language`, because it encodes once for the language and
once more for the text. Stock's decoding is what its whole time leaves over, noise included (on a
shared machine even less than nothing). Made by

    python -m bench.recognition --write docs/performance/recognition.md
"""


if __name__ == "__main__":
    main()
