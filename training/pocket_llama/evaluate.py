"""Asks the exported file sentences it has never been trained on, and prints the table.

Run: python -m training.pocket_llama.evaluate
A reply is right if it is one of the answers written for the topic of the sentence.
"""

import argparse
import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sentencepiece
import torch

from training.pocket_llama.batches import Batch, collate, conversation_row, prompt_ids
from training.pocket_llama.dialogues import (
    SYSTEM,
    DialogueOptions,
    Dialogues,
    Exchange,
    templated,
)
from training.pocket_llama.export import load_model, load_vocabulary
from training.pocket_llama.gguf_file import GgufFile
from training.pocket_llama.gguf_weights import read_gguf
from training.pocket_llama.hearing import as_heard, as_typed
from training.pocket_llama.model import PocketLlama
from training.pocket_llama.train import TrainOptions, answer_loss

REPLY_LIMIT = 120  # tokens; the longest story has about 75

Change = Callable[[Exchange, random.Random], str]


@dataclass
class Tally:
    """Counts over the replies to one kind of sentences."""

    asked: int = 0
    right: int = 0
    known: int = 0
    language: int = 0
    endless: int = 0
    missed: Counter[str] = field(default_factory=Counter)


def is_korean(text: str) -> bool:
    """Whether most letters are Hangul."""
    hangul = sum("가" <= letter <= "힣" for letter in text)
    return hangul > sum(letter.isascii() and letter.isalpha() for letter in text)


class Examiner:
    """Asks the model and judges its replies."""

    def __init__(
        self, file: GgufFile, vocabulary: sentencepiece.SentencePieceProcessor, talk: Dialogues
    ) -> None:
        self.file = file
        self.vocabulary = vocabulary
        self.known = {
            answer for topics in talk.topics.values() for topic in topics for answer in topic.answer
        }

    def reply(self, users: list[str], answers: list[str], language: str) -> tuple[str, bool]:
        """The greedy reply to the last of the users' sentences, and whether it came to an end."""
        turns = templated(users, [*answers, ""], SYSTEM[language])
        ids = self.file.continue_greedily(prompt_ids(turns, self.vocabulary), REPLY_LIMIT)
        return self.vocabulary.decode(ids).strip(), len(ids) < REPLY_LIMIT

    def judge(self, tally: Tally, exchange: Exchange, reply: str, ended: bool) -> None:
        """Counts one reply."""
        tally.asked += 1
        tally.language += is_korean(reply) == (exchange.language == "ko")
        tally.known += reply in self.known
        tally.endless += not ended
        if reply in exchange.answers:
            tally.right += 1
        else:
            tally.missed[f"{exchange.topic}: {exchange.user} -> {reply}"] += 1

    def examine(self, exchanges: list[Exchange], change: Change) -> Tally:
        """Asks every sentence once, changed by `change`, in a talk of one turn."""
        rng, tally = random.Random(5), Tally()
        for exchange in exchanges:
            reply, ended = self.reply([change(exchange, rng)], [], exchange.language)
            self.judge(tally, exchange, reply, ended)
        return tally

    def examine_later(self, exchanges: list[Exchange], before: list[Exchange]) -> Tally:
        """Asks every sentence as the second of a talk that began in the other language."""
        rng, tally = random.Random(6), Tally()
        for exchange in exchanges:
            first = rng.choice([one for one in before if one.language != exchange.language])
            users, answers = [first.user, exchange.user], [first.answers[0]]
            reply, ended = self.reply(users, answers, exchange.language)
            self.judge(tally, exchange, reply, ended)
        return tally


def plain(exchange: Exchange, rng: random.Random) -> str:
    """The sentence as it is."""
    return exchange.user


def typed(exchange: Exchange, rng: random.Random) -> str:
    """The sentence with capitals and marks."""
    return as_typed(exchange.user, exchange.language, rng)


def misheard(exchange: Exchange, rng: random.Random) -> str:
    """The sentence with one recognition error, where it has three words."""
    for _ in range(100):
        heard = as_heard(exchange.user, rng)
        if heard != exchange.user:
            return heard
    return exchange.user


def perplexity(
    model: PocketLlama, vocabulary: sentencepiece.SentencePieceProcessor, asked: list[Exchange]
) -> float:
    """exp of the mean cross entropy of the answers, each held-out sentence with one answer."""
    rng, total, tokens = random.Random(8), 0.0, 0
    for exchange in asked:
        turns = templated(
            [exchange.user], [rng.choice(exchange.answers)], SYSTEM[exchange.language]
        )
        batch: Batch = collate([conversation_row(turns, vocabulary)])
        count = int((batch.targets >= 0).sum())
        with torch.no_grad():
            total += answer_loss(model, model.lower(batch.ids), batch).item() * count
        tokens += count
    return math.exp(total / tokens)


def print_row(name: str, tally: Tally) -> None:
    """One row of the table, in per cent."""
    shares = [tally.right, tally.known, tally.language, tally.endless]
    cells = " | ".join(f"{100 * share / tally.asked:.1f} %" for share in shares)
    print(f"| {name} | {tally.asked} | {cells} |", flush=True)


def main() -> None:
    """Prints the table of models/pocket-llama.md, and the misses to learn from."""
    defaults = TrainOptions()
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--checkpoint", type=Path, default=defaults.checkpoint)
    parser.add_argument("--vocabulary", type=Path, default=defaults.vocabulary)
    parser.add_argument("--file", type=Path, default=Path("models/pocket-llama.gguf"))
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th sentence")
    parser.add_argument("--misses", type=int, default=0, help="print so many wrong replies")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    vocabulary = load_vocabulary(arguments.vocabulary)
    talk = Dialogues(DialogueOptions())
    examiner = Examiner(GgufFile(arguments.file), vocabulary, talk)
    print("| held-out sentences | asked | right | known answer | right language | endless |")
    print("|---|---|---|---|---|---|")
    misses: Counter[str] = Counter()
    for language, name in (("en", "English"), ("ko", "Korean")):
        asked = [one for one in talk.held_out if one.language == language][:: arguments.every]
        first = examiner.examine(asked, plain)
        print_row(f"{name}, as recognised", first)
        print_row(f"{name}, typed with capitals and marks", examiner.examine(asked, typed))
        print_row(f"{name}, with a recognition error", examiner.examine(asked, misheard))
        print_row(
            f"{name}, second turn after the other language",
            examiner.examine_later(asked, talk.held_out),
        )
        misses.update(first.missed)
    networks = {"as trained": load_model(arguments.checkpoint), "Q8_0": read_gguf(arguments.file)}
    for language in ("en", "ko"):
        asked = [one for one in talk.held_out if one.language == language][:: arguments.every]
        for name, network in networks.items():
            print(f"perplexity {language}, {name}: {perplexity(network, vocabulary, asked):.3f}")
    for miss, _ in misses.most_common(arguments.misses):
        print(miss)


if __name__ == "__main__":
    main()
