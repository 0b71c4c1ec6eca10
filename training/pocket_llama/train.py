"""Trains the pocket Llama within a wall-clock budget; continues from its checkpoint.

Run: nice -n 3 python -m training.pocket_llama.train --minutes 40
Then, with a checkpoint of its own: ... --start FIRST.gguf --further --checkpoint SECOND.ckpt
"""

import argparse
import math
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

import sentencepiece
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.muon import Muon
from training.pocket_llama.batches import UNLEARNT, Batch
from training.pocket_llama.copying import LAYERS, with_copying_layers
from training.pocket_llama.dialogues import DialogueOptions, Dialogues
from training.pocket_llama.gguf_weights import read_gguf, read_pieces
from training.pocket_llama.growth import with_layers, with_pieces
from training.pocket_llama.lessons import COURSE, FURTHER, FURTHER_KOREAN_SHARE, Lesson, Lessons
from training.pocket_llama.model import ModelOptions, PocketLlama
from training.pocket_llama.topic_head import TopicHead

SCRATCH = Path("/tmp/sori-training")


@dataclass(frozen=True)
class TrainOptions:
    """The course of the training; times in seconds."""

    minutes: float = 60.0
    layers: int = 8
    peak_rate: float = 2e-3  # of AdamW
    hidden_rate_share: float = 4.0  # Muon's rate, in peak rates
    last_rate_share: float = 0.02
    warm_up_steps: int = 60
    weight_decay: float = 0.05
    hidden_decay: float = 0.02
    momentum: float = 0.95
    clip: float = 1.0
    topic_weight: float = 0.5  # of the topic loss beside the answer loss
    save_every: float = 180.0
    log_steps: int = 20
    threads: int = 1
    vocabulary: Path = SCRATCH / "pocket-llama.model"
    checkpoint: Path = SCRATCH / "llama.ckpt"
    start: Path | None = None
    further: bool = False


FURTHER_PEAK_RATE = 7e-4
"""Of AdamW, in the second course: what is known already must not be lost again."""


@dataclass
class Progress:
    """Where the training stands; `spent` seconds are counted over all runs."""

    step: int = 0
    spent: float = 0.0


def learning_rate(options: TrainOptions, progress: Progress) -> float:
    """Linear warm-up by steps, then a half cosine over the time budget."""
    share = min(1.0, progress.spent / (60 * options.minutes))
    cosine = 0.5 * (1 + math.cos(math.pi * share))
    rate = options.last_rate_share + (1 - options.last_rate_share) * cosine
    return options.peak_rate * rate * min(1.0, (progress.step + 1) / options.warm_up_steps)


def answer_loss(model: PocketLlama, middle: Tensor, batch: Batch) -> Tensor:
    """Mean cross entropy, in nats, over the tokens of answers, from middle states (B, T, width).

    Only their states go through the last feed-forward part and are multiplied with the vocabulary,
    which saves two fifths of the time.
    """
    learnt = batch.targets != UNLEARNT
    scores = model.scores(model.upper_at(middle, learnt))
    return functional.cross_entropy(scores, batch.targets[learnt])


def make_optimizers(
    model: PocketLlama, head: TopicHead, options: TrainOptions
) -> tuple[torch.optim.Optimizer, ...]:
    """Muon for the matrices of the layers that are trained; AdamW (Loshchilov and Hutter 2019) for
    the embeddings, the norms and the topic head."""
    hidden = [
        weight for weight in model.layers.parameters() if weight.dim() == 2 and weight.requires_grad
    ]
    norms = [weight for weight in model.parameters() if weight.dim() == 1 and weight.requires_grad]
    decayed = [model.embedding.weight, *head.parameters()]
    groups = [
        {"params": decayed, "weight_decay": options.weight_decay},
        {"params": norms, "weight_decay": 0.0},
    ]
    return (
        Muon(hidden, options.momentum, options.hidden_decay),
        torch.optim.AdamW(groups, lr=options.peak_rate, betas=(0.9, 0.95), fused=True),
    )


class Trainer:
    """The network, its topic head, the optimiser and where they stand."""

    def __init__(self, options: TrainOptions, vocabulary_size: int, topics: int) -> None:
        self.options = options
        sizes = ModelOptions(vocabulary=vocabulary_size, layers=options.layers)
        self.model = PocketLlama(sizes)
        for layer in self.model.layers[: sizes.copying_layers]:
            layer.requires_grad_(False)
        self.head = TopicHead(self.model.options.width, topics)
        self.parts = nn.ModuleList((self.model, self.head))
        self.optimizers = make_optimizers(self.model, self.head, options)
        self.progress = Progress()
        self.seen: dict[str, list[float]] = {}  # losses since the last line of the log, in nats

    def save(self) -> None:
        """Writes the checkpoint beside its place and moves it there, so it is never half."""
        beside = self.options.checkpoint.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "head": self.head.state_dict(),
                "optimizers": [one.state_dict() for one in self.optimizers],
                "vocabulary": self.model.options.vocabulary,
                "layers": self.model.options.layers,
                "step": self.progress.step,
                "spent": self.progress.spent,
            },
            beside,
        )
        beside.replace(self.options.checkpoint)

    def restore(self, vocabulary: sentencepiece.SentencePieceProcessor) -> None:
        """Continues from the checkpoint, or else from `start`, or else anew."""
        if self.options.checkpoint.exists():
            saved = torch.load(self.options.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.head.load_state_dict(saved["head"])
            for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
                optimizer.load_state_dict(state)
            self.progress = Progress(saved["step"], saved["spent"])
        elif self.options.start is not None:
            pieces = [vocabulary.id_to_piece(token) for token in range(vocabulary.vocab_size())]
            old = read_gguf(self.options.start), read_pieces(self.options.start)
            start = with_pieces(*old, pieces)
            if not start.options.copying_layers:
                start = with_copying_layers(with_layers(start, self.options.layers - LAYERS))
            self.model.load_state_dict(with_layers(start, self.options.layers).state_dict())
        else:
            without = replace(
                self.model.options, layers=self.options.layers - LAYERS, copying_layers=0
            )
            anew = with_copying_layers(PocketLlama(without))
            self.model.load_state_dict(anew.state_dict())

    def learn(self, lesson: Lesson, batch: Batch) -> None:
        """One step: of the lower half alone for the topics, else of the whole."""
        middle = self.model.lower(batch.ids)
        loss = self.options.topic_weight * self.head.loss(middle, batch.topics)
        self.seen.setdefault("topics", []).append(loss.item() / self.options.topic_weight)
        if lesson != "topics":
            answers = answer_loss(self.model, middle, batch)
            self.seen.setdefault(lesson, []).append(answers.item())
            loss = loss + answers
        self._step(loss)

    def _step(self, loss: Tensor) -> None:
        """One step of the optimiser; weights which the loss does not reach stay as they are."""
        rate = learning_rate(self.options, self.progress)
        shares = (self.options.hidden_rate_share, 1.0)
        for optimizer, share in zip(self.optimizers, shares, strict=True):
            for group in optimizer.param_groups:
                group["lr"] = share * rate
            optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.parts.parameters(), self.options.clip)
        for optimizer in self.optimizers:
            optimizer.step()
        self.progress.step += 1

    def run(self, lessons: Lessons) -> None:
        """Trains until the budget is spent, saving and telling now and then."""
        progress, budget_s = self.progress, 60 * self.options.minutes
        saved_at = progress.spent
        while progress.spent < budget_s:
            began = time.monotonic()
            self.learn(*lessons.next(progress.spent / budget_s))
            progress.spent += time.monotonic() - began
            if progress.step % self.options.log_steps == 0:
                self._tell()
            if progress.spent - saved_at > self.options.save_every:
                self.save()
                saved_at = progress.spent
        self.save()

    def _tell(self) -> None:
        """One line of the log, and a new count."""
        losses = " ".join(
            f"{lesson} {sum(losses) / len(losses):.4f}" for lesson, losses in self.seen.items()
        )
        rate = learning_rate(self.options, self.progress)
        spent = self.progress.spent
        print(f"step {self.progress.step} spent {spent:.0f} s {losses} rate {rate:.2e}", flush=True)
        self.seen.clear()


def train(options: TrainOptions) -> None:
    """Trains the pocket Llama within its budget of wall-clock time."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(options.vocabulary))
    talks = Dialogues(DialogueOptions())
    course = COURSE
    if options.further:
        talks = talks.with_options(replace(talks.options, korean_share=FURTHER_KOREAN_SHARE))
        course = FURTHER
    trainer = Trainer(options, vocabulary.vocab_size(), len(talks.numbers))
    trainer.restore(vocabulary)
    print(f"parameters {sum(weight.numel() for weight in trainer.model.parameters())}", flush=True)
    rng = random.Random(1000 + trainer.progress.step)
    lessons = Lessons(talks, vocabulary, trainer.model.options, rng, course=course)
    trainer.run(lessons)


def main() -> None:
    """Reads the options of the command line and trains."""
    parser = argparse.ArgumentParser(description=train.__doc__)
    defaults = TrainOptions()
    parser.add_argument("--minutes", type=float, default=defaults.minutes)
    parser.add_argument("--layers", type=int, default=defaults.layers)
    parser.add_argument("--threads", type=int, default=defaults.threads)
    parser.add_argument("--checkpoint", type=Path, default=defaults.checkpoint)
    parser.add_argument("--start", type=Path, help="an exported file to begin with")
    parser.add_argument("--further", action="store_true", help="the second course, after the first")
    arguments = parser.parse_args()
    peak_rate = FURTHER_PEAK_RATE if arguments.further else defaults.peak_rate
    train(TrainOptions(peak_rate=peak_rate, **vars(arguments)))


if __name__ == "__main__":
    main()
