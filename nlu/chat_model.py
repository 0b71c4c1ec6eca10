"""The one owner of a llama.cpp model: token ids in, text out, piece by piece.

Two threads inside one llama.cpp object crash the process (3 of 3 runs), so a reply holds the model
from its first piece until its generator ends or is closed; other threads wait their turn. The
prompt of a conversation only grows, so llama.cpp evaluates just what is new in it; that needs no
cache object, which would copy the whole state after every reply.
"""

import codecs
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from config.errors import ModelError
from config.settings import ChatSettings
from nlu.adapters import PLAIN, AdapterRack, Manner
from nlu.chat_abort import AbortSwitch
from nlu.chat_owner import Owner
from nlu.errors import ModelClosed, ReplyCancelled, ReplyError
from nlu.gguf_header import GgufHeader
from nlu.language_model import ReplyLimits, within_context
from nlu.llama_template import Vocabulary
from nlu.weights import Weights

Stream = Generator[int, Sequence[int] | None, None]
"""Token ids, without end; what is sent into it is not used here."""
Constrained = Callable[[Sequence[int], str], Stream]
"""The likeliest token ids after some, within a grammar in GBNF. Raises ReplyError for a bad one."""


class LlamaEngine(Protocol):
    """The part of `llama_cpp.Llama` that is used here."""

    def tokenize(self, text: bytes, add_bos: bool, special: bool) -> list[int]:
        """Token ids of UTF-8 `text`."""
        ...

    def generate(self, tokens: Sequence[int], *, temp: float, repeat_penalty: float) -> Stream:
        """Token ids that continue `tokens`, without end."""
        ...

    def token_bos(self) -> int:
        """The id of BOS."""
        ...

    def token_eos(self) -> int:
        """The id of EOS."""
        ...

    def reset(self) -> None:
        """Forget the evaluated prompt."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


def _unconstrained(tokens: Sequence[int], grammar: str) -> Stream:
    raise ReplyError("This language model cannot be held to a grammar.")


class ChatModel:
    """A loaded model; made by `load`."""

    def __init__(
        self,
        engine: LlamaEngine,
        rack: AdapterRack,
        is_end: Callable[[int], bool],
        piece: Callable[[int], bytes],
        context_tokens: int,
        settings: ChatSettings,
        constrained: Constrained = _unconstrained,
        abort: AbortSwitch | None = None,
    ) -> None:
        self._engine: LlamaEngine | None = engine
        self._rack = rack
        self._is_end = is_end
        self._piece = piece
        self._constrained = constrained
        self.context_tokens = context_tokens
        """Room for prompt and reply together."""
        self._settings = settings
        self._owner = Owner(settings.max_reply_s + 1.0)
        self._abort = abort or AbortSwitch()
        self._warming = 0
        self.vocabulary = Vocabulary(self.tokenize, engine.token_bos(), engine.token_eos())

    def tokenize(self, text: str) -> list[int]:
        """Token ids of `text` without BOS; control tokens in it are taken as plain text."""
        return self._open_engine().tokenize(text.encode(), add_bos=False, special=False)

    def generate(
        self,
        tokens: Sequence[int],
        limits: ReplyLimits,
        manner: Manner = PLAIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> Generator[str, None, None]:
        """Text that continues `tokens` in that manner, in pieces of whole characters.

        Ends with the model's end token or at `limits`. Closing the generator early leaves the
        model usable. Raises PromptTooLong when `tokens` fill the context, ModelBusy when another
        reply does not end in time or this very thread is in the middle of one, and ReplyError
        when llama.cpp fails.
        """
        ticket, within = self._admitted(tokens, limits)
        return self._pieces(ticket, within, manner, clock, lambda llama: self._talk(llama, tokens))

    def fill(
        self,
        tokens: Sequence[int],
        grammar: str,
        limits: ReplyLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> str:
        """The likeliest text after `tokens` in which nothing but `grammar` (GBNF) can be written.

        Broken off at `limits`, so that it may be unfinished. Raises like `generate`, and ReplyError
        for a grammar that llama.cpp cannot read. The next reply evaluates its whole prompt anew:
        what was computed of the conversation makes room for this one.
        """
        return "".join(self.filling(tokens, grammar, limits, clock))

    def filling(
        self,
        tokens: Sequence[int],
        grammar: str,
        limits: ReplyLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> Generator[str, None, None]:
        """The same, piece by piece."""
        ticket, within = self._admitted(tokens, limits)
        return self._pieces(
            ticket, within, PLAIN, clock, lambda _: self._constrained(tokens, grammar)
        )

    def warm(self, tokens: Sequence[int], manner: Manner = PLAIN) -> None:
        """Evaluate the beginning of a prompt before it is needed; returns when that is done.

        Nothing at all where the model is busy. A reply that is asked for in another thread ends it.
        """
        if self._owner.is_busy or not 0 < len(tokens) < self.context_tokens:
            return
        self._warming = self._abort.ticket()
        pieces = self._pieces(
            self._warming,
            ReplyLimits(max_tokens=1, max_s=self._settings.max_reply_s),
            manner,
            time.monotonic,
            lambda llama: self._talk(llama, tokens),
        )
        try:
            for _ in pieces:
                pass
        except (ModelError, ReplyError):
            pass  # nobody waits for it; what is wrong is said where a reply is

    def cancel(self) -> None:
        """End every reply begun until now, also within its prompt: they raise ReplyCancelled."""
        self._abort.cancel()

    def _admitted(self, tokens: Sequence[int], limits: ReplyLimits) -> tuple[int, ReplyLimits]:
        within = within_context(tokens, limits, self.context_tokens)
        self._abort.drop(self._warming)
        return self._abort.ticket(), within

    def _talk(self, engine: LlamaEngine, tokens: Sequence[int]) -> Stream:
        return engine.generate(
            tokens,
            temp=self._settings.temperature,
            repeat_penalty=self._settings.repeat_penalty,
        )

    def _pieces(
        self,
        ticket: int,
        limits: ReplyLimits,
        manner: Manner,
        clock: Callable[[], float],
        begin: Callable[[LlamaEngine], Stream],
    ) -> Generator[str, None, None]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="ignore")
        spent_s = 0.0
        with self._held() as engine:
            self._abort.enter(ticket)
            began_s = clock()
            if self._rack.wear(manner):
                engine.reset()  # what was computed in the other manner does not fit this one
            stream = begin(engine)
            try:
                for count, token in enumerate(stream, start=1):
                    spent_s += clock() - began_s
                    if self._is_end(token):
                        return
                    if text := decoder.decode(self._piece(token)):
                        yield text
                    if count >= limits.max_tokens or spent_s >= limits.max_s:
                        return
                    self._abort.check(ticket)
                    began_s = clock()
            except (RuntimeError, ValueError) as error:
                if self._abort.is_cancelled(ticket):
                    raise ReplyCancelled("This reply was cancelled.") from error
                raise ReplyError(f"llama.cpp stopped in the middle of a reply: {error}.") from error
            finally:
                stream.close()

    @contextmanager
    def _held(self) -> Iterator[LlamaEngine]:
        with self._owner.held():
            yield self._open_engine()

    def close(self) -> None:
        """Free the memory; waits for a reply in another thread. Closing twice is fine."""
        if self._engine is None:
            return
        with self._held() as engine:
            self._engine = None
            engine.close()

    def _open_engine(self) -> LlamaEngine:
        if self._engine is None:
            raise ModelClosed("This language model was let go. Ask the model pool for it again.")
        return self._engine


def load(
    weights: Weights, settings: ChatSettings, adapters: Mapping[str, Weights] | None = None
) -> ChatModel:
    """Check the files, then let llama.cpp load them: the weights and, by name, their adapters.

    Raises ModelError with the cause for files that are missing, damaged, of another kind or not
    the ones the manifest means; none of them reaches llama.cpp.
    """
    header = weights.checked()
    adapters = adapters or {}
    for adapter in adapters.values():
        adapter.checked("adapter")
    paths = {name: adapter.path for name, adapter in adapters.items()}
    return open_checked(weights.path, paths, context_of(header, settings), settings)


def context_of(header: GgufHeader, settings: ChatSettings) -> int:
    """Tokens of context: what is set, and never more than the model was made for."""
    wanted = settings.context_tokens
    return min(wanted, header.context_tokens) if header.context_tokens else wanted


def open_checked(
    path: Path, adapters: Mapping[str, Path], context_tokens: int, settings: ChatSettings
) -> ChatModel:
    """Let llama.cpp load files that were checked before. Raises ModelError when it refuses."""
    try:
        from nlu.chat_model_engine import LlamaCpp  # noqa: PLC0415  # 60 MB of llama.cpp
    except ImportError as error:
        raise ModelError("llama-cpp-python is not installed. Run `./sori` once.") from error
    engine = LlamaCpp.open(path, context_tokens, settings.threads)
    rack = AdapterRack.load(*engine.pointers, adapters)
    return ChatModel(
        engine,
        rack,
        engine.is_end,
        engine.piece,
        context_tokens,
        settings,
        engine.constrained,
        engine.abort,
    )
