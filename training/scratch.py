"""Where training keeps its files between runs; only finished weights land in `models/`."""

from pathlib import Path

SCRATCH = Path("/tmp/sori-training")
