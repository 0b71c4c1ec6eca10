"""Reads the head of a GGUF file and says precisely why a file cannot be a Llama model.

llama.cpp answers every bad file with the same sentence, and some with an abort. Layout: GGUF
specification, ggml/docs/gguf.md: magic, version, counts, key-value pairs, tensor infos, data.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from config.errors import ModelError

Kind = Literal["model", "adapter"]
KINDS: tuple[Kind, ...] = ("model", "adapter")
Value = int | float | bool | str | None
"""A metadata value; None stands for an array, which nobody here needs."""

_MAGIC = b"GGUF"
_OLD_MAGICS = {b"tjgg": "ggjt", b"fmgg": "ggmf", b"lmgg": "ggml", b"algg": "ggla"}
_VERSIONS = (2, 3)
_MAX_PAIRS = 10_000
_MAX_TENSORS = 100_000
"""Llama 2 70B has 723 tensors and 20 to 40 pairs; far more is damage."""
_MAX_DIMENSIONS = 4
_STRING, _ARRAY = 8, 9
_FORMATS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_FP16_BYTES = 2
_MB = 1 << 20
_WORKING_MB = 64.0
"""Compute buffers of llama.cpp at a batch of 512; measured 40 to 90 MB from 1 B to 7 B."""


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What the head of a GGUF file says about the network in it."""

    kind: Kind
    file_bytes: int
    context_tokens: int
    """The context the network was trained with; 0 when not stated (adapters)."""
    cache_bytes_a_token: int
    """Keys and values of all layers in 16 bits."""
    chat_template: str = ""
    """The Jinja text of the prompt the model was trained with; empty when not stated.

    Only looked at, never run: Sori writes Llama 2's prompt itself.
    """

    def memory_mb(self, context_tokens: int) -> float:
        """An estimate of what the model takes in memory with a context of that many tokens."""
        cache_bytes = self.cache_bytes_a_token * context_tokens
        return (self.file_bytes + cache_bytes) / _MB + _WORKING_MB


class _Cut(Exception):
    """The file ends in the middle of something."""


def read_header(path: Path, expected: Kind | None = "model") -> GgufHeader:
    """The header of `path`; ModelError with the cause when it is no Llama file of that kind.

    With None any kind will do.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            if size == 0:
                raise ModelError(f"{path}: this model file is empty. Fetch it again.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                _check_magic(path, content[:64])
                return _read(path, _Reader(content), expected)
    except OSError as error:
        raise ModelError(
            f"{path}: cannot read this model file: {error.strerror}. Check the path."
        ) from error
    except (_Cut, UnicodeDecodeError) as error:
        raise ModelError(
            f"{path}: this model file is cut off or damaged within its header. Fetch it again."
        ) from error


def _check_magic(path: Path, start: bytes) -> None:
    magic = start[:4]
    if magic == _MAGIC:
        return
    if magic in _OLD_MAGICS:
        cause = (
            f"the old {_OLD_MAGICS[magic]} format, which llama.cpp no longer reads."
            " Convert it to GGUF, or fetch a .gguf file"
        )
    elif start.startswith(b"version https://git-lfs"):
        cause = "a Git LFS pointer, not the model itself. Run `git lfs pull`"
    elif start.startswith((b"PK\x03\x04", b"\x80\x02")):
        cause = "a PyTorch or zip file, not GGUF. Convert it, or fetch a .gguf file"
    elif all(byte >= 0x20 or byte in b"\t\n\r" for byte in start):
        cause = "text (perhaps a saved web page), not a GGUF model. Fetch the file again"
    else:
        cause = "not a GGUF model (wrong first bytes). Fetch a .gguf file"
    raise ModelError(f"{path}: this file is {cause}.")


def _read(path: Path, reader: "_Reader", expected: Kind | None) -> GgufHeader:
    reader.skip(len(_MAGIC))
    (version,) = reader.unpack("I")
    if version not in _VERSIONS:
        what = "big-endian" if version >> 16 else f"version {version}"
        raise ModelError(f"{path}: GGUF {what} is not supported, only versions 2 and 3.")
    n_tensors, n_pairs = reader.unpack("QQ")
    if n_tensors > _MAX_TENSORS or n_pairs > _MAX_PAIRS:
        raise ModelError(f"{path}: the header counts are impossible: damaged. Fetch it again.")
    pairs: dict[str, Value] = {}
    for _ in range(n_pairs):
        key = reader.string()
        pairs[key] = reader.value()
    kind = _checked_kind(path, pairs, expected)
    _check_data(path, reader, n_tensors, pairs)
    return GgufHeader(
        kind=kind,
        file_bytes=len(reader),
        context_tokens=_number(pairs, "llama.context_length"),
        cache_bytes_a_token=_cache_bytes_a_token(pairs),
        chat_template=str(pairs.get("tokenizer.chat_template") or ""),
    )


def _checked_kind(path: Path, pairs: dict[str, Value], expected: Kind | None) -> Kind:
    architecture = pairs.get("general.architecture")
    if architecture != "llama":
        raise ModelError(
            f"{path}: this is a model of the architecture `{architecture}`."
            " Sori speaks with Llama models only."
        )
    kind = pairs.get("general.type", "model")
    for known in KINDS if expected is None else (expected,):
        if kind == known:
            return known
    wanted = expected or "model"
    raise ModelError(f"{path}: this is a GGUF file of the type `{kind}`, not `{wanted}`.")


def _check_data(path: Path, reader: "_Reader", n_tensors: int, pairs: dict[str, Value]) -> None:
    """Every tensor must at least begin within the file: finds downloads that broke off."""
    furthest = 0
    for _ in range(n_tensors):
        reader.string()
        (n_dimensions,) = reader.unpack("I")
        if n_dimensions > _MAX_DIMENSIONS:
            raise _Cut
        reader.skip(8 * n_dimensions + 4)
        (offset,) = reader.unpack("Q")
        furthest = max(furthest, offset)
    alignment = _number(pairs, "general.alignment") or 32
    data_start = -(-reader.at // alignment) * alignment
    if data_start + furthest >= len(reader):
        raise ModelError(
            f"{path}: this model file is cut off: its weights reach beyond its end. Fetch it again."
        )


def _cache_bytes_a_token(pairs: dict[str, Value]) -> int:
    heads = _number(pairs, "llama.attention.head_count")
    if heads == 0:
        return 0
    key_value_heads = _number(pairs, "llama.attention.head_count_kv") or heads
    width = _number(pairs, "llama.embedding_length") * key_value_heads // heads
    return 2 * _number(pairs, "llama.block_count") * width * _FP16_BYTES


def _number(pairs: dict[str, Value], key: str) -> int:
    value = pairs.get(key)
    return value if isinstance(value, int) and value > 0 else 0


class _Reader:
    """Little-endian values one after another; `_Cut` where the file ends too early."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self.at = 0

    def __len__(self) -> int:
        return len(self._content)

    def skip(self, n_bytes: int) -> None:
        self.at += n_bytes
        if self.at > len(self._content):
            raise _Cut

    def unpack(self, form: str) -> tuple[int, ...]:
        start = self.at
        self.skip(struct.calcsize(f"<{form}"))
        return struct.unpack_from(f"<{form}", self._content, start)

    def string(self) -> str:
        (length,) = self.unpack("Q")
        start = self.at
        self.skip(length)
        return self._content[start : self.at].decode("utf-8")

    def value(self) -> Value:
        (kind,) = self.unpack("I")
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            self._skip_array()
            return None
        return self.unpack(self._format(kind))[0]

    def _skip_array(self) -> None:
        kind, length = self.unpack("IQ")
        if kind == _STRING:
            if length > len(self):
                raise _Cut
            for _ in range(length):
                (n_bytes,) = self.unpack("Q")
                self.skip(n_bytes)
        else:
            self.skip(length * struct.calcsize(f"<{self._format(kind)}"))

    @staticmethod
    def _format(kind: int) -> str:
        if kind not in _FORMATS:  # also arrays of arrays, which no model has
            raise _Cut
        return _FORMATS[kind]
