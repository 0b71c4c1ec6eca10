"""What the rest of Sori uses of a language model, wherever it runs.

`ChatModel` is llama.cpp within this program, `ChatProcess` the same in a process of its own.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nlu.adapters import PLAIN, Manner
from nlu.errors import PromptTooLong
from nlu.llama_template import Vocabulary


@dataclass(frozen=True, slots=True)
class ReplyLimits:
    """Where a reply ends even if the model would go on."""

    max_tokens: int
    max_s: float
    """Wall-clock time inside the model, prompt included; looked at between tokens.

    Time that the listener of the pieces takes (a full speaker buffer) does not count.
    """


def within_context(tokens: Sequence[int], limits: ReplyLimits, context_tokens: int) -> ReplyLimits:
    """`limits` lowered to the room that `tokens` leave; PromptTooLong where they leave none."""
    room = context_tokens - len(tokens)
    if not tokens or room < 1:
        raise PromptTooLong(
            f"A prompt of {len(tokens)} tokens does not fit the context of"
            f" {context_tokens}. Shorten it, or raise `chat.context_tokens`."
        )
    return ReplyLimits(min(limits.max_tokens, room), limits.max_s)


class LanguageModel(Protocol):
    """A loaded model. Every method may be called from any thread; one reply is made at a time."""

    @property
    def context_tokens(self) -> int:
        """Room for prompt and reply together."""
        ...

    @property
    def vocabulary(self) -> Vocabulary:
        """What makes prompts for it."""
        ...

    def tokenize(self, text: str) -> list[int]:
        """Token ids of `text` without BOS; control tokens in it are taken as plain text."""
        ...

    def generate(
        self, tokens: Sequence[int], limits: ReplyLimits, manner: Manner = PLAIN
    ) -> Generator[str, None, None]:
        """Text that continues `tokens` in that manner, in pieces of whole characters.

        Ends with the model's end token or at `limits`; close it early to leave the rest. Raises
        PromptTooLong at once, and while the pieces come ModelBusy when another reply does not end
        in time, ReplyCancelled after `cancel`, and another ReplyError when the model fails.
        """
        ...

    def fill(self, tokens: Sequence[int], grammar: str, limits: ReplyLimits) -> str:
        """The likeliest text after `tokens` within `grammar` (GBNF). Raises as `generate` does."""
        ...

    def warm(self, tokens: Sequence[int], manner: Manner = PLAIN) -> None:
        """Evaluate the beginning of a prompt before it is needed.

        Nothing at all where the model is busy; makes way for the next reply at once.
        """
        ...

    def cancel(self) -> None:
        """End every reply begun until now, also within its prompt: they raise ReplyCancelled.

        Returns at once, from any thread, also where there is nothing to end.
        """
        ...

    def close(self) -> None:
        """Free the memory. Closing twice is fine."""
        ...
