"""Average the weights of two exported models: before and after a training, say.

A training that goes on with other clips forgets a little of what it no longer meets; the average of
both ends keeps most of either (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models",
arXiv 2109.01903). The second must have been trained from the first: weights of two trainings that
began apart have nothing in common.

    python -m training.pocket_whisper.average BEFORE.pt AFTER.pt --share 0.7 --destination FILE
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor


def average(first: Path, second: Path, share: float, destination: Path) -> None:
    """Write the weights of `first` moved by `share` (0..1) of the way to `second`, atomically.

    Raises ValueError when the two are not of one shape.
    """
    before, after = (
        torch.load(path, map_location="cpu", weights_only=True) for path in (first, second)
    )
    old: dict[str, Tensor] = before["model_state_dict"]
    new: dict[str, Tensor] = after["model_state_dict"]
    if before["dims"] != after["dims"] or old.keys() != new.keys():
        raise ValueError(f"{first} and {second} are not of one shape")
    weights = {
        name: torch.lerp(old[name].float(), weight.float(), share).to(weight.dtype)
        for name, weight in new.items()
    }
    partial = destination.with_suffix(".partial")
    torch.save(after | {"model_state_dict": weights}, partial)
    partial.replace(destination)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second, 0 to 1")
    parser.add_argument("--destination", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        average(arguments.first, arguments.second, arguments.share, arguments.destination)
    except (OSError, ValueError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
