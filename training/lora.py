"""Train a LoRA adapter: a manner of speaking, laid over the pocket Llama without changing it.

    python -m training.lora DATA.jsonl --out models/my-manner.gguf

Each line of DATA.jsonl is a conversation: {"system": "...", "turns": [["what a person says", "what
Sori answers"], ...]}; "system" may be missing: the robot's own persona then. The file it writes is
loaded by llama.cpp beside the model (`adapter` of a [[route]]); training/README.md says how it is
done for a full Llama 2.

Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models": every matrix W of a layer acts
as W + alpha / rank * B A, where A (rank, in) starts random and B (out, rank) at zero.
"""

import argparse
import math
import random
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import gguf
import torch
from torch import Tensor, nn
from tqdm import tqdm

from training.conversations import read_conversations
from training.pocket_llama.batches import Batch, Row, Vocabulary, collate, conversation_row
from training.pocket_llama.dialogues import Turn
from training.pocket_llama.gguf_file import GgufFile
from training.pocket_llama.gguf_weights import read_gguf
from training.pocket_llama.model import PocketLlama
from training.pocket_llama.tensor_names import tensor_name
from training.pocket_llama.train import SCRATCH, answer_loss

MODELS = Path(__file__).parents[1] / "models"
_ADAPTED = ("query", "key", "value", "output", "gate", "up", "down")


@dataclass(frozen=True)
class LoraOptions:
    """Sizes of the adapter and course of its training."""

    rank: int = 8
    alpha: float = 16.0
    peak_rate: float = 3e-3
    batch: int = 16
    epochs: float = 6.0
    warm_up_share: float = 0.05
    held_out_one_in: int = 20
    save_every_s: float = 60.0
    seed: int = 0


class LoraLinear(nn.Module):
    """A frozen linear layer with its low-rank change."""

    def __init__(self, frozen: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.frozen = frozen
        self.down = nn.Parameter(torch.empty(rank, frozen.in_features))
        self.up = nn.Parameter(torch.zeros(frozen.out_features, rank))
        self.scale = alpha / rank
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        changed: Tensor = self.frozen(x) + self.scale * (x @ self.down.T) @ self.up.T
        return changed


def adapt(model: PocketLlama, options: LoraOptions) -> dict[str, LoraLinear]:
    """Freeze the model and lay low-rank changes over its layers; by name of the matrix.

    The layers that only copy stay as they are.
    """
    for weight in model.parameters():
        weight.requires_grad_(False)
    adapted: dict[str, LoraLinear] = {}
    for path, module in list(model.layers.named_modules()):
        if path and int(path.split(".", maxsplit=1)[0]) < model.options.copying_layers:
            continue
        for name, part in list(module.named_children()):
            if isinstance(part, nn.Linear) and name in _ADAPTED:
                layer = LoraLinear(part, options.rank, options.alpha)
                setattr(module, name, layer)
                adapted[f"layers.{path}.{name}.weight"] = layer
    return adapted


def rows_of(conversations: list[list[Turn]], vocabulary: Vocabulary, context: int) -> list[Row]:
    """Token rows that fit the context; longer conversations are left out."""
    rows = [conversation_row(turns, vocabulary) for turns in conversations]
    return [row for row in rows if len(row.ids) <= context]


class Checkpoint:
    """Where a training stands, in a file of its own, so that it can be cut off and go on."""

    def __init__(
        self, path: Path, layers: dict[str, LoraLinear], optimizer: torch.optim.Optimizer
    ) -> None:
        self._path, self._optimizer = path, optimizer
        self._weights = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
        self._saved_at_s = time.monotonic()

    def restore(self) -> int:
        """The steps that are done already."""
        if not self._path.exists():
            return 0
        saved = torch.load(self._path, weights_only=True)
        with torch.no_grad():
            for weight, before in zip(self._weights, saved["weights"], strict=True):
                weight.copy_(before)
        self._optimizer.load_state_dict(saved["optimizer"])
        return int(saved["steps"])

    def save(self, steps: int, every_s: float) -> None:
        """Write the file when the last is old enough."""
        if time.monotonic() - self._saved_at_s < every_s:
            return
        beside = self._path.with_suffix(".part")
        weights = [weight.detach() for weight in self._weights]
        state = {"weights": weights, "optimizer": self._optimizer.state_dict(), "steps": steps}
        torch.save(state, beside)
        beside.replace(self._path)
        self._saved_at_s = time.monotonic()

    def delete(self) -> None:
        """The training is over."""
        self._path.unlink(missing_ok=True)


def train(
    model: PocketLlama,
    layers: dict[str, LoraLinear],
    rows: list[Row],
    options: LoraOptions,
    checkpoint: Path,
) -> None:
    """AdamW on the low-rank parts alone, warm-up and half cosine over all steps.

    Goes on from `checkpoint` if there is one.
    """
    weights = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(weights, lr=options.peak_rate, weight_decay=0.0)
    steps = max(1, math.ceil(options.epochs * len(rows) / options.batch))
    kept = Checkpoint(checkpoint, layers, optimizer)
    done = kept.restore()
    with tqdm(total=steps, initial=done, desc="training the adapter", unit="step") as bar:
        for step in range(done, steps):
            rng = random.Random(1_000_003 * options.seed + step)
            share = step / steps
            rate = min(1.0, share / options.warm_up_share + 0.01)
            rate *= 0.5 * (1 + math.cos(math.pi * share))
            for group in optimizer.param_groups:
                group["lr"] = options.peak_rate * rate
            loss = batch_loss(model, collate(rng.sample(rows, min(options.batch, len(rows)))))
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
            kept.save(step + 1, options.save_every_s)
            bar.set_postfix(loss=f"{loss.item():.3f}", refresh=False)
            bar.update()
    kept.delete()


def checkpoint_of(data: Path, model: Path, options: LoraOptions) -> Path:
    """A name that only the same text, model and options have."""
    parts = (data.read_bytes(), model.read_bytes(), repr(options).encode())
    digest = sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    return SCRATCH / f"lora-{digest[:16]}.ckpt"


def batch_loss(model: PocketLlama, batch: Batch) -> Tensor:
    """Mean cross entropy of the answers, in nats a token."""
    return answer_loss(model, model.lower(batch.ids), batch)


def mean_loss(model: PocketLlama, rows: list[Row]) -> float:
    """Mean over the rows, in nats a token."""
    with torch.no_grad():
        return sum(batch_loss(model, collate([row])).item() for row in rows) / max(1, len(rows))


def write_adapter(layers: dict[str, LoraLinear], options: LoraOptions, path: Path) -> None:
    """A GGUF adapter as llama.cpp's convert_lora_to_gguf.py lays it out, in 16 bit numbers."""
    beside = path.with_suffix(".part")
    writer = gguf.GGUFWriter(beside, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", options.alpha)
    for name, layer in layers.items():
        for part, weight in (("lora_a", layer.down), ("lora_b", layer.up)):
            data = weight.detach().half().numpy()
            writer.add_tensor(f"{tensor_name(name)}.{part}", data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    beside.replace(path)


def main() -> None:
    """Read, train, say the losses before and after, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path, metavar="DATA.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="the adapter to write (.gguf)")
    parser.add_argument("--model", type=Path, default=MODELS / "pocket-llama.gguf")
    parser.add_argument("--rank", type=int, default=LoraOptions.rank)
    parser.add_argument("--epochs", type=float, default=LoraOptions.epochs)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    options = LoraOptions(rank=arguments.rank, epochs=arguments.epochs)
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(options.seed)
    began_s = time.monotonic()
    model = read_gguf(arguments.model)
    rows = rows_of(
        read_conversations(arguments.data), GgufFile(arguments.model), model.options.context
    )
    random.Random(options.seed).shuffle(rows)
    held_out = rows[:: options.held_out_one_in]
    kept = [row for number, row in enumerate(rows) if number % options.held_out_one_in]
    layers = adapt(model, options)
    before = mean_loss(model, held_out)
    train(model, layers, kept, options, checkpoint_of(arguments.data, arguments.model, options))
    after = mean_loss(model, held_out)
    write_adapter(layers, options, arguments.out)
    print(
        f"{arguments.out}: {arguments.out.stat().st_size / 1e3:.0f} kB,"
        f" {len(kept)} conversations, held-out loss {before:.3f} -> {after:.3f} nats a token,"
        f" {time.monotonic() - began_s:.0f} s"
    )


if __name__ == "__main__":
    main()
