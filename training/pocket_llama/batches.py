"""Conversations as token ids with a mark on what is to be learnt, in batches of like length."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from training.pocket_llama.dialogues import BOS, EOS, Dialogues, Turn

UNLEARNT = -100  # the target that PyTorch's cross entropy passes over


class Vocabulary(Protocol):
    """SentencePiece, or llama.cpp with the vocabulary of an exported file."""

    def encode(self, text: str) -> list[int]:
        """Ids of the text alone."""
        ...


class Talk(Protocol):
    """Where conversations come from."""

    def conversation(self, rng: random.Random) -> list[Turn]:
        """A random conversation, in the template."""
        ...


@dataclass(frozen=True)
class Row:
    """A conversation: its ids, which of them belong to answers, and the topics.

    `topics` has the topic's number where a prompt ends, and UNLEARNT elsewhere.
    """

    ids: list[int]
    learnt: list[bool]
    topics: list[int]


@dataclass(frozen=True)
class Batch:
    """Ids (B, T), the ids that should follow and the topics, UNLEARNT where there are none."""

    ids: Tensor
    targets: Tensor
    topics: Tensor


def prompt_ids(turns: list[Turn], vocabulary: Vocabulary) -> list[int]:
    """The ids before the last turn's answer, as they are given to the model at run time."""
    ids: list[int] = []
    for turn in turns[:-1]:
        ids += [BOS, *vocabulary.encode(f"{turn.prompt} {turn.answer} "), EOS]
    return [*ids, BOS, *vocabulary.encode(turns[-1].prompt)]


def conversation_row(turns: list[Turn], vocabulary: Vocabulary) -> Row:
    """The whole conversation, with the end mark of each answer to be learnt too."""
    row = Row([], [], [])
    for turn in turns:
        prompt = [BOS, *vocabulary.encode(turn.prompt)]
        whole = [BOS, *vocabulary.encode(f"{turn.prompt} {turn.answer} "), EOS]
        if whole[: len(prompt)] != prompt:
            raise ValueError(f"the prompt is tokenised differently before an answer: {turn.prompt}")
        answer_length = len(whole) - len(prompt)
        row.ids.extend(whole)
        row.learnt.extend([False] * len(prompt) + [True] * answer_length)
        topic = turn.topic if turn.topic >= 0 else UNLEARNT
        row.topics.extend([UNLEARNT] * (len(prompt) - 1) + [topic] + [UNLEARNT] * answer_length)
    return row


def batches(
    dialogues: Talk,
    vocabulary: Vocabulary,
    context: int,
    size: int,
    rng: random.Random,
) -> Iterator[Batch]:
    """Endless batches of `size` conversations."""
    while True:
        pool: list[Row] = []
        while len(pool) < 16 * size:
            row = conversation_row(dialogues.conversation(rng), vocabulary)
            if len(row.ids) <= context:
                pool.append(row)
        yield from _groups(pool, size, rng)


def topic_batches(
    dialogues: Dialogues,
    vocabulary: Vocabulary,
    size: int,
    rng: random.Random,
) -> Iterator[Batch]:
    """Endless batches of prompts alone, for learning only which topic they ask for."""
    while True:
        yield from _groups(
            [_prompt_row(dialogues, vocabulary, rng) for _ in range(16 * size)], size, rng
        )


def _prompt_row(dialogues: Dialogues, vocabulary: Vocabulary, rng: random.Random) -> Row:
    """A single prompt with its topic."""
    turn = dialogues.conversation(rng)[0]
    prompt = [BOS, *vocabulary.encode(turn.prompt)]
    topics = [UNLEARNT] * (len(prompt) - 1) + [turn.topic, UNLEARNT]
    return Row([*prompt, EOS], [False] * (len(prompt) + 1), topics)


def _groups(pool: list[Row], size: int, rng: random.Random) -> Iterator[Batch]:
    """The rows in batches of like length, which saves padding, in random order."""
    pool.sort(key=lambda row: len(row.ids))
    groups = [pool[start : start + size] for start in range(0, len(pool), size)]
    rng.shuffle(groups)
    yield from map(collate, groups)


def collate(group: list[Row]) -> Batch:
    """Pads on the right; the padding is never a target, and causal attention never looks at it."""
    longest = max(len(row.ids) for row in group) - 1
    ids = torch.full((len(group), longest), EOS)
    targets = torch.full((len(group), longest), UNLEARNT)
    topics = torch.full((len(group), longest), UNLEARNT)
    for place, row in enumerate(group):
        length = len(row.ids) - 1
        ids[place, :length] = torch.tensor(row.ids[:-1])
        following = torch.tensor(row.ids[1:])
        targets[place, :length] = torch.where(torch.tensor(row.learnt[1:]), following, UNLEARNT)
        topics[place, :length] = torch.tensor(row.topics[:-1])
    return Batch(ids, targets, topics)
