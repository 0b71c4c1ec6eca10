"""A GGUF file that was checked before llama.cpp sees it."""

from dataclasses import dataclass
from pathlib import Path

from config.model_files import check_sha256
from nlu.gguf_header import GgufHeader, Kind, read_header


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file and the SHA-256 it must have."""

    path: Path
    sha256: str

    def checked(self, expected: Kind = "model") -> GgufHeader:
        """The header; ModelError with the cause for a missing, damaged or other file."""
        header = read_header(self.path, expected)
        check_sha256(self.path, self.sha256)
        return header
