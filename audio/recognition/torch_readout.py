"""From the decoder's hidden state to the next token: int8 to find it, float32 to be sure.

The product with the tied embedding reads more memory than all layers of a small model together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

_CANDIDATES = 64
_ERROR_MARGIN = 3.0
"""Other tokens are believed to be at most this many times as wrong as the worst candidate."""
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Readout:
    """The tokens that may be said, and how likely each is."""

    tokens: Tensor
    """Their numbers, shape (n,)."""
    not_first: Tensor
    """Which of them may not begin a text: indices into `tokens`."""
    embedding: Tensor
    """Of the whole vocabulary, shape (n_vocab, n_state)."""
    rough: Tensor
    """The rows of `tokens` in int8, shape (n, n_state)."""
    scales: Tensor
    """What one step of each row of `rough` is worth, bfloat16, shape (n,)."""

    def best(self, hidden: Tensor, first: bool) -> tuple[int, float]:
        """The likeliest token after `hidden` (1, n_state) and its natural-log probability.

        The token is the one float32 would choose: the int8 scores only pick candidates, which
        are scored again exactly; when the best is not clear of the rest, all are.
        """
        # Quick for bfloat16 only: 2.5 times the float32 product on AVX-512, with one core or two.
        rough = torch._weight_int8pack_mm(hidden.bfloat16(), self.rough, self.scales)
        logits = rough[0].float()
        if first:
            logits[self.not_first] = _NEVER
        scores, rows = logits.topk(_CANDIDATES)
        exact = F.linear(hidden, self.embedding[self.tokens[rows]])[0]
        best, at = exact.max(0)
        error = (exact - scores).abs().max()
        if not best > scores[-1] + _ERROR_MARGIN * error:
            return self._best_of_all(hidden, first)
        logits[rows] = exact
        return int(self.tokens[rows[at]]), float(best - logits.logsumexp(0))

    def _best_of_all(self, hidden: Tensor, first: bool) -> tuple[int, float]:
        logits = F.linear(hidden, self.embedding)[0, self.tokens]
        if first:
            logits[self.not_first] = _NEVER
        best, row = logits.max(0)
        return int(self.tokens[row]), float(best - logits.logsumexp(0))


def of_tokens(embedding: Tensor, tokens: Sequence[int], not_first: frozenset[int]) -> Readout:
    """A readout of `tokens` only."""
    rows = embedding[list(tokens)]
    scales = rows.abs().amax(dim=1).clamp(min=1e-12) / 127  # the largest of a row is +-127
    return Readout(
        tokens=torch.tensor(tokens),
        not_first=torch.tensor([row for row, t in enumerate(tokens) if t in not_first]),
        embedding=embedding,
        rough=(rows / scales[:, None]).round().to(torch.int8),
        scales=scales.bfloat16(),
    )
