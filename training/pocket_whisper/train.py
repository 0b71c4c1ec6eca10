"""Train pocket-whisper on the CPU; resumes from its own checkpoint.

Two single-threaded processes share each step (data parallel): on a machine that does other work
too, this is more than twice as fast as one process with two threads, which waits at every layer.

    python -m training.pocket_whisper.train --minutes 70
"""

import argparse
import fcntl
import multiprocessing
import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed
from torch import Tensor, nn

from training.muon import Muon
from training.pocket_whisper.dataset import BatchMaker, BatchOptions, Shards
from training.pocket_whisper.model import PocketWhisper, TokenTable, start_from, token_table
from training.pocket_whisper.render import SHARD_FOLDER
from training.scratch import SCRATCH

CHECKPOINT = SCRATCH / "whisper.ckpt"


@dataclass(frozen=True)
class TrainOptions:
    """Budget and optimiser settings; the wall-clock budget drives the learning rate."""

    minutes: float = 70.0
    checkpoint: Path = CHECKPOINT
    start: Path | None = None  # an exported model to begin with, where there is no checkpoint
    peak_learning_rate: float = 1.0e-3  # of AdamW
    final_learning_rate: float = 2e-5
    hidden_rate_share: float = 5.0  # Muon's rate, in AdamW's
    momentum: float = 0.95  # of Muon
    warm_up_steps: int = 200
    hold_fraction: float = 0.45
    right_sized_fraction: float = 0.92
    ctc_weight: float = 0.5
    ctc_head_steps: int = 300  # at first the new CTC head learns alone (only with `start`)
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    average_decay: float = 0.999  # of the running average of the weights, which is exported
    save_every_s: float = 180.0
    log_every_steps: int = 50
    processes: int = 2


def learning_rate(step: int, fraction: float, options: TrainOptions) -> float:
    """Linear warm-up over steps, a plateau, linear decay over the rest of the wall-clock budget."""
    warm = min(1.0, (step + 1) / options.warm_up_steps)
    span = options.peak_learning_rate - options.final_learning_rate
    return warm * (
        options.final_learning_rate
        + span * min(1.0, max(0.0, 1.0 - fraction) / (1.0 - options.hold_fraction))
    )


def make_optimisers(
    model: PocketWhisper, options: TrainOptions
) -> tuple[torch.optim.Optimizer, ...]:
    """Muon for the matrices of the blocks; AdamW (Loshchilov and Hutter 2019) for the rest."""
    blocks = (*model.encoder.blocks.parameters(), *model.decoder.blocks.parameters())
    hidden = [weight for weight in blocks if weight.dim() == 2]
    chosen = {id(weight) for weight in hidden}
    others = [weight for weight in model.parameters() if id(weight) not in chosen]
    return (
        Muon(hidden, options.momentum, options.weight_decay),
        torch.optim.AdamW(
            others,
            lr=options.peak_learning_rate,
            betas=(0.9, 0.98),
            weight_decay=options.weight_decay,
            fused=True,
        ),
    )


class Trainer:
    """Model, optimiser and progress; everything that a checkpoint holds."""

    def __init__(self, options: TrainOptions, rank: int) -> None:
        self._options = options
        self._rank = rank
        shards = Shards(SHARD_FOLDER)
        saved = (
            torch.load(options.checkpoint, weights_only=False)
            if options.checkpoint.exists()
            else None
        )
        table = TokenTable(saved["token_ids"]) if saved else token_table(shards.texts())
        self._model = PocketWhisper(table)
        self._optimisers = make_optimisers(self._model, options)
        self._average: list[Tensor] = []  # kept by the first process
        self._step = 0
        self._elapsed_s = 0.0
        self._n_seen = 0
        self._last_sync = 0.0
        if saved:
            self._model.load_state_dict(saved["model"])
            for optimiser, state in zip(self._optimisers, saved["optimisers"], strict=True):
                optimiser.load_state_dict(state)
            self._step, self._elapsed_s = saved["step"], saved["elapsed_s"]
            self._n_seen = saved["n_seen"]
            torch.set_rng_state(saved["rng_state"])
        elif options.start:
            start_from(self._model, options.start)
        if rank == 0:
            average = saved["average"] if saved else self._model.state_dict()
            names = [name for name, _ in self._model.named_parameters()]
            self._average = [average[name].clone() for name in names]
        self._batches = BatchMaker(shards, table, BatchOptions(), rank, options.processes)
        if rank:
            return
        n_parameters = sum(parameter.numel() for parameter in self._model.parameters())
        print(
            f"{len(shards.utterances)} utterances, {len(table.token_ids)} token rows,"
            f" {n_parameters / 1e6:.2f} M trained parameters, step {self._step}",
            flush=True,
        )

    def run(self) -> None:
        """Train until the budget of minutes is used up."""
        options = self._options
        budget_s = options.minutes * 60
        self._last_sync = time.monotonic()
        saved_s = self._elapsed_s
        logged_s, logged_seen = self._elapsed_s, self._n_seen
        sums = torch.zeros(2)
        while self._elapsed_s < budget_s:
            fraction = self._elapsed_s / budget_s
            sums += self._train_step(fraction)
            if self._rank == 0 and self._step % options.log_every_steps == 0:
                rate = (self._n_seen - logged_seen) / (self._elapsed_s - logged_s)
                token_loss, ctc_loss = (sums / options.log_every_steps).tolist()
                print(
                    f"step {self._step} loss {token_loss:.3f} ctc {ctc_loss:.3f}"
                    f" lr {learning_rate(self._step, fraction, options):.2e}"
                    f" {rate:.1f} utt/s elapsed {self._elapsed_s / 60:.1f} min",
                    flush=True,
                )
                logged_s, logged_seen = self._elapsed_s, self._n_seen
                sums.zero_()
            if self._rank == 0 and self._elapsed_s - saved_s > options.save_every_s:
                self._save()
                saved_s = self._elapsed_s
        if self._rank == 0:
            self._save()
            print(f"done: {self._step} steps, {self._n_seen} utterances seen", flush=True)

    def _train_step(self, fraction: float) -> Tensor:
        """One optimiser step; returns this process's [token loss, CTC loss].

        `fraction` of the budget is the same in all processes, so they stay exact copies.
        """
        options = self._options
        batch = self._batches.batch(self._step, fraction > options.right_sized_fraction)
        rate = learning_rate(self._step, fraction, options)
        for optimiser, share in zip(
            self._optimisers, (options.hidden_rate_share, 1.0), strict=True
        ):
            for group in optimiser.param_groups:
                group["lr"] = share * rate
        token_loss, ctc_loss = self._model.losses(
            batch.mel,
            batch.tokens,
            batch.targets,
            batch.ctc_targets,
            batch.ctc_lengths,
            options.start is not None and self._step < options.ctc_head_steps,
        )
        self._model.zero_grad(set_to_none=True)
        torch.autograd.backward(token_loss + options.ctc_weight * ctc_loss)
        self._elapsed_s += self._average_gradients()
        nn.utils.clip_grad_norm_(self._model.parameters(), options.clip_norm)
        for optimiser in self._optimisers:
            optimiser.step()
        self._step += 1
        self._update_average()
        self._n_seen += batch.mel.shape[0] * options.processes
        return torch.tensor([token_loss.item(), ctc_loss.item()])

    def _average_gradients(self) -> float:
        """Average the gradients over the processes; returns the common duration of the step (s)."""
        gradients = [p.grad for p in self._model.parameters() if p.grad is not None]
        now = time.monotonic()
        since_s, self._last_sync = now - self._last_sync, now
        flat = torch.cat([*(grad.flatten() for grad in gradients), torch.tensor([since_s])])
        torch.distributed.all_reduce(flat)
        flat /= self._options.processes
        offset = 0
        for grad in gradients:
            grad.copy_(flat[offset : offset + grad.numel()].view_as(grad))
            offset += grad.numel()
        return float(flat[-1])

    def _update_average(self) -> None:
        """Move the running average towards the weights; short at first, then slow."""
        if self._rank == 0:
            decay = min(self._options.average_decay, (1 + self._step) / (10 + self._step))
            parameters = [parameter.detach() for parameter in self._model.parameters()]
            torch._foreach_lerp_(self._average, parameters, 1.0 - decay)

    def _save(self) -> None:
        names = [name for name, _ in self._model.named_parameters()]
        state = {
            "token_ids": self._model.table.token_ids,
            "model": self._model.state_dict(),
            "average": {**self._model.state_dict(), **dict(zip(names, self._average, strict=True))},
            "optimisers": [optimiser.state_dict() for optimiser in self._optimisers],
            "step": self._step,
            "elapsed_s": self._elapsed_s,
            "n_seen": self._n_seen,
            "rng_state": torch.get_rng_state(),
        }
        partial = self._options.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(self._options.checkpoint)


def end_with_parent() -> None:
    """A parent that is killed cannot stop its processes; they would train on, and save."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def train_process(rank: int, options: TrainOptions, meeting_file: str) -> None:
    """Body of one of the data-parallel processes."""
    threading.Thread(target=end_with_parent, daemon=True).start()
    os.setsid()  # Linux shares busy cores by session: in one, the processes would halve a share
    torch.manual_seed(1)
    torch.set_num_threads(1)
    torch.distributed.init_process_group(
        "gloo", init_method=f"file://{meeting_file}", rank=rank, world_size=options.processes
    )
    Trainer(options, rank).run()
    torch.distributed.destroy_process_group()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=70.0, help="wall-clock budget")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--start", type=Path, help="begin with this exported model")
    parser.add_argument("--peak", type=float, default=1.0e-3, help="highest learning rate")
    arguments = parser.parse_args()
    options = TrainOptions(
        minutes=arguments.minutes,
        checkpoint=arguments.checkpoint,
        start=arguments.start,
        peak_learning_rate=arguments.peak,
    )
    options.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    with (
        options.checkpoint.with_suffix(".lock").open("w") as lock,
        tempfile.TemporaryDirectory() as folder,
    ):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            parser.error(f"another training is writing {options.checkpoint}")
        context = multiprocessing.get_context("spawn")
        processes = [
            context.Process(target=train_process, args=(rank, options, f"{folder}/meeting"))
            for rank in range(options.processes)
        ]
        for process in processes:
            process.start()
        for process in processes:
            process.join()


if __name__ == "__main__":
    main()
