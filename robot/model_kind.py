"""Tells by its content, not its name, what model a file holds."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from audio.recognition import hugging_face, safetensors_file
from config.errors import ModelError
from config.model_files import Role
from nlu.gguf_header import GgufHeader, read_header

Format = Literal["openai-whisper", "hugging-face", "gguf"]

_START_BYTES = 64
_PYTORCH = (b"PK\x03\x04", b"\x80\x02")
"""A zip as `torch.save` writes it, and the pickles it wrote before."""
_GGUF = (b"GGUF", b"tjgg", b"fmgg", b"lmgg", b"algg", b"version https://git-lfs")
"""With its forerunners and pointers to it, of which the header reader says what they are."""
_STYLES = (
    ("<<SYS>>", "Llama 2"),
    ("[INST]", "Llama 2 without a system text"),
    ("<|im_start|>", "ChatML"),
    ("<|start_header_id|>", "Llama 3"),
    ("<|user|>", "Zephyr"),
    ("### ", "Alpaca"),
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file turned out to be."""

    format: Format
    role: Role
    header: GgufHeader | None = None
    """Of a GGUF file."""


def recognise(path: Path) -> Recognised:
    """What model `path`, a file or a folder, holds; nothing in it is run or loaded.

    Raises ModelError for everything else, and says what it looks like.
    """
    if path.is_dir():
        hugging_face.check_folder(path)
        return Recognised("hugging-face", "recognition")
    if not path.exists():
        raise ModelError(f"{path}: there is no such file. Check the path.")
    try:
        with path.open("rb") as file:
            start = file.read(_START_BYTES)
        n_bytes = path.stat().st_size
    except OSError as error:
        raise ModelError(f"{path}: cannot read this file: {error.strerror}.") from error
    if start.startswith(_GGUF):
        header = read_header(path, expected=None)
        return Recognised("gguf", "chat" if header.kind == "model" else "adapter", header)
    if start.startswith(_PYTORCH):
        if path.name in hugging_face.WEIGHTS:
            raise ModelError(f"{path}: this is a piece of a model. Give its folder, {path.parent}.")
        return Recognised("openai-whisper", "recognition")
    if safetensors_file.looks_like(start, n_bytes):
        return Recognised("hugging-face", "recognition")
    raise ModelError(
        f"{path}: this is {_guess(start)}, not a model that Sori can use: a Whisper (.pt, or a"
        " Hugging Face folder) or a Llama (.gguf). Fetch another file."
    )


def _guess(start: bytes) -> str:
    if not start:
        return "an empty file"
    if start.lstrip().lower().startswith((b"<!doctype", b"<html")):
        return "a web page (the download gave a page instead of the file)"
    if all(byte >= 0x20 or byte in b"\t\n\r" for byte in start):
        return "a text"
    return "something unknown"


def prompt_remark(header: GgufHeader) -> str:
    """One sentence on the prompt the model was trained with, compared with the one Sori writes."""
    if not header.chat_template:
        return "It names no prompt of its own; Sori talks to it with Llama 2's."
    style = next((name for mark, name in _STYLES if mark in header.chat_template), "of its own")
    if style == "Llama 2":
        return "It was trained with Llama 2's prompt, the one Sori writes."
    return (
        f"It was trained with another prompt ({style}); Sori writes Llama 2's, so its replies may"
        " be worse than they could be."
    )
