"""Small Whisper checkpoints with random weights, in openai-whisper's own file format."""

import hashlib
from dataclasses import asdict
from pathlib import Path

import torch
from whisper.model import ModelDimensions, Whisper

from audio.recognition.torch_checkpoint import Dimensions

TINY = Dimensions(
    n_mels=80,
    n_audio_ctx=1500,
    n_audio_state=64,
    n_audio_head=4,
    n_audio_layer=2,
    n_vocab=51_865,
    n_text_ctx=448,
    n_text_state=64,
    n_text_head=4,
    n_text_layer=2,
)


def write_checkpoint(path: Path, dimensions: Dimensions = TINY, seed: int = 0) -> str:
    """Write a random model to `path` and return its sha256 (hex)."""
    torch.manual_seed(seed)
    model = Whisper(ModelDimensions(**asdict(dimensions)))
    with torch.no_grad():
        # Loud layers over a quiet embedding: the text then depends on the sound and does not
        # repeat itself. (`Whisper` leaves the decoder's positions uninitialised.)
        model.decoder.positional_embedding.normal_(std=0.2)
        model.decoder.token_embedding.weight.normal_(std=0.2)
        for block in [*model.encoder.blocks, *model.decoder.blocks]:
            for name, weight in block.named_parameters():
                if weight.ndim == 2:
                    weight.normal_(std=(4.0 if "cross" in name else 2.0) * weight.shape[1] ** -0.5)
    torch.save({"dims": asdict(dimensions), "model_state_dict": model.state_dict()}, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()
