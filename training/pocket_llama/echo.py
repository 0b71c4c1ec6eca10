"""The shortest way to copying: random pieces, then the same pieces again.

What followed a piece before will follow it again: that is all there is to learn, so every repeated
piece teaches to look back. Facts and texts are copied by the same trick, but the network finds it
there only after long, because most words of a talk can be guessed without.
"""

import random
from collections.abc import Iterator

from training.pocket_llama.batches import UNLEARNT, Batch, Row, collate
from training.pocket_llama.dialogues import BOS

FIRST_WORD_PIECE = 259  # after <unk>, <s>, </s> and the 256 bytes
MOST_BETWEEN = 2
LENGTHS = (3, 8)
COPIES = (3, 5)


def echo_batches(vocabulary_size: int, size: int, rng: random.Random) -> Iterator[Batch]:
    """Endless batches of rows of pieces that come several times, with others between."""
    while True:
        yield collate([echo_row(vocabulary_size, rng) for _ in range(size)])


def echo_row(vocabulary_size: int, rng: random.Random) -> Row:
    """What is repeated is to be learnt, but for its first piece, which nobody can foresee."""

    def pieces(count: int) -> list[int]:
        return rng.choices(range(FIRST_WORD_PIECE, vocabulary_size), k=count)

    repeated = pieces(rng.randint(*LENGTHS))
    row = Row([BOS], [False], [])
    for copy in range(rng.randint(*COPIES)):
        between = pieces(rng.randint(0, MOST_BETWEEN))
        row.ids.extend(between + repeated)
        row.learnt.extend([False] * (len(between) + 1) + [copy > 0] * (len(repeated) - 1))
    row.topics.extend([UNLEARNT] * len(row.ids))
    return row
