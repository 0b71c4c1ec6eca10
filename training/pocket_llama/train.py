"""Trains the pocket Llama within a wall-clock budget; continues from its checkpoint.

Run: nice -n 3 python -m training.pocket_llama.train --minutes 40
"""

import argparse
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.pocket_llama.batches import UNLEARNT, Batch, batches, topic_batches
from training.pocket_llama.dialogues import DialogueOptions, Dialogues
from training.pocket_llama.model import ModelOptions, PocketLlama

SCRATCH = Path("/tmp/sori-training")

SINGLE = DialogueOptions(system_share=0.5, own_system_share=0.8, turn_weights=(1,))
EASY = DialogueOptions(own_system_share=0.25, turn_weights=(60, 30, 10))
"""From easy to hard: first single prompts, of which the lower half of the network learns the
topic alone, at a ninth of the cost of a whole talk; then short talks, mostly without the long
system text; then talks as they are at run time."""


@dataclass(frozen=True)
class TrainOptions:
    """The course of the training; times in seconds."""

    minutes: float = 40.0
    batch: int = 12
    peak_rate: float = 1.5e-3
    last_rate_share: float = 0.02
    warm_up_steps: int = 60
    weight_decay: float = 0.05
    clip: float = 1.0
    topic_weight: float = 0.5  # of the topic loss beside the answer loss
    topic_share: float = 0.2  # of the budget, spent on learning topics alone
    mixed_share: float = 0.92  # of the budget, by when every second step no longer does so
    topic_batch: int = 64
    easy_share: float = 0.7  # of the budget, by when the short talks end
    save_every: float = 180.0
    log_steps: int = 20
    threads: int = 1
    vocabulary: Path = SCRATCH / "pocket-llama.model"
    checkpoint: Path = SCRATCH / "llama.ckpt"
    start: Path | None = None


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


class TopicHead(nn.Module):
    """Names the topic from the state in the middle of the network, where a prompt ends.

    Only for the training: the words of an answer follow from one another, so the answer loss
    alone hardly rewards looking at the question, and a small network is slow to find out. The
    head asks for the topic directly, half-way up, where the later layers can still use it.
    """

    def __init__(self, width: int, topics: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, topics)

    def loss(self, middle: Tensor, topics: Tensor) -> Tensor:
        """Mean cross entropy, in nats, of states (B, T, width) where topics (B, T) are known."""
        ends = topics != UNLEARNT
        states = functional.rms_norm(middle[ends], middle.shape[-1:])
        return functional.cross_entropy(self.score(states), topics[ends])


def answer_loss(model: PocketLlama, last: Tensor, batch: Batch) -> Tensor:
    """Mean cross entropy, in nats, over the tokens of answers, from last states (B, T, width).

    Only their states are multiplied with the vocabulary, which saves a third of the time.
    """
    learnt = batch.targets != UNLEARNT
    return functional.cross_entropy(model.scores(last[learnt]), batch.targets[learnt])


def make_optimizer(parts: nn.ModuleList, options: TrainOptions) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019), with decay on matrices only."""
    matrices = [weight for weight in parts.parameters() if weight.dim() == 2]
    norms = [weight for weight in parts.parameters() if weight.dim() == 1]
    groups = [
        {"params": matrices, "weight_decay": options.weight_decay},
        {"params": norms, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=options.peak_rate, betas=(0.9, 0.95), fused=True)


@dataclass(frozen=True)
class Lessons:
    """The batches of the three lessons."""

    topics: Iterator[Batch]
    easy: Iterator[Batch]
    full: Iterator[Batch]


class Trainer:
    """The network, its topic head, the optimiser and where they stand."""

    def __init__(self, options: TrainOptions, vocabulary_size: int, topics: int) -> None:
        self.options = options
        self.model = PocketLlama(ModelOptions(vocabulary=vocabulary_size))
        self.head = TopicHead(self.model.options.width, topics)
        self.parts = nn.ModuleList((self.model, self.head))
        self.optimizer = make_optimizer(self.parts, options)
        self.progress = Progress()
        self.seen_answers: list[float] = []  # losses since the last line of the log, in nats
        self.seen_topics: list[float] = []

    def save(self) -> None:
        """Writes the checkpoint beside its place and moves it there, so it is never half."""
        beside = self.options.checkpoint.with_suffix(".part")
        torch.save(
            {
                "model": self.model.state_dict(),
                "head": self.head.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "vocabulary": self.model.options.vocabulary,
                "step": self.progress.step,
                "spent": self.progress.spent,
            },
            beside,
        )
        beside.replace(self.options.checkpoint)

    def restore(self) -> None:
        """Continues from the checkpoint, or else from `start`, or else anew."""
        if self.options.checkpoint.exists():
            saved = torch.load(self.options.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.head.load_state_dict(saved["head"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.progress = Progress(saved["step"], saved["spent"])
        elif self.options.start is not None:
            saved = torch.load(self.options.start, weights_only=True)
            self.model.load_state_dict(saved["model"], strict=False)
            if "head" in saved:
                self.head.load_state_dict(saved["head"])

    def learn_topics(self, batch: Batch) -> None:
        """One step of the lower half on topics alone."""
        topics = self.head.loss(self.model.lower(batch.ids), batch.topics)
        self._step(topics)
        self.seen_topics.append(topics.item())

    def learn(self, batch: Batch) -> None:
        """One step of the whole."""
        middle = self.model.lower(batch.ids)
        answers = answer_loss(self.model, self.model.upper(middle), batch)
        topics = self.head.loss(middle, batch.topics)
        self._step(answers + self.options.topic_weight * topics)
        self.seen_answers.append(answers.item())
        self.seen_topics.append(topics.item())

    def _step(self, loss: Tensor) -> None:
        """One step of the optimiser; weights which the loss does not reach stay as they are."""
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.options, self.progress)
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.parts.parameters(), self.options.clip)
        self.optimizer.step()
        self.progress.step += 1

    def run(self, lessons: Lessons) -> None:
        """Trains until the budget is spent, saving and telling now and then."""
        progress = self.progress
        saved_at = progress.spent
        while progress.spent < 60 * self.options.minutes:
            began = time.monotonic()
            self._lesson(lessons)
            progress.spent += time.monotonic() - began
            if progress.step % self.options.log_steps == 0:
                self._tell()
            if progress.spent - saved_at > self.options.save_every:
                self.save()
                saved_at = progress.spent
        self.save()

    def _lesson(self, lessons: Lessons) -> None:
        """One step of the lesson that is due at this share of the budget."""
        share = self.progress.spent / (60 * self.options.minutes)
        is_even = self.progress.step % 2 == 0
        if share < self.options.topic_share or (share < self.options.mixed_share and is_even):
            self.learn_topics(next(lessons.topics))
        else:
            self.learn(next(lessons.easy if share < self.options.easy_share else lessons.full))

    def _tell(self) -> None:
        """One line of the log, and a new count."""
        answers, topics = (
            sum(losses) / max(1, len(losses)) for losses in (self.seen_answers, self.seen_topics)
        )
        print(
            f"step {self.progress.step} spent {self.progress.spent:.0f} s answers {answers:.4f} "
            f"topics {topics:.4f} rate {learning_rate(self.options, self.progress):.2e}",
            flush=True,
        )
        self.seen_answers.clear()
        self.seen_topics.clear()


def train(options: TrainOptions) -> None:
    """Trains the pocket Llama within its budget of wall-clock time."""
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    vocabulary = sentencepiece.SentencePieceProcessor(model_file=str(options.vocabulary))
    talks = Dialogues(DialogueOptions())
    trainer = Trainer(options, vocabulary.vocab_size(), len(talks.numbers))
    trainer.restore()
    print(f"parameters {sum(weight.numel() for weight in trainer.model.parameters())}", flush=True)
    rng, context = random.Random(1000 + trainer.progress.step), trainer.model.options.context
    lessons = Lessons(
        topic_batches(talks.with_options(SINGLE), vocabulary, options.topic_batch, rng),
        batches(talks.with_options(EASY), vocabulary, context, options.batch, rng),
        batches(talks, vocabulary, context, options.batch, rng),
    )
    trainer.run(lessons)


def main() -> None:
    """Reads the options of the command line and trains."""
    parser = argparse.ArgumentParser(description=train.__doc__)
    defaults = TrainOptions()
    parser.add_argument("--minutes", type=float, default=defaults.minutes)
    parser.add_argument("--batch", type=int, default=defaults.batch)
    parser.add_argument("--threads", type=int, default=defaults.threads)
    parser.add_argument("--checkpoint", type=Path, default=defaults.checkpoint)
    parser.add_argument("--start", type=Path, help="weights to begin with, of equal names")
    arguments = parser.parse_args()
    train(TrainOptions(**vars(arguments)))


if __name__ == "__main__":
    main()
