"""Write the last training checkpoint as an openai-whisper model file (works during training).

python -m training.pocket_whisper.export
"""

import argparse
from pathlib import Path

import torch

from training.pocket_whisper.model import PocketWhisper, TokenTable, checkpoint_for_whisper
from training.pocket_whisper.train import CHECKPOINT

DESTINATION = Path(__file__).parents[2] / "models" / "pocket-whisper.pt"


def export(checkpoint: Path, destination: Path, last: bool = False) -> None:
    """Read a training checkpoint and write `destination` in one atomic move.

    The weights are the running average of the training, with `last` those of the last step.
    """
    saved = torch.load(checkpoint, weights_only=False)
    model = PocketWhisper(TokenTable(saved["token_ids"]))
    model.load_state_dict(saved["model" if last else "average"])
    partial = destination.with_suffix(".partial")
    torch.save(checkpoint_for_whisper(model), partial)
    partial.replace(destination)
    size_mb = destination.stat().st_size / 1e6
    print(f"{destination}: step {saved['step']}, {size_mb:.1f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--destination", type=Path, default=DESTINATION)
    parser.add_argument("--last", action="store_true", help="not the average: the last step")
    arguments = parser.parse_args()
    export(arguments.checkpoint, arguments.destination, arguments.last)


if __name__ == "__main__":
    main()
