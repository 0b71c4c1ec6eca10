"""A llama.cpp that goes into its prompt and does not come back until it is let go."""

import threading
from collections.abc import Generator, Sequence

WAIT_S = 20.0


class HangingEngine:
    """A llama.cpp that goes into its prompt and does not come back until `released`."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        return [3] * max(1, len(text) // 8)

    def generate(
        self, tokens: Sequence[int], *, temp: float, repeat_penalty: float
    ) -> Generator[int, Sequence[int] | None, None]:
        self.entered.set()
        assert self.released.wait(WAIT_S)
        yield 4
        yield 2

    def token_bos(self) -> int:
        return 1

    def token_eos(self) -> int:
        return 2

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


def is_end(token: int) -> bool:
    return token == 2
