"""Reads a safetensors file: names and arrays, nothing that could run.

Layout (huggingface/safetensors): eight bytes with the length of the header, a JSON header with
type, shape and place of each tensor, then the data.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from config.errors import ModelError

Array = NDArray[np.float16] | NDArray[np.float32]

_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100_000_000
"""The format's own limit."""
_MAX_DIMENSIONS = 8
_BFLOAT = "BF16"
_TYPES: dict[str, str] = {"F16": "<f2", "F32": "<f4", _BFLOAT: "<u2"}
_ABOUT_THE_FILE = "__metadata__"


class _Entry(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def looks_like(start: bytes, n_bytes: int) -> bool:
    """Whether a file of `n_bytes` that begins with `start` (9 bytes or more) can be one."""
    if len(start) <= _LENGTH_BYTES:
        return False
    (length,) = struct.unpack_from("<Q", start)
    fits = 2 <= length <= min(_MAX_HEADER_BYTES, n_bytes - _LENGTH_BYTES)
    return fits and start[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{"


def read(path: Path) -> Mapping[str, Array]:
    """All tensors of `path` by name; float16 and float32 stay, bfloat16 becomes float32.

    The arrays are views of the file, read when they are used. Raises ModelError for a file that is
    missing, cut, damaged, or holds anything but floating-point tensors.
    """
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise ModelError(f"{path}: cannot read this safetensors file: {error}.") from error
    if not looks_like(content[: _LENGTH_BYTES + 1], len(content)):
        raise ModelError(f"{path}: this is no safetensors file. Fetch it again.")
    (length,) = struct.unpack_from("<Q", content)
    start = _LENGTH_BYTES + length
    try:
        header = msgspec.json.decode(content[_LENGTH_BYTES:start], type=dict[str, msgspec.Raw])
        entries = {
            name: msgspec.json.decode(raw, type=_Entry)
            for name, raw in header.items()
            if name != _ABOUT_THE_FILE
        }
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: its safetensors header is damaged. Fetch it again.") from error
    data = memoryview(content)[start:]
    return {name: _array(path, name, entry, data) for name, entry in entries.items()}


def _array(path: Path, name: str, entry: _Entry, data: memoryview) -> Array:
    if entry.dtype not in _TYPES:
        raise ModelError(f"{path}: `{name}` is of the type {entry.dtype}; only floats are read.")
    kind = np.dtype(_TYPES[entry.dtype])
    begin, end = entry.data_offsets
    shape = entry.shape
    sane = len(shape) <= _MAX_DIMENSIONS and all(size >= 0 for size in shape)
    n_values = math.prod(shape) if sane else -1
    if end - begin != n_values * kind.itemsize or not 0 <= begin <= end <= len(data):
        raise ModelError(
            f"{path}: `{name}` does not lie within the file: it is cut or damaged. Fetch it again."
        )
    values = np.frombuffer(data[begin:end], dtype=kind)
    if entry.dtype == _BFLOAT:  # the upper half of a float32
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.reshape(shape)
