"""The mean of two exported recognisers."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.whisper_checkpoints import TINY, write_checkpoint
from training.pocket_whisper.average import average


def weights(path: Path) -> dict[str, Tensor]:
    found: dict[str, Tensor] = torch.load(path, weights_only=True)["model_state_dict"]
    return found


def test_the_share_is_of_the_second(tmp_path: Path) -> None:
    before, after, mean = (tmp_path / f"{name}.pt" for name in ("before", "after", "mean"))
    write_checkpoint(before, seed=1)
    write_checkpoint(after, seed=2)
    average(before, after, 0.25, mean)
    old, new = weights(before), weights(after)
    for name, weight in weights(mean).items():
        torch.testing.assert_close(weight, 0.75 * old[name] + 0.25 * new[name])


def test_two_shapes_have_no_mean(tmp_path: Path) -> None:
    before, after, mean = (tmp_path / f"{name}.pt" for name in ("before", "after", "mean"))
    write_checkpoint(before)
    write_checkpoint(after, replace(TINY, n_audio_layer=1))
    with pytest.raises(ValueError, match="not of one shape"):
        average(before, after, 0.5, mean)
    assert not mean.exists()
