"""What tests of downloads share: the file, a short patience, and somebody who listens."""

import hashlib
from dataclasses import dataclass, field

import numpy as np

from config.model_download import Patience, Wanted
from tests.moody_server import Server

CONTENT = np.random.default_rng(0).bytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PATIENCE = Patience(timeout_s=10.0, pauses_s=(0.0, 0.0))


@dataclass
class Audience:
    """Remembers what it was told."""

    told: list[str] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)

    def advanced(self, n_bytes: int) -> None:
        self.heights.append(n_bytes)

    def said(self, text: str) -> None:
        self.told.append(text)


def wanted_from(server: Server) -> Wanted:
    """The listed file as the server has it."""
    return Wanted("model", server.address, len(CONTENT), exact=True, sha256=SHA256)
