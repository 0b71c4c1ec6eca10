"""What was said and heard, and how much of it fits the model's context."""

from collections import deque
from collections.abc import Sequence

from nlu.errors import PromptTooLong
from nlu.llama_template import Exchange, Vocabulary, clean_user_text, prompt_tokens

_MAX_CHARACTERS_A_TOKEN = 16
"""The longest pieces of Llama 2's vocabulary: text beyond this many a token cannot fit."""
_CUT = " … "


class History:
    """The last exchanges, oldest first."""

    def __init__(self, turns: int) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=turns)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Oldest first, at most `turns` of them."""
        return tuple(self._exchanges)

    def remember(self, exchange: Exchange) -> None:
        """Keep an exchange; the oldest falls out. Turns of which nothing was heard leave no trace.

        Without a reply there is no answered turn to show the model.
        """
        if exchange.user.strip() and exchange.reply.strip():
            self._exchanges.append(exchange)

    def forget_last(self) -> None:
        """Drop the newest exchange, if there is one."""
        if self._exchanges:
            self._exchanges.pop()

    def forget(self) -> None:
        """Drop everything."""
        self._exchanges.clear()


def fitting_prompt(
    vocabulary: Vocabulary,
    system: str,
    exchanges: Sequence[Exchange],
    user: str,
    room_tokens: int,
) -> list[int]:
    """The prompt for `user`, at most `room_tokens` long.

    The oldest exchanges are left out first. The system prompt is always whole. When `user` alone
    is too long its middle is cut out: what is wanted stands at the beginning or at the end.
    Raises PromptTooLong when not even the system prompt fits.
    """
    user = clean_user_text(user)
    if len(user) <= _MAX_CHARACTERS_A_TOKEN * room_tokens:
        for first in range(len(exchanges) + 1):
            tokens = prompt_tokens(vocabulary, system, exchanges[first:], user)
            if len(tokens) <= room_tokens:
                return tokens
    return _with_user_cut(vocabulary, system, user, room_tokens)


def _with_user_cut(vocabulary: Vocabulary, system: str, user: str, room_tokens: int) -> list[int]:
    fitting = prompt_tokens(vocabulary, system, (), "")
    if len(fitting) > room_tokens:
        raise PromptTooLong(
            f"The persona text takes {len(fitting)} tokens, but only {room_tokens} are free."
            " Shorten it, or raise `chat.context_tokens`."
        )
    fits, too_long = 0, min(len(user), _MAX_CHARACTERS_A_TOKEN * room_tokens)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        tokens = prompt_tokens(vocabulary, system, (), _ends_of(user, middle))
        if len(tokens) <= room_tokens:
            fits, fitting = middle, tokens
        else:
            too_long = middle
    return fitting


def _ends_of(text: str, characters: int) -> str:
    tail = characters // 2
    return text[: characters - tail].rstrip() + _CUT + text[len(text) - tail :].lstrip()
