"""How the libraries below us share the cores."""

import os


def share_cores() -> None:
    """Call before numpy, torch or llama.cpp is imported: they read this once.

    OpenMP's threads sleep while they wait for each other instead of spinning: on two busy cores
    (load 7) a reply of 14 tokens took 25 s with spinning and 0.5 s without. numpy's own threads
    are not worth having: after the spectrogram they spin on the core that the encoder needs
    (tiny, 5 s of sound: 124 ms instead of 85).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
