"""An engine that is scripted by what it is asked, for tests of everything around llama.cpp."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field

from config.settings import ChatSettings
from nlu.adapters import AdapterRack
from nlu.chat_model import ChatModel

BOS, EOS = 1, 2
_FIRST_BYTE = 3


@dataclass
class ByteEngine:
    """Speaks bytes: `answer` makes the reply of the whole prompt."""

    answer: Callable[[str], str]
    prompts: list[str] = field(default_factory=list)

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        return [byte + _FIRST_BYTE for byte in text]

    def generate(
        self, tokens: Sequence[int], *, temp: float, repeat_penalty: float
    ) -> Generator[int, Sequence[int] | None, None]:
        letters = bytes(token - _FIRST_BYTE for token in tokens if token >= _FIRST_BYTE)
        self.prompts.append(letters.decode())
        yield from self.tokenize(self.answer(self.prompts[-1]).encode(), False, False)
        while True:
            yield EOS

    def token_bos(self) -> int:
        return BOS

    def token_eos(self) -> int:
        return EOS

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


def byte_model(answer: Callable[[str], str], chat: ChatSettings) -> tuple[ChatModel, ByteEngine]:
    """A model with that engine, and the engine, which keeps what it was asked."""
    engine = ByteEngine(answer)
    model = ChatModel(
        engine,
        AdapterRack(0, {}),
        lambda token: token == EOS,
        lambda token: bytes([token - _FIRST_BYTE]),
        chat.context_tokens,
        chat,
    )
    return model, engine
